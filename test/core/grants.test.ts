/** One grant, two who tell of it: the phone and WeChat's event. */
import { MemoryStore } from '../../adapters/memory/store'
import type { Answer } from '../../core/contract'
import { type Evidence, grant, grantsIn, revokeByEvent, type Told } from '../../core/subscription/grants'
import { laneOf } from '../../core/delivery/lanes'
import { gt } from '../../core/ports'
import { type Quota, quotaId, spend } from '../../core/subscription/quotas'
import { counted, Died, mortal, SteppedClock } from '../support/service'

const LANES = 4
const OPENID = 'oAliceSubscriber'
const TEMPLATE = 'order-shipped'
const ID = quotaId(TEMPLATE, laneOf(OPENID, LANES), OPENID)
const SECOND = 1_000
const MINUTE = 60 * SECOND

function given() {
  const clock = new SteppedClock()
  const store = new MemoryStore(clock)
  const ports = { store, clock }
  const start = clock.now()
  let made = 0
  const told = (by: Told['by'], afterMs: number, answer: Answer = 'accept'): Told => ({
    openid: OPENID,
    template: TEMPLATE,
    promptId: `${by}-${(made += 1)}`,
    by,
    at: start + afterMs,
    answer,
  })
  return {
    ports,
    store,
    told,
    start,
    tell: (...all: Told[]) => Promise.all(all.map((one) => grant(ports, LANES, one))),
    refuse: (promptId: string, afterMs: number) =>
      revokeByEvent(ports, LANES, { openid: OPENID, template: TEMPLATE, promptId, at: start + afterMs }),
    async quota(): Promise<Quota> {
      const quota = await store.get<Quota>('quotas', ID)
      if (!quota) throw new Error('no quota')
      return quota
    },
  }
}

const evidence = (...pieces: [by: 'phone' | 'event', minutes: number][]): Evidence[] =>
  pieces.map(([by, minutes], at) => ({ id: String(at), by, at: minutes * MINUTE, answer: 'accept' }))

describe('what evidence proves', () => {
  test.each<[number, string, Evidence[]]>([
    [1, 'a report and the event of the same prompt', evidence(['phone', 0], ['event', 0.1])],
    [1, 'an event that WeChat dates before the report', evidence(['phone', 5], ['event', 4])],
    [2, 'two reports and one event: the larger count', evidence(['phone', 0], ['phone', 1], ['event', 0.5])],
    [2, 'one report and two events', evidence(['phone', 0], ['event', 0], ['event', 1])],
    [2, 'a report and an event of prompts that are further apart', evidence(['phone', 0], ['event', 2.1])],
    [
      2,
      'two prompts told by both, over the boundary of any fixed interval',
      evidence(['phone', 1.9], ['event', 2.1], ['phone', 3.9], ['event', 4.1]),
    ],
    [
      2,
      'what could be paired in two ways, in the way that pairs most',
      evidence(['event', -1.5], ['event', 1.5], ['phone', 0], ['phone', 3]),
    ],
    [0, 'nothing', []],
  ])('%i: %s', (grants, _name, pieces) => {
    expect(grantsIn(pieces)).toBe(grants)
    expect(grantsIn([...pieces].reverse())).toBe(grants)
  })

  test('each further piece adds one grant or none, in whatever order they come', () => {
    const all = evidence(
      ...Array.from({ length: 8 }, (_, at): ['phone' | 'event', number] => [
        at % 3 === 0 ? 'event' : 'phone',
        (at * 7) % 5,
      ]),
    )
    for (let rotation = 0; rotation < all.length; rotation += 1) {
      const order = [...all.slice(rotation), ...all.slice(0, rotation)]
      for (let count = 1; count <= order.length; count += 1) {
        const more = grantsIn(order.slice(0, count)) - grantsIn(order.slice(0, count - 1))
        expect([0, 1]).toContain(more)
      }
      expect(grantsIn(order)).toBe(grantsIn(all))
    }
  })
})

