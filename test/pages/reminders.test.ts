/** @jest-environment jsdom */
import type { Call, InputOf } from '../../core/contract'
import { openPage, type PageTestOptions } from '../support/pages'
import type { TestPhone } from '../support/phone'
import { ALICE, as, dataOf, given, type Given } from '../support/service'

const page = 'pages/reminders/reminders'
const TO_DO = 'tD4oRm9Sx2KqVb7Nh3Wc6Pj8Lz1Gf5Ya0UeItHdQnMw'
const MINUTE = 60_000
const own = Date.now.bind(Date)
const offlineError = { errCode: -601003, errMsg: 'cloud.callFunction:fail request:fail' }

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

/** The phone's clock goes with the service's: 15:30 in Shanghai on a Saturday, 21 November 2026. */
function sameClock(world: Given) {
  const began = own()
  jest.spyOn(Date, 'now').mockImplementation(() => world.clock.now() + own() - began)
}

async function open({ world = given(), ...options }: Partial<PageTestOptions> = {}) {
  sameClock(world)
  const opened = await openPage({ openid: ALICE, page, world, ...options })
  const inputs = (wanted: string) =>
    opened.phone.calls.map(({ data }) => data as Call).filter(({ action }) => action === wanted)
  const { phone } = opened
  return {
    ...opened,
    inputs,
    mine: async () => dataOf(await world.call('reminder.mine', {})).reminders,
    chip: (kind: 'when' | 'repeat' | 'template', name: string) =>
      phone.findAll(`.chip.${kind}`).find((one) => one.textContent === name) as HTMLElement,
    reload: () => (phone.page() as { load?: () => Promise<void> }).load?.(),
  }
}

async function subscribe({ call, wechat }: Given, times = 1) {
  for (let at = 0; at < times; at += 1) {
    const answers = { [TO_DO]: 'accept' as const }
    dataOf(
      await call('subscription.record', { promptId: `prompt-${at}-of-alice`, scene: 'reminder', answers }),
    )
    wechat.grant(ALICE, TO_DO)
  }
}

/** What the picker of a part tells, when a person turns it. */
const pick = (phone: TestPhone, part: 'date' | 'time', value: string) =>
  (phone.page() as { onPart?: (event: object) => void }).onPart?.({
    currentTarget: { dataset: { part } },
    detail: { value },
  })

const wanted = (over: Partial<InputOf<'reminder.create'>> = {}): InputOf<'reminder.create'> => ({
  key: 'reminder-1',
  template: 'to-do',
  params: { what: '取快递' },
  timeParam: 'at',
  schedule: { kind: 'once', at: '2026-11-21T20:00' },
  ...over,
})
const set = async (world: Given, over: Partial<InputOf<'reminder.create'>> = {}) =>
  dataOf(await world.call('reminder.create', wanted(over)))
const at = (day: number, hour: number) => Date.UTC(2026, 10, day, hour - 8)

