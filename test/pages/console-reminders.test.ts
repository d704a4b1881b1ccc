/** @jest-environment jsdom */
import type { InputOf } from '../../core/contract'
import { openPage, type PageTestOptions } from '../support/pages'
import { ALICE, as, dataOf, given, type Given, OWNER } from '../support/service'

const TO_DO = 'tD4oRm9Sx2KqVb7Nh3Wc6Pj8Lz1Gf5Ya0UeItHdQnMw'
const BERT = 'oBertSubscriber'
const VIEWER = 'oViewerOfShop'
const MINUTE = 60_000
const own = Date.now.bind(Date)
const offlineError = { errCode: -601003, errMsg: 'cloud.callFunction:fail request:fail' }

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

/** The phone's clock goes with the service's: 15:30 in Shanghai on 21 November 2026. */
async function open(page: string, world: Given, options: Partial<PageTestOptions> = {}) {
  const began = own()
  jest.spyOn(Date, 'now').mockImplementation(() => world.clock.now() + own() - began)
  return openPage({ openid: OWNER, page: `console/${page}/${page}`, world, ...options })
}

const remind = async (
  world: Given,
  openid: string,
  at: string,
  over: Partial<InputOf<'reminder.create'>> = {},
) =>
  dataOf(
    await world.call(
      'reminder.create',
      {
        key: `reminder-${openid}-${at}`,
        template: 'to-do',
        timeParam: 'at',
        schedule: { kind: 'once', at },
        ...over,
      },
      as.phone(openid),
    ),
  )

async function subscribe({ call, wechat }: Given, openid: string) {
  const answers = { [TO_DO]: 'accept' as const }
  const input = { promptId: `prompt-of-${openid}`, scene: 'reminder', answers }
  dataOf(await call('subscription.record', input, as.phone(openid)))
  wechat.grant(openid, TO_DO)
}

/** Alice has had one and waits for another, Bert's was skipped, and one of hers was missed. */
async function aDay(): Promise<Given> {
  const world = given()
  await subscribe(world, ALICE)
  await remind(world, ALICE, '2026-11-21T15:31')
  await remind(world, BERT, '2026-11-21T15:31')
  world.clock.advance(2 * MINUTE)
  dataOf(await world.tick())
  await remind(world, ALICE, '2026-11-21T15:40', { graceMinutes: 1 })
  await remind(world, ALICE, '2026-11-21T20:00')
  world.clock.advance(20 * MINUTE)
  dataOf(await world.tick())
  return world
}

const figures = (phone: { findAll(selector: string): HTMLElement[] }) =>
  phone.findAll('.counted').map((one) => one.textContent)

describe('the board', () => {
  test('due, sent, skipped and missed of a day, by template; other days by a step', async () => {
    const world = await aDay()
    const { phone } = await open('reminders', world)
    expect(phone.text('.day-name')).toBe('今天 2026-11-21')
    expect(phone.text('.template .row-title')).toBe('待办事项提醒')
    expect(figures(phone)).toEqual(['1待发', '1已发', '1跳过', '1错过'])
    await phone.tap('.earlier')
    expect(phone.text('.day-name')).toBe('2026-11-20')
    expect(phone.text()).toContain('这一天没有提醒')
    await phone.tap('.later')
    expect(figures(phone)).toHaveLength(4)
  })

  test('a day is that of the zone that is chosen', async () => {
    const world = await aDay()
    const { phone } = await open('reminders', world)
    await phone.tap('.zone')
    await phone.choose('洛杉矶')
    await phone.choose('确定')
    // It is still the night of the 20th there when Shanghai has the afternoon of the 21st.
    expect(phone.text()).toContain('2026-11-21')
    await phone.tap('.earlier')
    expect(figures(phone)).toHaveLength(4)
  })

  test('leads to what was missed, what cannot be delivered, and the series', async () => {
    const world = await aDay()
    const { phone } = await open('reminders', world)
    await phone.tap('.to-undeliverable')
    expect(phone.route()).toBe('console/people/people')
    await phone.until(() => phone.has('.person'))
    expect(phone.text('.headline')).toBe('到时发不出的提醒')
    expect(phone.text('.openid')).toBe(ALICE)
    expect(phone.text('.why')).toContain('待办事项提醒：')
  })

  test('offline it says so and a tap reads it; who is not staff sees nothing', async () => {
    const world = await aDay()
    const { phone, offline } = await open('reminders', world)
    offline(true)
    await phone.tap('.earlier')
    expect(phone.text('wx-notice-bar')).toContain('没有连上服务')
    expect(phone.has('.template')).toBe(false)
    offline(false)
    await phone.tap('wx-notice-bar wx-button')
    expect(phone.text()).toContain('这一天没有提醒')
    const refused = await open('reminders', world, { openid: BERT })
    expect(refused.phone.text()).toContain('这里只对店员开放')
    expect(refused.phone.has('.to-missed')).toBe(false)
  })
})