test("the phone's report and WeChat's event of one prompt are one grant, whoever is first", async () => {
  for (const order of [['phone', 'event'] as const, ['event', 'phone'] as const]) {
    const { tell, told, quota } = given()
    for (const by of order) await tell(told(by, 0))
    expect(await quota()).toMatchObject({ granted: 1, left: 1, answer: 'accept' })
  }
})

test('they are one grant when they are written at the same moment, each twice', async () => {
  const { tell, told, quota } = given()
  const [phone, event] = [told('phone', 0), told('event', 5 * SECOND)]
  await tell(phone, event, phone, event)
  expect(await quota()).toMatchObject({ granted: 1, left: 1 })
})

test('prompts told of at once each add their grant', async () => {
  const { tell, told, quota } = given()
  await tell(...[0, 10, 20, 30].map((minutes) => told('phone', minutes * MINUTE)))
  expect(await quota()).toMatchObject({ granted: 4, left: 4 })
})

test('the same evidence once more adds nothing, not even after its grant was spent', async () => {
  const { tell, told, quota, ports } = given()
  const phone = told('phone', 0)
  await tell(phone)
  await spend(ports, { _id: 'page', oneTime: true }, [ID], 0)
  await tell(phone, phone)
  expect(await quota()).toMatchObject({ granted: 1, left: 0, prompts: [{ id: phone.promptId }] })
})

test('a spend between reading and writing is not lost', async () => {
  const { store, told, ports, tell, quota } = given()
  await tell(told('phone', 0))
  let spends = 1
  const interrupted = counted(store, (call) => {
    if (call === 'update quotas' && spends-- > 0)
      void store.update('quotas', { _id: ID, left: gt(0) }, { inc: { left: -1 } })
  })
  await grant({ ...ports, store: interrupted }, LANES, told('phone', 10 * MINUTE))
  expect(await quota()).toMatchObject({ granted: 2, left: 1 })
})

test.each<Answer>(['reject', 'ban', 'filter'])('%s is written down, with nothing granted', async (answer) => {
  const { tell, told, quota } = given()
  await tell(told('phone', 0, answer))
  expect(await quota()).toMatchObject({ granted: 0, left: 0, answer, revokedAt: -1, spent: [] })
})

test('the answer that stands is the latest, however late an older one is told', async () => {
  const { tell, told, quota } = given()
  await tell(told('phone', 10 * MINUTE))
  await tell(told('event', 0, 'reject'))
  expect((await quota()).answer).toBe('accept')
  await tell(told('event', 20 * MINUTE, 'ban'))
  expect(await quota()).toMatchObject({ answer: 'ban', left: 1 })
})

test('an accept clears the word that nothing can reach this person; a refusal does not', async () => {
  const { tell, told, quota, store } = given()
  await tell(told('phone', 0))
  await store.update('quotas', { _id: ID }, { set: { unreachable: 40003 } })
  await tell(told('phone', MINUTE, 'reject'))
  expect((await quota()).unreachable).toBe(40003)
  await tell(told('phone', 9 * MINUTE, 'acceptWithAudio'))
  expect(await quota()).not.toHaveProperty('unreachable')
})

test('a new quota has the profile of the person', async () => {
  const { tell, told, quota, store } = given()
  const quiet = { from: '22:00', to: '08:00', zone: 'Asia/Shanghai' }
  await store.insert('subscribers', {
    _id: OPENID,
    language: 'en_US',
    seenAt: 0,
    tags: ['vip'],
    muted: ['queue-call', TEMPLATE],
    quiet,
  })
  await tell(told('phone', 0))
  expect(await quota()).toMatchObject({ language: 'en_US', tags: ['vip'], muted: true, quiet })
})

test('a function that counts lanes differently is refused before it puts anybody into another lane', async () => {
  const { tell, told, ports, store } = given()
  await tell(told('phone', 0))
  await expect(grant(ports, LANES + 1, told('event', 0))).rejects.toMatchObject({ code: 'LANES_MISMATCH' })
  expect(await store.find('quotas', { where: {}, limit: 10 })).toHaveLength(1)
})