describe('setting one', () => {
  test('three taps: time, repeat, set; WeChat asks in the last of them, and the list shows it', async () => {
    const { phone, mine, chip } = await open()
    expect(phone.title()).toBe('提醒')
    expect(phone.text('.grant')).toContain('还没有“允许”')
    await phone.tap(chip('when', '明天 09:00'))
    await phone.tap(chip('repeat', '工作日'))
    const before = phone.calls.length
    await phone.tap('.set')
    // The sheet is open and nothing was called: a call before the prompt would lose the tap.
    expect(phone.calls).toHaveLength(before)
    await phone.choose('允许')
    await phone.until(() => phone.has('.row'))
    expect(phone.answered).toMatchObject([{ tmplIds: [TO_DO] }])
    expect(await mine()).toMatchObject([
      { template: 'to-do', left: 1, schedule: { weekdays: ['MO', 'TU', 'WE', 'TH', 'FR'] } },
    ])
    // Tomorrow is a Sunday.
    expect(phone.text('.at')).toBe('11月23日 周一 09:00')
    expect(phone.text('.result')).toContain('设好了：11月23日 周一 09:00')
    expect(phone.text('.note')).toContain('只够 1 次')
    expect(phone.warnings()).toEqual([])
    expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
  })

  test('with a grant left WeChat is not asked; what is typed is what comes', async () => {
    const world = given()
    await subscribe(world)
    const { phone, mine } = await open({ world })
    expect(phone.text('.grant')).toContain('还能收到 1 条')
    await phone.type('wx-param-form wx-input', '给妈妈打电话')
    await phone.tap('.set')
    expect(phone.answered).toEqual([])
    expect(await mine()).toMatchObject([{ params: { what: '给妈妈打电话' }, next: [at(21, 20)] }])
    expect(phone.text('.row-title')).toBe('给妈妈打电话')
    // The next one begins empty.
    expect((phone.find('wx-param-form input') as HTMLInputElement).value).toBe('')
  })

  test('a grant that an earlier reminder will spend is asked for again', async () => {
    const world = given()
    await subscribe(world)
    await set(world)
    const { phone, chip, mine } = await open({ world })
    await phone.tap(chip('when', '明天 09:00'))
    expect(phone.text('.grant')).toContain('只够前面的提醒')
    await phone.tap('.set')
    await phone.choose('允许')
    await phone.until(() => phone.findAll('.row').length === 2)
    expect((await mine()).map(({ left }) => left)).toEqual([2, 2])
    expect(phone.has('.row .warn')).toBe(false)
  })

  test('whoever refuses has it set all the same, is told that it cannot come, and can allow it later', async () => {
    const { phone, mine } = await open()
    await phone.tap('.set')
    await phone.choose('取消')
    await phone.until(() => phone.has('.row'))
    expect(phone.text('.result')).toContain('没有“允许”，到时发不出')
    expect(phone.text('.row .warn')).toContain('到时发不出')
    await phone.tap('.allow')
    await phone.choose('允许')
    await phone.until(() => !phone.has('.row .warn'))
    expect(await mine()).toMatchObject([{ left: 1 }])
  })

  test('what will come is told before: its times, and the card', async () => {
    const { phone, chip } = await open()
    await phone.tap(chip('repeat', '每月最后一天'))
    await phone.until(() => phone.text('.times').includes('12月31日'))
    expect(phone.text('.times')).toBe(
      '会在 11月30日 周一 20:00、12月31日 周四 20:00、2027年1月31日 周日 20:00 提醒你',
    )
    await phone.type('wx-param-form wx-input', '交房租')
    await phone.tap('.example')
    await phone.until(() => phone.text('wx-message-card').includes('交房租'))
    expect(phone.text('wx-message-card')).toContain('2026年11月30日 20:00')
  })

  test('a time of one’s own is picked; without one nothing is set', async () => {
    const { phone, chip, mine } = await open()
    await phone.tap(chip('when', '自己选…'))
    await phone.tap('.set')
    expect(phone.text('.result')).toContain('请先选日期和时间')
    pick(phone, 'date', '2026-12-01')
    pick(phone, 'time', '07:15')
    await phone.settle()
    await phone.tap('.set')
    await phone.choose('允许')
    await phone.until(() => phone.has('.row'))
    expect(await mine()).toMatchObject([{ schedule: { kind: 'once', at: '2026-12-01T07:15' } }])
  })

  test('another template has its own fields, and what was typed into the first stays', async () => {
    const world = given()
    const intercept = async (action: string) => {
      if (action !== 'subscription.offer') return undefined
      const { scenes, offers } = dataOf(await world.call('subscription.offer', {}))
      const fields = [{ name: 'course', title: '课程', type: 'string' as const, required: true }]
      const data = {
        scenes,
        offers: offers.map((one) =>
          one.template === 'class-reminder' ? { ...one, reminder: { time: 'startsAt', fields } } : one,
        ),
      }
      return { ok: true, data }
    }
    const { phone, chip } = await open({ world, intercept })
    await phone.tap(chip('template', 'To-do reminder'))
    await phone.type('wx-param-form wx-input', '取快递')
    await phone.tap(chip('template', 'Class reminder'))
    expect(phone.text('wx-param-form')).toContain('课程')
    await phone.tap('.set')
    expect(phone.text('.result')).toContain('还有内容没填好')
    await phone.tap(chip('template', 'To-do reminder'))
    expect((phone.find('wx-param-form input') as HTMLInputElement).value).toBe('取快递')
  })

  test('two taps set one', async () => {
    const world = given()
    await subscribe(world)
    const { phone, mine, inputs } = await open({ world })
    await Promise.all([phone.tap('.set'), phone.tap('.set')])
    expect(inputs('reminder.create')).toHaveLength(1)
    expect(await mine()).toHaveLength(1)
  })

  test('once the evening has begun it is tomorrow’s', async () => {
    const world = given()
    world.clock.advance(300 * MINUTE)
    const { phone } = await open({ world })
    expect(phone.text('.chip.when')).toContain('明晚 20:00')
  })
})

