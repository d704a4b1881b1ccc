/** Open data by cloudID: what is believed, what is kept, what is shown, and what goes with the person. */
import { sealedWith, secretsOf } from '../../adapters/system/secrets'
import type { WxContext } from '../../core/caller'
import type { Subscriber } from '../../core/person/people'
import { MAX_GROUPS } from '../../core/open-data/groups'
import { masked } from '../../core/open-data/phone-number'
import type { OpenDataAnswer } from '../../core/ports'
import { answer } from '../../core/service'
import { created, run, subscribe } from '../support/campaign'
import { ALICE, as, dataOf, errorOf, given, type Given, mortal } from '../support/service'

const KEY = Buffer.alloc(32, 7)
const GROUP = 'tGxAbCdEfGhIjKlMnOpQrStUvWx0'
const NUMBER = '13800138000'
const phoneData = { phoneNumber: NUMBER, purePhoneNumber: NUMBER, countryCode: '86' }
const filled = (data: object) => ({
  cloudID: 'cloud-id',
  data: { ...data, watermark: { appid: 'wx1', timestamp: 1 } },
})
const trusted: WxContext = { ...as.alice, OPEN_DATA_INFO: '{"keys":["openData"]}' }

/** A world with a key, and what WeChat would answer to getOpenData. */
function world(answers?: OpenDataAnswer): Given & { asked: string[][] } {
  const asked: string[][] = []
  const it = given()
  it.service.ports.secrets = sealedWith(KEY)
  if (answers)
    it.service.ports.openData = {
      async ask(ids) {
        asked.push([...ids])
        return answers
      },
    }
  return Object.assign(it, { asked })
}

/** A call with open data beside it, as it comes from a phone. */
const keep = (it: Given, openData: unknown, context = trusted, ports = it.service.ports) =>
  answer<'openData.keep'>(
    { ports, open: () => it.service },
    ['openData.keep'],
    { action: 'openData.keep', openData, lang: 'en' },
    context,
  )
const mine = async (it: Given) => dataOf(await it.call('openData.mine', {}))