describe('missed', () => {
  test('is sent by hand after a question, once', async () => {
    const world = await aDay()
    await subscribe(world, BERT)
    const { phone } = await open('reminders-missed', world)
    expect(phone.findAll('.row')).toHaveLength(1)
    await phone.tap('.send')
    await phone.choose('先不')
    expect(phone.findAll('.row')).toHaveLength(1)
    await phone.tap('.send-all')
    await phone.choose('补发')
    await phone.until(() => phone.text().includes('1 条正在发出'))
    expect(phone.text()).toContain('没有错过的提醒')
    expect(dataOf(await world.call('reminder.missed', {}, as.owner)).reminders).toEqual([])
  })

  test('what somebody else has sent meanwhile is told', async () => {
    const world = await aDay()
    const { phone } = await open('reminders-missed', world)
    const [one] = dataOf(await world.call('reminder.missed', {}, as.owner)).reminders
    dataOf(await world.call('reminder.sendMissed', { reminders: [one?.id ?? ''] }, as.owner))
    await phone.tap('.send')
    await phone.choose('补发')
    await phone.until(() => phone.text().includes('另外 1 条已被别人补发'))
  })

  test('a viewer looks only', async () => {
    const world = await aDay()
    dataOf(await world.call('staff.grant', { openid: VIEWER, role: 'viewer', name: '看店' }, as.owner))
    const { phone } = await open('reminders-missed', world, { openid: VIEWER })
    expect(phone.findAll('.row')).toHaveLength(1)
    expect(phone.has('.send')).toBe(false)
  })
})

const series = async (world: Given) =>
  dataOf(
    await world.call(
      'reminder.series.create',
      {
        key: 'series-0001',
        name: '书法课',
        template: 'class-reminder',
        timeParam: 'startsAt',
        before: { kind: 'days', days: 1, at: '18:00' },
      },
      as.owner,
    ),
  ).series

describe('series', () => {
  test('a rule is made once and leads to its events', async () => {
    const world = given()
    let isLost = true
    const { phone } = await open('reminders-series', world, {
      intercept: async (action, input) => {
        if (action !== 'reminder.series.create' || !isLost) return undefined
        isLost = false
        dataOf(
          await world.call('reminder.series.create', input as InputOf<'reminder.series.create'>, as.owner),
        )
        throw offlineError as unknown as Error
      },
    })
    expect(phone.text()).toContain('还没有规则')
    await phone.tap('.create')
    await phone.tap('.make')
    expect(phone.text('.wrong')).toContain('请起个名称')
    await phone.type('.name-of', '书法课')
    await phone.tap('.template')
    await phone.choose('上课提醒')
    await phone.choose('确定')
    await phone.tap('.make')
    expect(phone.text('.told')).toContain('没有连上服务')
    await phone.tap('.told wx-button')
    await phone.until(() => phone.route() === 'console/reminders-rows/reminders-rows')
    expect(dataOf(await world.call('reminder.series.list', {}, as.owner)).series).toMatchObject([
      { name: '书法课', template: 'class-reminder', timeParam: 'startsAt', before: { days: 1, at: '18:00' } },
    ])
  })

  test('minutes are whole numbers; those that there are, are listed', async () => {
    const world = given()
    await series(world)
    const { phone } = await open('reminders-series', world)
    expect(phone.text('.series')).toContain('上课提醒 · 提前 1 天，18:00')
    await phone.tap('.create')
    await phone.type('.name-of', '快')
    await phone.tap(phone.findAll('.option')[1] as HTMLElement)
    await phone.type('.minutes', '999999')
    await phone.tap('.make')
    expect(phone.text('.wrong')).toContain('0 到 527040')
  })
})

