/** Several reminders of one template to one person within its window are one message. */
import type { InputOf } from '../../core/contract'
import type { Reminder } from '../../core/reminder/reminder'
import { Catalogue } from '../../core/template/catalogue'
import { digestParams } from '../../core/template/digest'
import { DefinitionError } from '../../core/template/template'
import { templates } from '../../templates'
import { given } from '../support/reminding'
import { ALICE, as, dataOf, type Given, mortal } from '../support/service'

const TEMPLATE_ID = 'mT7bQe2Xc9RfVgYh4Un1Jk6Lo3Zp8As5Dw0ExCrFtHi'
const MINUTE = 60_000
const params = { teacher: '王老师', endsAt: '2026-11-21T20:30', room: '203' }

/** The clock of these tests begins at 15:30 in Shanghai. */
async function remind(world: Given, course: string, at: string, over: object = {}, who = as.alice) {
  const input: InputOf<'reminder.create'> = {
    key: `reminder-${course}`,
    template: 'class-reminder',
    params: { ...params, course },
    timeParam: 'startsAt',
    schedule: { kind: 'once', at: `2026-11-21T${at}` },
    ...over,
  }
  return dataOf(await world.call('reminder.create', input, who))
}

async function subscribe(world: Given, times: number, openid = ALICE) {
  for (let at = 0; at < times; at += 1) {
    const answers = { [TEMPLATE_ID]: 'accept' as const }
    const promptId = `prompt-${openid}-${at}`
    dataOf(await world.call('subscription.record', { promptId, scene: 'class', answers }, as.phone(openid)))
    world.wechat.grant(openid, TEMPLATE_ID)
  }
}

async function minutes(world: Given, count: number): Promise<number[]> {
  const seen: number[] = []
  for (let minute = 1; minute <= count; minute += 1) {
    world.clock.advance(MINUTE)
    const before = world.wechat.delivered.length
    dataOf(await world.tick())
    for (let one = before; one < world.wechat.delivered.length; one += 1) seen.push(minute)
  }
  return seen
}

const all = ({ store }: Given) => store.documents<Reminder>('reminders').sort((a, b) => a.at - b.at)
const leftOf = async (world: Given) =>
  dataOf(await world.call('subscription.mine', {})).quotas.find(
    ({ template }) => template === 'class-reminder',
  )?.left

test('what is due within the window goes with the first, for one grant; what is later goes by itself', async () => {
  const world = given()
  await subscribe(world, 3)
  await remind(world, '书法', '16:00')
  await remind(world, '素描', '16:20')
  await remind(world, '钢琴', '17:00')
  await remind(world, '围棋', '17:01')
  expect(await minutes(world, 100)).toEqual([30, 91])
  expect(world.wechat.delivered.map(({ data }) => data['thing1'])).toEqual(['书法、素描、钢琴', '围棋'])
  expect(world.wechat.delivered[0]?.data['time2']).toBe('2026年11月21日 16:00~20:30')
  expect(all(world).map(({ state, outcome }) => `${state} ${outcome}`)).toEqual(Array(4).fill('fired sent'))
  expect(await leftOf(world)).toBe(1)
})

test('a person sees it among their messages as they got it, once', async () => {
  const world = given()
  await subscribe(world, 1)
  await remind(world, '书法', '16:00')
  await remind(world, '素描', '16:20')
  await minutes(world, 60)
  const { messages } = dataOf(await world.call('message.mine', {}))
  expect(messages.map(({ card }) => card.lines[0]?.value)).toEqual(['书法、素描'])
})

test('a repeating one that went along comes again at its own next time', async () => {
  const world = given()
  await subscribe(world, 2)
  await remind(world, '书法', '16:00')
  const schedule = { kind: 'repeat', from: '2026-11-21T16:20', every: 2, unit: 'hours', count: 2 }
  await remind(world, '素描', '16:20', { schedule })
  expect(await minutes(world, 200)).toEqual([30, 170])
  expect(world.wechat.delivered.map(({ data }) => data['thing1'])).toEqual(['书法、素描', '素描'])
})

test('what is cancelled, or missed by more than its grace, is not in it', async () => {
  const world = given()
  await subscribe(world, 2)
  await minutes(world, 1)
  await remind(world, '书法', '16:00')
  await remind(world, '素描', '15:40', { graceMinutes: 5 })
  const { reminder } = await remind(world, '钢琴', '16:20')
  dataOf(await world.call('reminder.cancel', { reminder }))
  world.clock.advance(29 * MINUTE)
  dataOf(await world.tick())
  expect(world.wechat.delivered.map(({ data }) => data['thing1'])).toEqual(['书法'])
  expect(all(world).map(({ state }) => state)).toEqual(['missed', 'fired', 'cancelled'])
})

test('those that go along need no grant of their own, and are not told to be undeliverable', async () => {
  const world = given()
  await subscribe(world, 1)
  for (const [course, at] of [
    ['书法', '16:00'],
    ['素描', '16:20'],
    ['围棋', '17:30'],
  ] as const)
    await remind(world, course, at)
  const { reminders } = dataOf(await world.call('reminder.undeliverable', {}, as.owner))
  expect(reminders.map(({ at }) => at)).toEqual([Date.UTC(2026, 10, 21, 9, 30)])
})

test('together they are put off by quiet hours and by WeChat, and then are one message', async () => {
  const world = given()
  await subscribe(world, 1)
  dataOf(await world.call('preference.set', { quiet: { from: '15:50', to: '16:20', zone: 'Asia/Shanghai' } }))
  await remind(world, '书法', '16:00')
  await remind(world, '素描', '16:05')
  world.wechat.answers.push({ code: 45011, text: 'too often' })
  expect(await minutes(world, 80)).toEqual([51])
  expect(world.wechat.delivered[0]?.data['thing1']).toBe('书法、素描')
  expect(all(world).map(({ outcome }) => outcome)).toEqual(['sent', 'sent'])
})