describe('refused', () => {
  test('a time that is over: in words, at the form, and what was typed stays', async () => {
    const { phone, chip, mine } = await open()
    await phone.type('wx-param-form wx-input', '取快递')
    await phone.tap(chip('when', '自己选…'))
    pick(phone, 'time', '00:01')
    await phone.until(() => phone.text('.wrong').includes('这个时间已经过去'))
    expect((phone.find('wx-param-form input') as HTMLInputElement).value).toBe('取快递')
    expect(await mine()).toEqual([])
  })

  test('as many as one may have', async () => {
    const world = given({ env: { HONGYAN_REMINDERS: '1' } })
    await subscribe(world, 2)
    await set(world)
    const { phone, mine } = await open({ world })
    await phone.tap('.set')
    expect(phone.text('.result')).toContain('每人最多 1 个提醒')
    expect(await mine()).toHaveLength(1)
  })

  test('a time that the clocks skip is told with the one that it becomes', async () => {
    const { phone, chip } = await open({
      storage: {
        reminderDraft: {
          template: 'to-do',
          contents: {},
          when: 'picked',
          date: '2027-03-14',
          time: '02:30',
          repeat: 'days',
          zone: 'America/New_York',
          of: null,
        },
      },
    })
    await phone.tap(chip('repeat', '只一次'))
    await phone.until(() => phone.text('.forecast').includes('没有 02:30，会改在 03:30'))
    expect(phone.text('.times')).toContain('纽约')
  })
})

describe('those that are set', () => {
  test('next times and card unfold', async () => {
    const world = given()
    await set(world, {
      schedule: { kind: 'repeat', from: '2026-11-21T20:00', every: 2, unit: 'days', count: 9 },
    })
    const { phone } = await open({ world })
    expect(phone.text('.about')).toContain(' · 每 2 天，共 9 次')
    await phone.tap('.more-of')
    expect(phone.findAll('.later').map((one) => one.textContent)).toEqual([
      '11月23日 周一 20:00',
      '11月25日 周三 20:00',
    ])
    expect(phone.text('wx-message-card')).toContain('取快递')
  })

  test('a changed time moves it; the rest stays as it is', async () => {
    const world = given()
    await subscribe(world)
    const schedule = { kind: 'repeat', from: '2026-11-21T20:00', every: 2, unit: 'weeks' } as const
    await set(world, { schedule })
    const { phone, chip, mine, inputs } = await open({ world })
    await phone.tap('.more-of')
    await phone.tap('.row .change')
    expect(phone.text('.headline')).toBe('修改提醒')
    expect((phone.find('wx-param-form input') as HTMLInputElement).value).toBe('取快递')
    await phone.tap(chip('when', '明天 09:00'))
    await phone.tap('.set')
    await phone.until(() => phone.text('.result').includes('改好了'))
    expect(inputs('reminder.create')).toEqual([])
    expect(await mine()).toMatchObject([
      { version: 2, schedule: { ...schedule, from: '2026-11-22T09:00' }, params: { what: '取快递' } },
    ])
    expect(phone.text('.headline')).toBe('到时候提醒你')
  })

  test('changed words leave its times', async () => {
    const world = given()
    await subscribe(world)
    await set(world)
    const { phone, mine, inputs } = await open({ world })
    await phone.tap('.more-of')
    await phone.tap('.row .change')
    await phone.type('wx-param-form wx-input', '取两件快递')
    await phone.tap('.set')
    await phone.until(() => phone.text('.result').includes('改好了'))
    expect(inputs('reminder.change')).toMatchObject([
      { input: { change: { template: 'to-do', params: { what: '取两件快递' }, timeParam: 'at' } } },
    ])
    expect(await mine()).toMatchObject([{ next: [at(21, 20)], params: { what: '取两件快递' } }])
  })

  test('changed elsewhere meanwhile: it says so, keeps what was typed, and saves it on the second tap', async () => {
    const world = given()
    await subscribe(world)
    const { reminder } = await set(world)
    const { phone, mine } = await open({ world })
    await phone.tap('.more-of')
    await phone.tap('.row .change')
    await phone.type('wx-param-form wx-input', '手机上改的')
    const change = { params: { what: '别处改的' } }
    dataOf(await world.call('reminder.change', { reminder, version: 1, change }))
    await phone.tap('.set')
    expect(phone.text('.result')).toContain('它已被修改')
    expect((phone.find('wx-param-form input') as HTMLInputElement).value).toBe('手机上改的')
    await phone.tap('.result wx-button')
    await phone.until(() => phone.text('.result').includes('改好了'))
    expect(await mine()).toMatchObject([{ params: { what: '手机上改的' }, version: 3 }])
  })

  test('cancelled elsewhere meanwhile: what was typed becomes a new one', async () => {
    const world = given()
    await subscribe(world)
    const { reminder } = await set(world)
    const { phone, mine } = await open({ world })
    await phone.tap('.more-of')
    await phone.tap('.row .change')
    await phone.type('wx-param-form wx-input', '还要')
    dataOf(await world.call('reminder.cancel', { reminder }))
    await phone.tap('.set')
    expect(phone.text('.result')).toContain('已经不在了')
    await phone.tap('.set')
    expect(await mine()).toMatchObject([{ params: { what: '还要' } }])
  })

  test('cancelled after a question, and only then', async () => {
    const world = given()
    await set(world)
    const { phone, mine } = await open({ world })
    await phone.tap('.more-of')
    await phone.tap('.row .cancel')
    await phone.choose('留着')
    expect(await mine()).toHaveLength(1)
    await phone.tap('.row .cancel')
    await phone.choose('取消提醒')
    await phone.until(() => !phone.has('.row'))
    expect(await mine()).toEqual([])
    expect(phone.text()).toContain('还没有提醒')
  })

  test('fifty come in small pieces', async () => {
    const world = given()
    for (let one = 0; one < 50; one += 1) await set(world, { key: `reminder-${one}` })
    const { phone } = await open({ world })
    expect(phone.findAll('.row')).toHaveLength(20)
    await phone.tap('.more')
    await phone.tap('.more')
    expect(phone.findAll('.row')).toHaveLength(50)
    expect(phone.has('.more')).toBe(false)
    expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
  })
})

