/** The page protocol cut short at every call of the store, before its effect and after it (a lost answer). */
import type { Page } from '../../core/delivery/page'
import type { Quota } from '../../core/subscription/quotas'
import type { Send } from '../../core/delivery/sends'
import { ORDER_ID as TEMPLATE_ID, orderParams as params } from '../support/campaign'
import { as, dataOf, given, type Given, mortal } from '../support/service'

const PEOPLE = ['oPersonOne', 'oPersonTwo', 'oPersonThree', 'oPersonFour', 'oPersonFive']
const WITHOUT_GRANT = 'oPersonThree'
const REFUSED = 'oPersonFour'
const WINDOW = 2

/** One lane, five people; one has no grant, and of one WeChat says that there is none. Everybody has a send waiting. */
async function waiting(): Promise<Given> {
  const world = given({ env: { HONGYAN_LANES: '1', HONGYAN_WINDOW: String(WINDOW) } })
  for (const [at, openid] of PEOPLE.entries()) {
    if (openid !== WITHOUT_GRANT) {
      const answers = { [TEMPLATE_ID]: 'accept' as const }
      await world.call(
        'subscription.record',
        { promptId: `prompt-${at}`, scene: 'order', answers },
        as.phone(openid),
      )
      await world.call(
        'subscription.record',
        { promptId: `prompt-${at}b`, scene: 'order', answers },
        as.phone(openid),
      )
      if (openid !== REFUSED) world.wechat.grant(openid, TEMPLATE_ID, 2)
    }
    dataOf(
      await world.call(
        'send.one',
        { key: `key-0000-${at}`, to: openid, template: 'order-shipped', params },
        as.owner,
      ),
    )
  }
  return world
}

async function outcomes({ store }: Given) {
  const sends = await store.find<Send>('sends', { where: {}, limit: 100 })
  return new Map(sends.map(({ openid, outcome, state }) => [openid, state === 'done' ? outcome : state]))
}

/** left = granted − spent + returned − revoked, each with its evidence. */
async function ledgerHolds({ store }: Given) {
  const pages = new Map(
    (await store.find<Page>('pages', { where: {}, limit: 100 })).map((page) => [page._id, page]),
  )
  for (const quota of await store.find<Quota>('quotas', { where: {}, limit: 100 })) {
    const revoked = quota.revoked.reduce((sum, id) => {
      const page = pages.get(id)
      return sum + (page?.revoked[page.people[quota.openid] ?? -1] ?? 0)
    }, 0)
    const expected = quota.granted - quota.spent.length + quota.returned.length - revoked
    expect({ openid: quota.openid, left: quota.left }).toEqual({ openid: quota.openid, left: expected })
  }
}

async function settled(world: Given) {
  for (let at = 0; at < 4; at += 1) {
    world.clock.advance(60_000)
    dataOf(await world.tick())
  }
}

const callsOfATick = async () => {
  const world = await waiting()
  const { store, made } = mortal(world.store, Number.POSITIVE_INFINITY, 'before')
  dataOf(await world.tick(store))
  return made()
}

test.each(['before', 'after'] as const)(
  'whichever call of a tick dies, %s its effect, nobody is lost, nobody gets it twice, and doubt is at most a window',
  async (dies) => {
    const calls = await callsOfATick()
    expect(calls).toBeGreaterThan(15)
    let doubted = 0
    for (let call = 1; call <= calls; call += 1) {
      const world = await waiting()
      await world.tick(mortal(world.store, call, dies).store)
      await settled(world)
      const result = await outcomes(world)
      const got = world.wechat.delivered.map(({ openid }) => openid)
      expect({ call, twice: got.filter((openid, at) => got.indexOf(openid) !== at) }).toEqual({
        call,
        twice: [],
      })
      const unknown = PEOPLE.filter((openid) => result.get(openid) === 'unknown')
      expect(unknown.length).toBeLessThanOrEqual(WINDOW)
      doubted += unknown.length
      for (const openid of PEOPLE) {
        const outcome = result.get(openid)
        if (unknown.includes(openid)) continue
        const expected = openid === WITHOUT_GRANT ? 'skipped' : openid === REFUSED ? 'refused' : 'sent'
        expect({ call, openid, outcome }).toEqual({ call, openid, outcome: expected })
        expect(got.includes(openid)).toBe(outcome === 'sent')
      }
      await ledgerHolds(world)
    }
    expect(doubted).toBeGreaterThan(0)
  },
)

test('two dispatches at once: one works the lane, the other leaves it', async () => {
  const world = await waiting()
  const reports = await Promise.all([world.tick(), world.tick()])
  expect(reports.map((reply) => dataOf(reply).lanes).sort((a, b) => a - b)).toEqual([0, 1])
  expect(world.wechat.asked).toHaveLength(4)
})

test('a holder that wakes after its lease was taken over sends nothing more and corrects what it left in doubt', async () => {
  const world = await waiting()
  const send = world.wechat.send.bind(world.wechat)
  // The first window is under way when its function is frozen for longer than the lease and the send timeout.
  let thaw: () => void = () => undefined
  const frozen = new Promise<void>((resolve) => {
    thaw = resolve
  })
  let isFrozen: () => void = () => undefined
  const underWay = new Promise<void>((resolve) => {
    isFrozen = resolve
  })
  let first = true
  world.wechat.send = async (message) => {
    const answered = await send(message)
    if (first) {
      first = false
      isFrozen()
      await frozen
    }
    return answered
  }
  const zombie = world.tick()
  await underWay
  world.clock.advance(60_000)
  dataOf(await world.tick())
  const doubted = await outcomes(world)
  expect(PEOPLE.filter((openid) => doubted.get(openid) === 'unknown')).toHaveLength(2)
  const asked = world.wechat.asked.length
  thaw()
  dataOf(await zombie)
  expect(world.wechat.asked).toHaveLength(asked)
  const result = await outcomes(world)
  expect([...result.values()].filter((outcome) => outcome === 'unknown')).toEqual([])
  const got = world.wechat.delivered.map(({ openid }) => openid)
  expect(new Set(got).size).toBe(got.length)
})
