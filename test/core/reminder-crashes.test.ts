/** Whichever call dies: no time of a reminder is lost, and none comes twice. */
import type { Reminder } from '../../core/reminder/reminder'
import { daily, given, MINUTE, minutes, reminder, set, subscribe } from '../support/reminding'
import { as, dataOf, type Given, mortal } from '../support/service'

const PEOPLE = ['oPersonOne', 'oPersonTwo', 'oPersonThree', 'oPersonFour', 'oPersonFive']
const WITHOUT_GRANT = 'oPersonThree'
const WINDOW = 2

/** Five people with a reminder each hour that is due now; one has no grant. */
async function waiting(lanes: number): Promise<Given> {
  const world = given({ env: { HONGYAN_LANES: String(lanes), HONGYAN_WINDOW: String(WINDOW) } })
  for (const openid of PEOPLE) {
    if (openid !== WITHOUT_GRANT) await subscribe(world, 3, openid)
    const schedule = { ...daily, unit: 'hours', count: 2 } as const
    await set(world, { schedule, graceMinutes: 24 * 60 }, as.phone(openid))
  }
  world.clock.advance(30 * MINUTE)
  return world
}

test.each([
  ['before', 1],
  ['after', 1],
  ['before', 4],
  ['after', 4],
] as const)(
  'whichever call of a tick dies, %s its effect, each time of each reminder comes once or is told of: %d lanes',
  async (dies, lanes) => {
    const whole = await waiting(lanes)
    const { store, made } = mortal(whole.store, Number.POSITIVE_INFINITY, 'before')
    dataOf(await whole.tick(store))
    expect(made()).toBeGreaterThan(20)
    let doubted = 0
    for (let call = 1; call <= made(); call += 1) {
      const world = await waiting(lanes)
      await world.tick(mortal(world.store, call, dies).store)
      await minutes(world, 4)
      // The next hour, without a tick for each of its minutes.
      for (let part = 0; part < 13; part += 1) {
        world.clock.advance(5 * MINUTE)
        dataOf(await world.tick())
      }
      for (const openid of PEOPLE) {
        const own = world.store
          .documents<Reminder>('reminders')
          .filter((one) => one.openid === openid)
          .sort((a, b) => a.number - b.number)
        const outcomes = own.map(({ outcome }) => outcome)
        const got = world.wechat.delivered.filter((one) => one.openid === openid).length
        const unknown = outcomes.filter((outcome) => outcome === 'unknown').length
        doubted += unknown
        const wanted = openid === WITHOUT_GRANT ? 'skipped' : 'sent'
        expect({ call, openid, numbers: own.map(({ number }) => number) }).toEqual({
          call,
          openid,
          numbers: [1, 2],
        })
        expect({ call, openid, outcomes }).toEqual({
          call,
          openid,
          outcomes: outcomes.map((outcome) => (outcome === 'unknown' ? outcome : wanted)),
        })
        const sent = outcomes.filter((outcome) => outcome === 'sent').length
        expect(got).toBeGreaterThanOrEqual(sent)
        expect(got).toBeLessThanOrEqual(sent + unknown)
      }
    }
    expect(doubted).toBeGreaterThan(0)
  },
)

test.each(['before', 'after'] as const)(
  'whichever call of setting one dies, %s its effect, a repeat of the call or the next scan makes it, once',
  async (dies) => {
    const whole = given()
    const counting = mortal(whole.store, Number.POSITIVE_INFINITY, 'before')
    dataOf(await whole.call('reminder.create', reminder(), as.alice, counting.store))
    for (let call = 1; call <= counting.made(); call += 1) {
      const world = given({ env: { HONGYAN_LANES: '1' } })
      await subscribe(world, 2)
      await world.call('reminder.create', reminder(), as.alice, mortal(world.store, call, dies).store)
      if (call % 2 === 0) await set(world)
      const isWritten = world.store.documents('reminderRules').length > 0
      expect({ call, got: (await minutes(world, 60)).length }).toEqual({ call, got: isWritten ? 1 : 0 })
    }
  },
)