describe('events of a series', () => {
  const header = '编号,时间,openid,课程,老师,结束时间,地点'
  const line = (row: string, at: string, openid: string, room = '203') =>
    `${row},${at},${openid},书法,王老师,2026-11-25T20:30,${room}`
  const table = (...lines: string[]) => [header, ...lines].join('\n')
  const rowsOf = async (world: Given, id: string) =>
    dataOf(await world.call('reminder.rows.list', { series: id }, as.owner)).rows

  test('a table is imported; each wrong line is told with its number, and the rest is in', async () => {
    const world = given()
    const id = await series(world)
    const { phone } = await open('reminders-rows', world, { query: { series: id } })
    expect(phone.text('.headline')).toBe('书法课')
    await phone.type(
      '.paste',
      table(
        line('class-1', '2026/11/24 19:00', ALICE),
        line('class-1', '2026/11/24 19:00', BERT),
        line('class 2', '2026-11-24 19:00', ALICE),
        line('class-3', '2026-11-01 19:00', ALICE),
        line('class-4', '2026-11-24 19:00', ALICE),
        line('class-4', '2026-11-24 19:00', BERT, '204'),
      ),
    )
    expect(phone.text('.counted')).toBe('3 个安排，4 人次')
    await phone.tap('.begin')
    await phone.until(() => phone.has('.result'))
    expect(phone.text('.result')).toBe('新增 1，改期或改内容 0，没有变化 0，没有导入 3。')
    const wrong = phone.findAll('.wrong').map((one) => one.textContent)
    expect(wrong[0]).toContain('第 7 行 class-4：与第 6 行的编号相同')
    expect(wrong[1]).toContain('第 4 行 class 2：')
    expect(wrong[2]).toContain('第 5 行 class-3：')
    expect(await rowsOf(world, id)).toMatchObject([{ row: 'class-1', at: '2026-11-24T19:00', people: 2 }])
    expect(phone.text('.event')).toContain('class-1 · 2026-11-24 19:00')
    expect(phone.text('.event')).toContain('11月23日 周一 18:00 提醒 2 人')
  })

  test('a table without its columns, or with others, is not begun', async () => {
    const world = given()
    const id = await series(world)
    const { phone } = await open('reminders-rows', world, { query: { series: id } })
    await phone.type('.paste', 'row,openid\nclass-1,oAlice')
    expect(phone.text('.wrong')).toContain('没有这些列：at')
    await phone.type('.paste', 'row,at,openid,colour\nclass-1,2026-11-24T19:00,oAlice,red')
    expect(phone.text('.wrong')).toContain('模板里没有这些内容：colour')
    expect(phone.find('.begin').getAttribute('aria-disabled')).toBe('true')
  })

  test('bad weather in the middle: it goes on where it was, and nothing is there twice', async () => {
    const world = given()
    const id = await series(world)
    let calls = 0
    const { phone } = await open('reminders-rows', world, {
      query: { series: id },
      intercept: (action) => {
        if (action === 'reminder.rows.import' && (calls += 1) === 2) throw offlineError as unknown as Error
        return undefined
      },
    })
    const lines = Array.from({ length: 60 }, (_, at) => line(`class-${at}`, '2026-11-24T19:00', ALICE))
    await phone.type('.paste', table(...lines))
    await phone.tap('.begin')
    expect(phone.text()).toContain('没有连上服务')
    expect(phone.text('.bar')).toContain('已处理 20 / 60')
    await phone.tap('wx-notice-bar wx-button')
    await phone.until(() => phone.has('.result'))
    expect(phone.text('.result')).toContain('新增 60')
    expect(phone.findAll('.event')).toHaveLength(50)
    await phone.tap('.more')
    expect(phone.findAll('.event')).toHaveLength(60)
    expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
  })

  test('an event is removed after a question', async () => {
    const world = given()
    const id = await series(world)
    const params = { course: '书法', teacher: '王老师', endsAt: '2026-11-22T20:30', room: '203' }
    const rows = [{ row: 'class-1', at: '2026-11-24T19:00', params, people: [ALICE] }]
    dataOf(await world.call('reminder.rows.import', { series: id, rows }, as.owner))
    const { phone } = await open('reminders-rows', world, { query: { series: id } })
    await phone.tap('.remove')
    await phone.choose('移除')
    await phone.until(() => phone.text().includes('还没有安排'))
    expect(await rowsOf(world, id)).toEqual([])
  })

  test('a rule that is gone says so', async () => {
    const { phone } = await open('reminders-rows', given(), { query: { series: 'nosuchseries' } })
    expect(phone.text()).toContain('没有提醒系列')
  })
})