/** The template alone, with another digest. */
function withDigest(join: object, keywords: object = {}) {
  const found = templates.find(({ file }) => file === 'class-reminder.json')
  const definition = found?.content as { params: { properties: object }; keywords: object }
  const properties = { ...definition.params.properties, several: { type: 'integer', title: '几节' } }
  const content = {
    ...definition,
    params: { ...definition.params, properties },
    keywords: { ...definition.keywords, ...keywords },
    digest: { windowMinutes: 60, join },
  }
  return [{ file: 'class-reminder.json', content }]
}

test('where several break a rule of the template as one, each goes by itself', async () => {
  const files = withDigest(
    { course: { by: 'list', separator: '、' } },
    { thing1: { label: '课程名称', text: '{{course}}' } },
  )
  const world = given({ files })
  await subscribe(world, 2)
  await remind(world, '初级毛笔书法兴趣班', '16:00')
  await remind(world, '中级铅笔素描写生精品课程', '16:20')
  expect(await minutes(world, 60)).toEqual([30, 50])
})

const NAME = { name4: { label: '授课老师', text: '{{#if several}}{{several}}人{{else}}{{teacher}}{{/if}}' } }

test.each<[string, object, RegExp]>([
  ['a param that there is not', { colour: { by: 'count' } }, /digest.join.colour.*unknown/],
  ['a sum of words', { course: { by: 'sum' } }, /digest.join.course.*a sum is for/],
  ['a list of times', { startsAt: { by: 'list' } }, /digest.join.startsAt.*free text/],
  ['the earliest of words', { course: { by: 'earliest' } }, /digest.join.course.*param of times/],
  ['one whose example breaks a keyword', { several: { by: 'count' } }, /two as a digest.*name4/],
])('a digest that cannot work is refused when templates are built: %s', (_what, join, told) => {
  const build = () => new Catalogue(withDigest(join, NAME))
  expect(build).toThrow(DefinitionError)
  expect(build).toThrow(told)
})

test('params are joined as the template says: counted, added, listed once each, the earliest and the latest', () => {
  const [template] = new Catalogue(templates).templates
  if (!template) throw new Error('there are no templates')
  const string = { type: 'string', title: 'x' } as const
  const number = { type: 'integer', title: 'x' } as const
  const time = { ...string, format: 'date-time' } as const
  const definition = {
    ...template.definition,
    params: {
      type: 'object' as const,
      properties: {
        count: number,
        sum: number,
        list: { ...string, maxLength: 5 },
        from: time,
        to: time,
        who: string,
      },
      required: [],
    },
    digest: {
      windowMinutes: 10,
      join: {
        count: { by: 'count' as const },
        sum: { by: 'sum' as const },
        list: { by: 'list' as const, separator: '+' },
        from: { by: 'earliest' as const },
        to: { by: 'latest' as const },
      },
    },
  }
  const one = { sum: 2, list: 'ab', from: '2026-11-21T10:00', to: '2026-11-21T10:00', who: 'A' }
  const two = { sum: 3, list: 'cd', from: '2026-11-21T09:00+08:00', to: '2026-11-21T11:00', who: 'B' }
  expect(digestParams(definition, [one, two, { ...one, who: 'C' }])).toEqual({
    count: 3,
    sum: 7,
    list: 'ab+cd',
    from: two.from,
    to: two.to,
    who: 'A',
  })
  expect(digestParams(definition, [one, { ...two, list: '鸿雁' }, { ...two, list: 'x' }])['list']).toBe(
    'ab+鸿…',
  )
})

test.each(['before', 'after'] as const)(
  'whichever call of a tick with digests dies, %s its effect, each reminder is settled with its message, none twice',
  async (dies) => {
    const waiting = async () => {
      const world = given({ env: { HONGYAN_LANES: '1', HONGYAN_WINDOW: '1' } })
      for (const openid of [ALICE, 'oBertStudent']) {
        await subscribe(world, 1, openid)
        const who = as.phone(openid)
        await remind(world, '书法', '16:00', { graceMinutes: 600 }, who)
        const schedule = { kind: 'repeat', from: '2026-11-21T16:20', every: 9, unit: 'hours', count: 2 }
        await remind(world, '素描', '16:20', { schedule, graceMinutes: 600 }, who)
      }
      world.clock.advance(30 * MINUTE)
      return world
    }
    const whole = await waiting()
    const { store, made } = mortal(whole.store, Number.POSITIVE_INFINITY, 'before')
    dataOf(await whole.tick(store))
    expect(whole.wechat.delivered).toHaveLength(2)
    for (let call = 1; call <= made(); call += 1) {
      const world = await waiting()
      await world.tick(mortal(world.store, call, dies).store)
      for (const later of [1, 1, 20]) {
        world.clock.advance(later * MINUTE)
        dataOf(await world.tick())
      }
      for (const openid of [ALICE, 'oBertStudent']) {
        const own = all(world).filter((one) => one.openid === openid)
        const [first, along, next] = own
        expect({ call, count: own.length, next: next?.state }).toEqual({ call, count: 3, next: 'waiting' })
        expect({ call, outcomes: [first?.outcome, along?.outcome] }).toEqual({
          call,
          outcomes: first?.outcome === 'unknown' ? ['unknown', 'unknown'] : ['sent', 'sent'],
        })
        const got = world.wechat.delivered.filter((one) => one.openid === openid).length
        expect(got).toBeLessThanOrEqual(1)
        expect(got).toBeGreaterThanOrEqual(first?.outcome === 'sent' ? 1 : 0)
      }
    }
  },
)
