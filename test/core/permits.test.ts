import { setImmediate as turn } from 'node:timers/promises'
import { Permits } from '../../core/delivery/permits'

describe('what pages prepare before they are sent', () => {
  it('is prepared one page after the other, in their order', async () => {
    const permits = new Permits(100)
    const seen: string[] = []
    const prepare = (page: string) =>
      permits.prepare(async () => {
        seen.push(`${page} begins`)
        await turn()
        seen.push(`${page} ends`)
        return page
      })
    expect(await Promise.all([prepare('a'), prepare('b')])).toEqual(['a', 'b'])
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('fails for its own page alone', async () => {
    const permits = new Permits(100)
    const broken = permits.prepare(() => Promise.reject(new Error('the store is away')))
    const next = permits.prepare(() => Promise.resolve('prepared'))
    await expect(broken).rejects.toThrow('the store is away')
    expect(await next).toBe('prepared')
  })
})
