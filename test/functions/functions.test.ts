/** The built bundles, driven through the unmodified SDK on the emulator. */
import type { Outputs, Reply } from '../../core/contract'
import { bundleStoreFunction } from '../ports/store-bundle'
import { SDK_VERSIONS } from '../support/emulator'
import { type Hongyan, order, people, sampleWorld, startHongyan, templateIds } from '../support/hongyan'
import { dataOf, errorOf } from '../support/service'

const { customer, owner, emma } = people
// Emma has linked her account to others of the same company; WeChat tells no UNIONID of the rest.
const UNIONID = 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M'
const withUnionids = sampleWorld.people.map((person) =>
  person.openid === people.emma ? { ...person, unionid: UNIONID } : person,
)
let keys = 0
const newKey = () => `test-key-${(keys += 1)}`

describe.each(SDK_VERSIONS)('on wx-server-sdk %s', (sdk) => {
  let hongyan: Hongyan
  beforeAll(async () => {
    hongyan = await startHongyan({ sdk, world: { people: withUnionids } })
  }, 60_000)
  afterAll(() => hongyan.stop())

  const left = async (openid: string) => {
    const { quotas } = dataOf(await hongyan.phone(openid, 'subscriber', 'subscription.mine', {}))
    return quotas.find(({ template }) => template === 'order-shipped')?.left ?? 0
  }

  test('subscribe, send, card: what staff send arrives as they previewed it', async () => {
    await hongyan.subscribe(customer, 'order-shipped', 'order')
    const before = await left(customer)
    const input = { key: newKey(), to: customer, template: 'order-shipped', params: order }
    const { card } = dataOf(
      await hongyan.phone(owner, 'staff', 'template.preview', { template: 'order-shipped', params: order }),
    )
    const sent = dataOf(await hongyan.phone(owner, 'staff', 'send.one', input))
    expect(sent).toMatchObject({ state: 'done', outcome: 'sent', code: 0 })
    const delivered = (await hongyan.test.messages(customer)).at(-1)
    expect(delivered).toMatchObject({
      templateId: templateIds['order-shipped'],
      title: '订单发货提醒',
      page: card.page,
    })
    const values = ((delivered?.['lines'] ?? []) as { key: string; value: string }[]).map(
      ({ key, value }) => [key, value],
    )
    expect(Object.fromEntries(values)).toEqual(
      Object.fromEntries(sent.card.lines.map(({ keyword, value }) => [keyword, value])),
    )
    expect(await left(customer)).toBe(before - 1)
    const { messages } = dataOf(await hongyan.phone(customer, 'subscriber', 'message.mine', {}))
    expect(messages[0]).toMatchObject({ id: sent.sendId, template: 'order-shipped' })
  })

  test('a tool sends through the HTTP API, and a repeated call sends once', async () => {
    await hongyan.subscribe(emma, 'order-shipped', 'order')
    await hongyan.subscribe(emma, 'order-shipped', 'order')
    const input = { key: newKey(), to: emma, template: 'order-shipped', params: order }
    const first = dataOf(await hongyan.tool('send.one', input))
    const again = dataOf(await hongyan.tool('send.one', input))
    expect([first.outcome, again.outcome, again.sendId]).toEqual(['sent', 'sent', first.sendId])
    expect(await hongyan.test.messages(emma)).toHaveLength(1)
    expect(await left(emma)).toBe(1)
  })

  test('double taps at the same moment send once', async () => {
    await hongyan.subscribe(customer, 'order-shipped', 'order')
    await hongyan.subscribe(customer, 'order-shipped', 'order')
    const had = (await hongyan.test.messages(customer)).length
    const input = { key: newKey(), to: customer, template: 'order-shipped', params: order }
    const replies = await Promise.all([1, 2, 3].map(() => hongyan.phone(owner, 'staff', 'send.one', input)))
    expect(new Set(replies.map((reply) => dataOf(reply).outcome))).toEqual(new Set(['sent']))
    expect(await hongyan.test.messages(customer)).toHaveLength(had + 1)
  })

  test('a person who never subscribed is skipped, in words', async () => {
    const to = owner
    const sent = dataOf(
      await hongyan.tool('send.one', { key: newKey(), to, template: 'order-shipped', params: order }),
    )
    expect(sent).toMatchObject({ state: 'done', outcome: 'skipped' })
    expect(sent.words).toContain('has never subscribed')
    expect(await hongyan.test.messages(to)).toEqual([])
  })

  test("WeChat's 43101 empties the quota that we believed in", async () => {
    const input = {
      promptId: 'prompt-that-wechat-never-saw',
      scene: 'order',
      answers: { [templateIds['order-shipped']]: 'accept' as const },
    }
    const person = 'oZhangTong2Pq5Sr8Tu1Vw4Xy7Za'
    dataOf(await hongyan.phone(person, 'subscriber', 'subscription.record', input))
    expect(await left(person)).toBe(1)
    const sent = dataOf(
      await hongyan.tool('send.one', { key: newKey(), to: person, template: 'order-shipped', params: order }),
    )
    expect(sent).toMatchObject({ outcome: 'refused', code: 43101 })
    expect(await left(person)).toBe(0)
  })

  test('a person who is not staff is refused by staff, and nothing is written', async () => {
    const input = { key: newKey(), to: 'me', template: 'order-shipped', params: order }
    const error = errorOf(await hongyan.phone(customer, 'staff', 'send.one', input))
    expect(error).toMatchObject({ code: 'NOT_ALLOWED', facts: { caller: 'user' } })
    expect(
      errorOf(await hongyan.phone(customer, 'staff', 'staff.grant', { openid: customer, role: 'owner' }))
        .code,
    ).toBe('NOT_ALLOWED')
    expect(dataOf(await hongyan.phone(customer, 'subscriber', 'whoami', {})).role).toBeNull()
  })

  test('a forged openid in the input is refused by name', async () => {
    const forged = { openid: owner } as never
    const error = errorOf(await hongyan.phone(customer, 'subscriber', 'subscription.mine', forged))
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      facts: { faults: [{ path: 'input.openid', problem: 'unknown' }] },
    })
  })

  test('a role is granted by the owner and works at once', async () => {
    dataOf(await hongyan.phone(owner, 'staff', 'staff.grant', { openid: emma, role: 'viewer' }))
    expect(dataOf(await hongyan.phone(emma, 'staff', 'template.list', {})).templates).toHaveLength(5)
    const input = { key: newKey(), to: 'me', template: 'order-shipped', params: order }
    expect(errorOf(await hongyan.phone(emma, 'staff', 'send.one', input)).code).toBe('NOT_ALLOWED')
    expect(dataOf(await hongyan.phone(owner, 'staff', 'staff.revoke', { openid: emma })).revoked).toBe(true)
  })

  test('whoami tells what WeChat says, and nothing else', async () => {
    const appid = 'wx5a1e0c7d9b3f2468'
    const ofPhone = { appid, source: 'wx_client' }
    const role = async (openid: string) => dataOf(await hongyan.phone(openid, 'subscriber', 'whoami', {}))
    expect(await role(customer)).toEqual({ ...ofPhone, openid: customer, unionid: null, role: null })
    expect(await role(emma)).toEqual({ ...ofPhone, openid: emma, unionid: UNIONID, role: null })
    expect(await role(owner)).toEqual({ ...ofPhone, openid: owner, unionid: null, role: 'owner' })
    const ofTool = { openid: null, appid: null, unionid: null, source: 'wx_http', role: null }
    expect(dataOf(await hongyan.tool('whoami', {}))).toEqual(ofTool)
  })

  describe('open data by cloudID', () => {
    const GROUP = 'tGxAbCdEfGhIjKlMnOpQrStUvWx0'
    const number = { phoneNumber: '13800138000', purePhoneNumber: '13800138000', countryCode: '86' }
    const cloudIdOf = async (openid: string, data: object) =>
      ((await hongyan.test.post('/_emulator/cloudid', { openid, data })) as { cloudID: string }).cloudID
    /** wx.cloud.CloudID(id) on its way. */
    const mark = (cloudID: string) => ({ __cloudID: cloudID })
    const keep = async (openData: unknown, input: object = {}) =>
      (await hongyan.test.result(
        'subscriber',
        { action: 'openData.keep', input, openData, lang: 'en' },
        customer,
      )) as unknown as Reply<Outputs['openData.keep']>

    test('what WeChat fills in is kept, and what it is asked for by plain ids', async () => {
      expect(dataOf(await keep(mark(await cloudIdOf(customer, number)))).phone?.masked).toBe('138****8000')
      const ids = [await cloudIdOf(customer, { opengid: GROUP }), await cloudIdOf(customer, number)]
      expect(dataOf(await keep(ids)).groups).toEqual([GROUP])
      const { phone, groups } = dataOf(await hongyan.tool('person.get', { openid: customer }))
      expect([phone?.masked, groups]).toEqual(['138****8000', [GROUP]])
      expect(JSON.stringify(await hongyan.test.logs())).not.toContain('13800138000')
    })

    test('what a client made up, what is foreign and what has expired is refused in words', async () => {
      const refused = async (openData: unknown) => errorOf(await keep(openData))
      const forged = {
        cloudID: 'x',
        data: { ...number, watermark: { appid: 'wx5a1e0c7d9b3f2468', timestamp: 1 } },
      }
      expect(await refused(forged)).toMatchObject({ code: 'OPEN_DATA_FORGED' })
      expect(await refused(mark('invented'))).toMatchObject({ code: 'OPEN_DATA_INVALID' })
      expect(await refused('invented')).toMatchObject({ code: 'OPEN_DATA_INVALID' })
      const foreign = await cloudIdOf(emma, number)
      expect(await refused(mark(foreign))).toMatchObject({ code: 'OPEN_DATA_FOREIGN' })
      expect(await refused([foreign])).toMatchObject({ code: 'OPEN_DATA_FOREIGN' })
      // Nested it is a plain string for WeChat, and no part of the input for us.
      expect(errorOf(await keep(undefined, { openData: mark(foreign) })).code).toBe('INPUT_INVALID')
      const late = await cloudIdOf(customer, number)
      await hongyan.advance(5 * 60_000)
      expect(await refused(mark(late))).toMatchObject({
        code: 'OPEN_DATA_EXPIRED',
        message: expect.stringContaining('5 minutes'),
      })
    })
  })

  test('a phone cannot call dispatch: the platform refuses it', async () => {
    const reply = await hongyan.test.call('dispatch', { action: 'dispatch.tick' }, owner)
    expect(reply.ok).toBe(false)
  })

  test('no reply and no log holds a stack trace, whatever is sent', async () => {
    const nonsense: Record<string, unknown>[] = [
      {},
      { action: 7 },
      { action: 'send.one', input: 'text' },
      { action: '__proto__', input: {} },
      { action: 'subscription.record', input: { promptId: '../../etc', scene: {}, answers: [] } },
      { action: 'whoami', input: { deep: { deep: { deep: {} } } } },
    ]
    for (const name of ['subscriber', 'staff'])
      for (const data of nonsense) {
        const reply = await hongyan.test.result(name, data, customer)
        expect(reply).toMatchObject({
          ok: false,
          error: { code: expect.any(String), message: expect.any(String) },
        })
        expect(JSON.stringify(reply)).not.toMatch(/\\n\s+at /)
      }
  })
})