describe('bad weather', () => {
  test('a lost answer: trying again makes no second one', async () => {
    const world = given()
    await subscribe(world)
    let isLost = true
    const { phone, mine } = await open({
      world,
      intercept: async (action, input) => {
        if (action !== 'reminder.create' || !isLost) return undefined
        isLost = false
        dataOf(await world.call('reminder.create', input as InputOf<'reminder.create'>, as.alice))
        throw offlineError as unknown as Error
      },
    })
    await phone.tap('.set')
    expect(phone.text('.result')).toContain('没有连上服务')
    // The evening that was meant stays the evening that is set.
    world.clock.advance(MINUTE)
    await phone.tap('.result wx-button')
    await phone.until(() => phone.text('.result').includes('设好了'))
    expect(await mine()).toHaveLength(1)
  })

  test('a change whose answer was lost is found done', async () => {
    const world = given()
    await subscribe(world)
    await set(world)
    let isLost = true
    const { phone, mine } = await open({
      world,
      intercept: async (action, input) => {
        if (action !== 'reminder.change' || !isLost) return undefined
        isLost = false
        dataOf(await world.call('reminder.change', input as InputOf<'reminder.change'>, as.alice))
        throw offlineError as unknown as Error
      },
    })
    await phone.tap('.more-of')
    await phone.tap('.row .change')
    await phone.type('wx-param-form wx-input', '改一次')
    await phone.tap('.set')
    await phone.tap('.result wx-button')
    await phone.until(() => phone.text('.result').includes('改好了'))
    expect(await mine()).toMatchObject([{ version: 2, params: { what: '改一次' } }])
  })

  test('allowed without a network: it waits on the phone, and trying again sets nothing', async () => {
    const world = given()
    await set(world)
    const { phone, offline, mine } = await open({ world })
    await phone.tap('.allow')
    offline(true)
    await phone.choose('允许')
    await phone.until(() => phone.text('wx-notice-bar').includes('还没记下来'))
    offline(false)
    await phone.tap('wx-notice-bar wx-button')
    await phone.until(() => !phone.has('.row .warn'))
    expect(await mine()).toMatchObject([{ left: 1 }])
  })

  test('offline the list stays, and what was typed is there with the next start', async () => {
    const world = given()
    await set(world)
    const first = await open({ world })
    await first.phone.type('wx-param-form wx-input', '下次再说')
    first.offline(true)
    await first.reload()
    expect(first.phone.text()).toContain('没有连上服务')
    expect(first.phone.findAll('.row')).toHaveLength(1)
    const storage = { reminderDraft: (first.phone.page() as unknown as { draft: unknown }).draft }
    const again = await open({ world, storage })
    expect((again.phone.find('wx-param-form input') as HTMLInputElement).value).toBe('下次再说')
  })

  test('a page that cannot be read says so, and a tap reads it', async () => {
    let isBad = true
    const { phone } = await open({
      intercept: () => {
        if (isBad) throw offlineError as unknown as Error
      },
    })
    expect(phone.text('wx-notice-bar')).toContain('没有连上服务')
    expect(phone.has('.form')).toBe(false)
    isBad = false
    await phone.tap('wx-notice-bar wx-button')
    await phone.until(() => phone.has('.form'))
  })
})

test('where no template is for it the page says so', async () => {
  const { phone } = await open({
    intercept: (action) =>
      action === 'subscription.offer' ? { ok: true, data: { scenes: [], offers: [] } } : undefined,
  })
  expect(phone.text()).toContain('这里暂时没有可以自己设的提醒')
})

test('an English phone reads English', async () => {
  const world = given()
  await set(world, {
    schedule: { kind: 'repeat', from: '2026-11-21T20:00', every: 1, unit: 'weeks', weekdays: ['SA', 'TU'] },
  })
  const { phone } = await open({ world, language: 'en' })
  expect(phone.title()).toBe('Reminders')
  expect(phone.text('.at')).toBe('Today 20:00')
  expect(phone.text('.about')).toContain('Every Sat, Tue')
  expect(phone.text('.set')).toBe('Set reminder')
})