test('a profile that changes while the quota is made is not lost', async () => {
  const { told, quota, store, ports } = given()
  await store.insert('subscribers', { _id: OPENID, language: 'zh_CN', seenAt: 0 })
  const racing = counted(store, (call) => {
    if (call === 'insert quotas')
      void store.update('subscribers', { _id: OPENID }, { set: { tags: ['new'] } })
  })
  await grant({ ...ports, store: racing }, LANES, told('phone', 0))
  expect((await quota()).tags).toEqual(['new'])
})

describe('a refusal in the settings of WeChat', () => {
  test('takes what was left, once, and says how many however often it is told', async () => {
    const { tell, told, quota, refuse } = given()
    await tell(told('phone', 0), told('phone', 5 * MINUTE))
    expect(await refuse('change', 6 * MINUTE)).toBe(2)
    expect(await refuse('change', 6 * MINUTE)).toBe(2)
    expect(await quota()).toMatchObject({
      granted: 2,
      left: 0,
      revoked: ['change'],
      revokedAt: 2,
      answer: 'reject',
    })
  })

  test('right after the accept takes it too, though WeChat dates it by whole seconds', async () => {
    const { tell, told, quota, refuse } = given()
    await tell(told('phone', 900))
    expect(await refuse('change', 0)).toBe(1)
    expect(await quota()).toMatchObject({ left: 0, answer: 'reject', revokedAt: 1 })
  })

  test('that is told late leaves grants that were tapped since', async () => {
    const { tell, told, quota, refuse } = given()
    await tell(told('phone', 0), told('phone', 10 * MINUTE))
    expect(await refuse('change', 5 * MINUTE)).toBe(1)
    expect(await quota()).toMatchObject({ granted: 2, left: 1, answer: 'accept', revokedAt: -1 })
  })

  test('and a spend at the same moment take each grant once', async () => {
    const { tell, told, quota, store, start, ports } = given()
    await tell(told('phone', 0), told('phone', 5 * MINUTE))
    let spends = 1
    const racing = counted(store, (call) => {
      if (call === 'update quotas' && spends-- > 0)
        void store.update('quotas', { _id: ID, left: gt(0) }, { inc: { left: -1 } })
    })
    const event = { openid: OPENID, template: TEMPLATE, promptId: 'change', at: start + 6 * MINUTE }
    expect(await revokeByEvent({ ...ports, store: racing }, LANES, event)).toBe(1)
    expect(await quota()).toMatchObject({ granted: 2, left: 0 })
  })

  test('of a person who has nothing is written down and takes nothing', async () => {
    const { quota, refuse } = given()
    expect(await refuse('change', 0)).toBe(0)
    expect(await quota()).toMatchObject({ granted: 0, left: 0, revoked: [], answer: 'reject' })
  })
})

test('cut short at any call of the store, told again it adds up', async () => {
  for (const dies of ['before', 'after'] as const)
    for (let calls = 1; calls < 20; calls += 1) {
      const { store, told, ports, quota, refuse, start } = given()
      const dying = mortal(store, calls, dies)
      const [phone, event] = [told('phone', 0), told('event', SECOND)]
      const change = { openid: OPENID, template: TEMPLATE, promptId: 'change', at: start + MINUTE }
      const work = async (to: typeof ports) => {
        await grant(to, LANES, phone)
        await grant(to, LANES, event)
        await revokeByEvent(to, LANES, change)
      }
      await work({ ...ports, store: dying.store } as typeof ports).catch((error: unknown) => {
        if (!(error instanceof Died)) throw error
      })
      await work(ports)
      expect(await refuse('change', MINUTE)).toBe(1)
      expect(await quota()).toMatchObject({ granted: 1, left: 0, revoked: ['change'] })
    }
})