describe('a person', () => {
  const pick = (phone: { page(): unknown }, part: 'date' | 'time', value: string) =>
    (phone.page() as { onPart?: (event: object) => void }).onPart?.({
      currentTarget: { dataset: { part } },
      detail: { value },
    })
  const ofPerson = (world: Given, options: Partial<PageTestOptions> = {}) =>
    open('reminders-person', world, { query: { openid: ALICE }, ...options })
  const hers = async (world: Given) =>
    dataOf(await world.call('reminder.list', { openid: ALICE }, as.owner)).reminders

  test('is set a reminder by staff, once whatever becomes of the answer; it says that it cannot come', async () => {
    const world = given()
    let isLost = true
    const { phone } = await ofPerson(world, {
      intercept: async (action, input) => {
        if (action !== 'reminder.create' || !isLost) return undefined
        isLost = false
        dataOf(await world.call('reminder.create', input as InputOf<'reminder.create'>, as.owner))
        throw offlineError as unknown as Error
      },
    })
    expect(phone.text()).toContain('没有提醒')
    await phone.tap('.create')
    await phone.tap('.template')
    await phone.choose('待办事项提醒')
    await phone.choose('确定')
    await phone.type('wx-param-form wx-input', '来取咖啡豆')
    await phone.tap('.set')
    expect(phone.text('.result')).toContain('请先选日期和时间')
    pick(phone, 'date', '2026-11-22')
    pick(phone, 'time', '10:00')
    await phone.tap('.set')
    expect(phone.text('.result')).toContain('没有连上服务')
    await phone.tap('.result wx-button')
    await phone.until(() => phone.text('.result').includes('到时发不出'))
    expect(await hers(world)).toMatchObject([{ params: { what: '来取咖啡豆' }, timeParam: 'at' }])
    expect(phone.text('.row')).toContain('明天 10:00')
    expect(phone.text('.uncovered')).toContain('没有“允许”')
  })

  test('a time that is over is told at the form, and nothing is set', async () => {
    const world = given()
    const { phone } = await ofPerson(world)
    await phone.tap('.create')
    await phone.tap('.template')
    await phone.choose('待办事项提醒')
    await phone.choose('确定')
    pick(phone, 'date', '2026-11-21')
    pick(phone, 'time', '10:00')
    await phone.tap('.set')
    expect(phone.text('.wrong')).toContain('这个时间已经过去')
    expect(await hers(world)).toEqual([])
  })

  test('one of hers is cancelled after a question', async () => {
    const world = given()
    await remind(world, ALICE, '2026-11-21T20:00')
    const { phone } = await ofPerson(world)
    await phone.tap('.cancel')
    await phone.choose('取消提醒')
    await phone.until(() => !phone.has('.row'))
    expect((await hers(world)).map(({ state }) => state)).toEqual(['cancelled'])
  })
})