test('a phone number that WeChat filled in is kept sealed, and shown masked to the person and to staff', async () => {
  const it = world()
  const phone = { masked: '138****8000', keptAt: it.clock.now() }
  expect(dataOf(await keep(it, filled(phoneData)))).toEqual({ phone, groups: [], canKeepPhone: true })
  expect((await mine(it)).phone).toEqual(phone)
  expect(dataOf(await it.call('person.get', { openid: ALICE }, as.owner)).phone).toEqual(phone)
  const stored = JSON.stringify(it.store.documents('subscribers'))
  expect(stored).toMatch(/"sealed":"v1\./)
  expect(stored).not.toContain('138')
})

test('a group is kept as a tag of the person and of their quotas, however often they come from it', async () => {
  const it = world()
  await subscribe(it, [ALICE, 'oSomebodyElse'])
  for (const data of [{ opengid: GROUP }, { openGId: GROUP }])
    expect(dataOf(await keep(it, filled(data))).groups).toEqual([GROUP])
  const quotas = it.store.documents('quotas').map(({ openid, tags }) => ({ openid, tags }))
  expect(quotas).toEqual(
    expect.arrayContaining([
      { openid: ALICE, tags: [`group:${GROUP}`] },
      { openid: 'oSomebodyElse', tags: [] },
    ]),
  )
  expect(dataOf(await it.call('person.get', { openid: ALICE }, as.owner))).toMatchObject({
    tags: [],
    groups: [GROUP],
  })
})

test('a campaign to a group reaches the people of the group, and nobody else', async () => {
  const it = world()
  await subscribe(it, [ALICE, 'oSomebodyElse'])
  dataOf(await keep(it, filled({ opengid: GROUP })))
  const { campaign } = await created(it, { audience: { kind: 'everybody', tags: [`group:${GROUP}`] } })
  dataOf(await it.call('campaign.start', { campaign }, as.owner))
  await run(it, campaign)
  expect(it.wechat.delivered.map(({ openid }) => openid)).toEqual([ALICE])
})

test.each<[string, unknown, WxContext, string]>([
  ['a call without open data', undefined, trusted, 'OPEN_DATA_MISSING'],
  ['an object that WeChat says nothing of', filled(phoneData), as.alice, 'OPEN_DATA_FORGED'],
  [
    'an object beside another field that WeChat filled',
    filled(phoneData),
    { ...as.alice, OPEN_DATA_INFO: '{"keys":["other"]}' },
    'OPEN_DATA_FORGED',
  ],
  [
    'a context that is no JSON',
    filled(phoneData),
    { ...as.alice, OPEN_DATA_INFO: 'openData' },
    'OPEN_DATA_FORGED',
  ],
  ['an object without data', { cloudID: 'x' }, trusted, 'OPEN_DATA_FORGED'],
  ['an invented cloudID', { cloudID: 'x', errCode: -601005 }, trusted, 'OPEN_DATA_INVALID'],
  [
    'an expired cloudID',
    { cloudID: 'x', errCode: -601006, errMsg: 'cloudID expired.' },
    trusted,
    'OPEN_DATA_EXPIRED',
  ],
  ['another person’s cloudID', { cloudID: 'x', errCode: -601007 }, trusted, 'OPEN_DATA_FOREIGN'],
  ['a failure of another kind', { cloudID: 'x', errCode: -601008 }, trusted, 'OPEN_DATA_FAILED'],
  ['data of something else', filled({ stepInfoList: [] }), trusted, 'OPEN_DATA_UNKNOWN'],
  [
    'a number that is none',
    filled({ purePhoneNumber: 'call me', countryCode: '86' }),
    trusted,
    'OPEN_DATA_UNKNOWN',
  ],
  ['a plain id where WeChat cannot be asked', 'cloud-id', trusted, 'OPEN_DATA_FORGED'],
])('%s is refused in words, and nothing is kept', async (_what, openData, context, code) => {
  const it = world()
  const error = errorOf(await keep(it, openData, context))
  expect(error.code).toBe(code)
  expect(error.message).toMatch(/[a-z]{3}/)
  expect(JSON.stringify(error)).not.toContain(NUMBER)
  expect(it.store.documents('subscribers')).toEqual([])
})

test('data with an errCode of 0 is data', async () => {
  const it = world()
  const openData = { ...filled({ opengid: GROUP }), errCode: 0, errMsg: 'ok' }
  expect(dataOf(await keep(it, openData)).groups).toEqual([GROUP])
})

test('plain ids are asked of WeChat, all in one call', async () => {
  const it = world({ data: [{ opengid: GROUP }, phoneData] })
  expect(dataOf(await keep(it, ['first', 'second'], as.alice))).toMatchObject({
    groups: [GROUP],
    phone: { masked: '138****8000' },
  })
  expect(it.asked).toEqual([['first', 'second']])
})

test('of a list with an expired id nothing is kept', async () => {
  const it = world({ code: -601006 })
  expect(errorOf(await keep(it, ['first', 'second'], as.alice)).code).toBe('OPEN_DATA_EXPIRED')
  expect(it.store.documents('subscribers')).toEqual([])
})

test('without a key a phone number is refused, and a group is kept', async () => {
  const it = given()
  expect(errorOf(await keep(it, filled(phoneData))).code).toBe('SECRET_MISSING')
  expect(dataOf(await keep(it, filled({ opengid: GROUP })))).toMatchObject({
    groups: [GROUP],
    canKeepPhone: false,
  })
})

test('a number that was sealed with another key is there, and cannot be shown', async () => {
  const it = world()
  dataOf(await keep(it, filled(phoneData)))
  it.service.ports.secrets = sealedWith(Buffer.alloc(32, 8))
  expect((await mine(it)).phone).toEqual({ masked: null, keptAt: it.clock.now() })
})

test('a person forgets their number and a group, as often as they like', async () => {
  const it = world()
  await subscribe(it, [ALICE])
  dataOf(await keep(it, filled({ ...phoneData, opengid: GROUP })))
  for (let times = 0; times < 2; times += 1)
    expect(dataOf(await it.call('openData.forget', { phone: true, group: GROUP }))).toEqual({
      phone: null,
      groups: [],
      canKeepPhone: true,
    })
  expect(it.store.documents('quotas')).toMatchObject([{ tags: [] }])
  expect(errorOf(await it.call('openData.forget', {})).code).toBe('INPUT_INVALID')
})

test('one group too many is refused; the groups of before stay', async () => {
  const it = world()
  const groupAt = (at: number) => `tGroupNumber${String(at).padStart(4, '0')}`
  for (let at = 0; at < MAX_GROUPS; at += 1) dataOf(await keep(it, filled({ opengid: groupAt(at) })))
  expect(errorOf(await keep(it, filled({ opengid: GROUP }))).code).toBe('GROUP_LIMIT')
  expect(dataOf(await keep(it, filled({ opengid: groupAt(0) }))).groups).toHaveLength(MAX_GROUPS)
})

test('staff give no groups by hand, and groups do not count among the tags that they give', async () => {
  const it = world()
  dataOf(await keep(it, filled({ opengid: GROUP })))
  const tag = (add: string[]) => it.call('person.tag', { openids: [ALICE], add }, as.owner)
  expect(errorOf(await tag([`group:${GROUP}`]))).toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('WeChat alone'),
  })
  const many = Array.from({ length: 50 }, (_, at) => `tag-${at}`)
  for (let at = 0; at < 50; at += 20) dataOf(await tag(many.slice(at, at + 20)))
  expect(dataOf(await it.call('person.get', { openid: ALICE }, as.owner))).toMatchObject({ groups: [GROUP] })
})