test('without the security rule, dispatch itself refuses a phone', async () => {
  const hongyan = await startHongyan({ world: { securityRules: {} } })
  try {
    const error = errorOf(await hongyan.phone(people.owner, 'dispatch', 'dispatch.tick', {}))
    expect(error).toMatchObject({ code: 'NOT_ALLOWED', facts: { caller: 'owner' } })
  } finally {
    await hongyan.stop()
  }
}, 60_000)

test('a send whose function died before it could wake anybody is sent by the timer', async () => {
  const hongyan = await startHongyan({ also: bundleStoreFunction })
  try {
    await hongyan.subscribe(people.customer, 'order-shipped', 'order')
    await hongyan.subscribe(people.customer, 'order-shipped', 'order')
    const key = newKey()
    const input = { key, to: people.customer, template: 'order-shipped', params: order }
    const { sendId } = dataOf(await hongyan.tool('send.one', input))
    // What staff leaves behind when it dies right after its insert: the document alone.
    const store = (method: string, ...args: unknown[]) =>
      hongyan.test.result('store', { method, args }, people.owner)
    const { value } = await store('get', 'sends', sendId)
    const left = { ...(value as object), _id: 'left-behind', state: 'waiting', outcome: null }
    await store('insert', 'sends', left)
    expect(await hongyan.test.messages(people.customer)).toHaveLength(1)
    await hongyan.advance(11 * 60_000)
    expect(await hongyan.test.messages(people.customer)).toHaveLength(2)
    const { value: sent } = await store('get', 'sends', 'left-behind')
    expect(sent).toMatchObject({ state: 'done', outcome: 'sent' })
  } finally {
    await hongyan.stop()
  }
}, 60_000)
