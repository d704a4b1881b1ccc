import { Permits } from '../../core/delivery/permits'

test('whoever waits for the first page that is ready goes on with it, and at once from then on', async () => {
  const permits = new Permits(100)
  expect(permits.isReady).toBe(false)
  const waited = permits.whenReady.then(() => permits.isReady)
  permits.ready()
  expect(await waited).toBe(true)
  permits.ready()
  await permits.whenReady
})
