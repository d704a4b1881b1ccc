/** @jest-environment jsdom */
import type { FormId } from '../../core/formid/formids'
import { openPage, type PageTestOptions } from '../support/pages'
import { ALICE } from '../support/service'

const button = '.form wx-button'

/** The page, the formIds that WeChat gives in turn, and what of them is handed in. */
async function open(options: Partial<PageTestOptions> = {}) {
  let made = 0
  const handedIn: string[][] = []
  const page = await openPage({
    openid: ALICE,
    page: 'gallery/states/states',
    host: { formId: () => `form-000${(made += 1)}` },
    intercept: (action, input) => {
      if (action === 'formid.handIn')
        handedIn.push((input as { formIds: { formId: string }[] }).formIds.map(({ formId }) => formId))
    },
    ...options,
  })
  const press = async (count: number) => {
    await page.phone.tap(button)
    await page.phone.until(() => page.phone.text('.form .log') === `press ${count}`)
  }
  return { ...page, press, handedIn }
}

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

test('each tap hands its formId in, and the page hears of the tap', async () => {
  const { phone, world, press, handedIn } = await open()
  await press(1)
  await press(2)
  await phone.until(() => handedIn.flat().length === 2)
  expect(handedIn.flat()).toEqual(['form-0001', 'form-0002'])
  const kept = await world.store.find<FormId>('formids', { where: { openid: ALICE }, limit: 10 })
  expect(kept.map(({ left }) => left)).toContain(1)
})

test('a mock formId is not handed in', async () => {
  const { press, handedIn } = await open({ host: { formId: () => 'the formId is a mock one' } })
  await press(1)
  expect(handedIn).toEqual([])
})

test('what could not be handed in is kept, and goes together with the next', async () => {
  const { phone, press, handedIn, offline } = await open()
  offline(true)
  await press(1)
  await press(2)
  expect(handedIn).toEqual([])
  offline(false)
  await press(3)
  await phone.until(() => handedIn.length > 0)
  expect(handedIn[0]).toEqual(['form-0001', 'form-0002', 'form-0003'])
})