test('an export tells of the number without telling it, and an erasure takes it away', async () => {
  const it = world()
  await subscribe(it, [ALICE])
  dataOf(await keep(it, filled({ ...phoneData, opengid: GROUP })))
  const exported = JSON.stringify(dataOf(await it.call('person.export', { openid: ALICE }, as.owner)))
  expect(exported).toContain('138****8000')
  expect(exported).not.toMatch(/13800138000|sealed/)
  dataOf(await it.call('person.erase', { openid: ALICE }, as.owner))
  expect(await mine(it)).toEqual({ phone: null, groups: [], canKeepPhone: true })
})

test('a call that died half-way is completed by the next one', async () => {
  for (let calls = 1; calls <= 8; calls += 1)
    for (const dies of ['before', 'after'] as const) {
      const it = world()
      await subscribe(it, [ALICE])
      const { store } = mortal(it.store, calls, dies)
      const both = filled({ ...phoneData, opengid: GROUP })
      await keep(it, both, trusted, { ...it.service.ports, store })
      expect(dataOf(await keep(it, both))).toMatchObject({
        phone: { masked: '138****8000' },
        groups: [GROUP],
      })
      expect(it.store.documents('quotas')).toMatchObject([{ tags: [`group:${GROUP}`] }])
    }
})

test('no log, reply or document holds the number in clear', async () => {
  const it = world()
  const replies = [await keep(it, filled(phoneData)), await keep(it, filled(phoneData), as.alice)]
  it.store.update = async () => {
    throw new TypeError('a bug')
  }
  const broken = await keep(it, filled(phoneData))
  expect(errorOf(broken).code).toBe('INTERNAL')
  expect(JSON.stringify([...replies, broken, it.logged, it.store.documents('subscribers')])).not.toContain(
    NUMBER,
  )
})

test.each([
  ['+86 13800138000', '138****8000'],
  ['+1 4155552671', '+1 415***2671'],
  ['+65 91234567', '+65 ******67'],
])('%s is shown as %s', (number, shown) => {
  expect(masked(number)).toBe(shown)
})

describe('the seal', () => {
  const secrets = sealedWith(KEY)

  test('opens for whom it was made, with the key it was made with, and is new each time', () => {
    const sealed = secrets.seal(NUMBER, ALICE)
    expect(secrets.open(sealed, ALICE)).toBe(NUMBER)
    expect(secrets.open(sealed, 'oSomebodyElse')).toBeNull()
    expect(sealedWith(Buffer.alloc(32, 8)).open(sealed, ALICE)).toBeNull()
    expect(secrets.seal(NUMBER, ALICE)).not.toBe(sealed)
  })

  test.each(['', 'v1.', 'v1.AAAA', 'v2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', NUMBER])(
    'of "%s" opens nothing',
    (text) => {
      expect(secrets.open(text, ALICE)).toBeNull()
    },
  )

  test('of changed bytes opens nothing', () => {
    const sealed = secrets.seal(NUMBER, ALICE)
    const other = sealed.at(-2) === 'A' ? 'B' : 'A'
    expect(secrets.open(`${sealed.slice(0, -2)}${other}${sealed.slice(-1)}`, ALICE)).toBeNull()
  })

  test('takes its key in base64 and in hex', () => {
    const [hex, base64] = (['hex', 'base64'] as const).map((form) =>
      secretsOf({ HONGYAN_SECRET: KEY.toString(form) }),
    )
    expect(hex?.open(base64?.seal(NUMBER, ALICE) ?? '', ALICE)).toBe(NUMBER)
    expect(secretsOf({})).toBeUndefined()
    expect(secretsOf({ HONGYAN_SECRET: '' })).toBeUndefined()
  })

  test('refuses a key that is none, without saying it', () => {
    const wrong = 'correct horse battery staple'
    try {
      secretsOf({ HONGYAN_SECRET: wrong })
      throw new Error('it was taken')
    } catch (error) {
      expect(error).toMatchObject({ code: 'SETTINGS_INVALID', faults: [{ path: 'HONGYAN_SECRET' }] })
      expect(JSON.stringify(error)).not.toContain(wrong)
    }
  })
})

test('a person who was never seen is nobody in particular', async () => {
  expect(dataOf(await given().call('person.get', { openid: 'oNobodyInParticular' }, as.owner))).toEqual({
    openid: 'oNobodyInParticular',
    isKnown: false,
    language: 'zh_CN',
    quiet: null,
    muted: [],
    tags: [],
    groups: [],
    phone: null,
    seenAt: null,
  })
})

test('nothing of a person is kept by a look', async () => {
  const it = world()
  await mine(it)
  expect(it.store.documents<Subscriber>('subscribers')).toEqual([])
})
