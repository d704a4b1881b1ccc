/**
 * The staff's side in a real browser: one campaign from the first word to the report, and every page of the console on
 * four phones. axe finds nothing serious, nothing is cut off or sticks out. Pictures go to dist/screenshots.
 */
import type { Browser, Frame } from 'playwright-core'
import type { InputOf } from '../../core/contract'
import { launchBrowser } from '../support/browser'
import { type Hongyan, order, people, sampleWorld, startHongyan, templateIds } from '../support/hongyan'
import { openPhones, type Variant } from './phones'

const named = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `o${name}Reader${String(at).padStart(3, '0')}Hs6Nc`)
const many = named('Usual', 20)
/** Each group has quiet hours that end one step later than those of the group before. */
const resting = [named('Nap', 6), named('Rest', 3), named('Night', 5), named('Late', 2)]
const STEP_MS = 20 * 60_000
const [gone = '', declined = '', muted = ''] = named('Other', 3)
const ORDER = templateIds['order-shipped']
const one: Variant[] = [{ theme: 'light', lang: 'zh_CN' }]
const large: Variant[] = [
  { theme: 'light', lang: 'zh_CN', font: 1.6 },
  { theme: 'light', lang: 'en', font: 1.6 },
]

let browser: Browser
let hongyan: Hongyan
beforeAll(async () => {
  const names = [...many, gone, declined, muted, ...resting.flat()].map((openid) => ({
    openid,
    nickname: openid,
  }))
  const world = { people: [...sampleWorld.people, ...names] }
  ;[browser, hongyan] = await Promise.all([launchBrowser(), startHongyan({ phone: true, world })])
  for (const openid of [...many, muted, ...resting.flat()])
    await hongyan.subscribe(openid, 'order-shipped', 'order')
  await record(gone, 'accept')
  await record(declined, 'reject')
  await prefer(muted, { mute: ['order-shipped'] })
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16)
  const now = Date.now()
  for (const [group, openids] of resting.entries()) {
    const quiet = { from: clock(now - 3_600_000), to: clock(now + (group + 1) * STEP_MS), zone: 'Etc/UTC' }
    for (const openid of openids) await prefer(openid, { quiet })
  }
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await hongyan?.stop()
})

/** What the page tells the service without WeChat knowing of it. */
async function record(openid: string, answer: 'accept' | 'reject') {
  const input = { promptId: `prompt-${openid}`, scene: 'order', answers: { [ORDER]: answer } }
  expect(await hongyan.phone(openid, 'subscriber', 'subscription.record', input)).toMatchObject({ ok: true })
}

async function prefer(openid: string, input: InputOf<'preference.set'>) {
  expect(await hongyan.phone(openid, 'subscriber', 'preference.set', input)).toMatchObject({ ok: true })
}

async function draft(over: Partial<InputOf<'campaign.create'>> = {}): Promise<string> {
  const input = {
    template: 'order-shipped',
    params: order,
    audience: { kind: 'everybody' as const },
    ...over,
  }
  const reply = await hongyan.phone(people.owner, 'staff', 'campaign.create', {
    name: '秋季新豆到货',
    ...input,
  })
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.data.campaign
}

const open = (route: string, shown?: Variant[], openid = people.owner) =>
  openPhones(browser, hongyan.account.url, openid, `console/${route}`, shown)

const ready = (frame: Frame, selector: string) => frame.locator(selector).first().waitFor()

type Shot = [name: string, act?: (frame: Frame) => Promise<unknown>]

/** Looks at the states of a page one after the other: on four phones, then in large text on two. */
async function pictures(route: string, awaited: string, ...shots: Shot[]) {
  for (const [prefix, shown] of [
    ['', undefined],
    ['large-', large],
  ] as const) {
    const phones = await open(route, shown)
    await phones.each((frame) => ready(frame, awaited))
    for (const [name, act] of shots) {
      if (act) await phones.each(act)
      await phones.look(`${prefix}${name}`)
    }
    expect(phones.problems).toEqual([])
    await phones.close()
  }
}

const toMiddle = (selector: string) => (frame: Frame) =>
  frame
    .locator(selector)
    .first()
    .evaluate((element) => element.scrollIntoView({ block: 'center' }))

test('compose, dry run, start, progress, report', async () => {
  const phones = await open('campaigns/campaigns', one)
  const [frame] = phones.frames as [Frame]
  await frame.locator('.compose').click()
  await frame.getByRole('textbox', { name: '名称' }).fill('双十一发货')
  await frame.locator('.example').first().click()
  await frame.locator('wx-message-card').getByText('云南手冲咖啡豆 250g').waitFor()
  await frame.getByRole('textbox', { name: '速度' }).fill('5')
  await frame.locator('.save').click()

  await frame.locator('.reached', { hasText: '37' }).waitFor()
  await frame.getByText('对方在偏好里关闭了此模板').waitFor()
  await phones.look('staff-dry-run')
  await frame.getByText('最近一次拒绝了订阅').click()
  await frame.getByText(declined).waitFor()
  await phones.look('staff-people')
  await frame.locator('.phone-back').click()
  await frame.locator('.submit').click()
  await frame.getByText('现在发给 37 人？').waitFor()
  await phones.look('staff-confirm')
  await frame.getByText('发送', { exact: true }).click()

  await frame.locator('.badge.running').waitFor()
  // A tick that was held up looks again a minute later: the minute is not waited for.
  const sent = async (count: number) => {
    const row = frame.locator('.outcome', { hasText: '已发送' }).getByText(String(count), { exact: true })
    for (let minute = 0; minute < 15; minute += 1) {
      if ((await row.waitFor({ timeout: 4_000 }).catch((error: unknown) => error)) === undefined) return
      await hongyan.advance(60_000)
    }
    throw new Error(`not ${count} sent; the page shows: ${await frame.locator('.page').last().innerText()}`)
  }
  await sent(many.length)
  await phones.look('staff-progress')
  let total = many.length
  for (const openids of resting) {
    await hongyan.advance(STEP_MS)
    total += openids.length
    await sent(total)
  }
  await frame.locator('.act-redrive').waitFor({ timeout: 40_000 })
  await frame.locator('.chart').scrollIntoViewIfNeeded()
  await frame.locator('.column').first().click()
  await phones.look('staff-chart')
  await frame.locator('.outcome', { hasText: '对方拒收' }).click()
  await frame.getByText(gone).waitFor()
  expect(phones.problems).toEqual([])
  await phones.close()
  expect((await hongyan.test.messages(many[0] ?? '')).map(({ title }) => title)).toEqual(['订单发货提醒'])

  const reply = await hongyan.phone(people.owner, 'staff', 'campaign.list', { limit: 1 })
  const campaign = reply.ok ? reply.data.campaigns[0]?.campaign : ''
  const query = `campaign=${campaign}`
  const sendAgain = async (shown: Frame) => {
    await shown.locator('.act-redrive').click()
    await ready(shown, '.make')
    await toMiddle('.make')(shown)
  }
  await pictures(
    `campaign/campaign?${query}`,
    '.chart',
    ['staff-report'],
    ['staff-report-chart', toMiddle('.axis')],
    ['staff-report-again', sendAgain],
  )
}, 240_000)

test('campaigns: in every state', async () => {
  const act = async (action: 'campaign.cancel' | 'campaign.start', campaign: string) =>
    expect(await hongyan.phone(people.owner, 'staff', action, { campaign })).toMatchObject({ ok: true })
  await draft()
  await act('campaign.cancel', await draft({ name: '测试，不要发' }))
  const later = { campaign: await draft({ name: '周末特惠' }), startAt: Date.now() + 48 * 3_600_000 }
  expect(await hongyan.phone(people.owner, 'staff', 'campaign.schedule', later)).toMatchObject({ ok: true })
  await act('campaign.start', await draft({ name: '新品试喝', testGroup: [people.owner] }))
  await pictures('campaigns/campaigns', '.campaign', ['staff-campaigns'])
  const changeRate = async (frame: Frame) => {
    await frame.locator('.change-rate').click()
    await ready(frame, '.rate')
  }
  await pictures(
    `campaign/campaign?campaign=${later.campaign}`,
    '.act-pause',
    ['staff-scheduled'],
    ['staff-scheduled-rate', changeRate],
  )
  expect(await hongyan.phone(people.owner, 'staff', 'dispatch.stop', {})).toMatchObject({ ok: true })
  await pictures('campaigns/campaigns', '.stopped', ['staff-stopped'])
  expect(await hongyan.phone(people.owner, 'staff', 'dispatch.release', {})).toMatchObject({ ok: true })
}, 120_000)

test('compose: empty, and filled', async () => {
  const saveNothing = async (frame: Frame) => {
    await frame.locator('.save').click()
    await ready(frame, '.told')
    await toMiddle('.wrong')(frame)
  }
  await pictures('compose/compose', '.save', ['staff-compose-empty'], ['staff-compose-faults', saveNothing])
  const query = `campaign=${await draft()}`
  await pictures(
    `compose/compose?${query}`,
    'wx-message-card',
    ['staff-compose'],
    ['staff-compose-whom', toMiddle('.kind')],
    [
      'staff-compose-how',
      async (frame) => {
        await frame.locator('.window-switch').click()
        await toMiddle('.test-group')(frame)
      },
    ],
  )
  await pictures(
    `review/review?${query}`,
    '.reached',
    ['staff-review'],
    [
      'staff-review-foot',
      async (frame) => {
        await frame.locator('.later').click()
        await toMiddle('.submit')(frame)
      },
    ],
  )
}, 120_000)

test('templates', async () => {
  const unfold = async (frame: Frame) => {
    // WeChat is asked after the page is there.
    await ready(frame, '.badge')
    await frame.locator('.toggle').first().click()
    await ready(frame, 'wx-message-card')
  }
  await pictures('templates/templates', '.template', ['staff-templates', unfold])
}, 60_000)

test('send one', async () => {
  const fillIn = async (frame: Frame) => {
    await frame.locator('.example').click()
    await ready(frame, 'wx-message-card')
  }
  await pictures('send/send', '.example', ['staff-send', fillIn])
}, 60_000)

test('reminders: a day, what was missed, a rule, and its events', async () => {
  const wanted = {
    key: 'staff-reminder-1',
    to: people.emma,
    template: 'to-do',
    params: { what: '取咖啡豆' },
    timeParam: 'at',
    schedule: { kind: 'delay' as const, minutes: 1 },
    graceMinutes: 1,
  }
  await hongyan.subscribe(people.emma, 'to-do', 'reminder')
  // Quiet hours that outlast its grace miss it.
  await prefer(people.emma, { quiet: { from: '00:00', to: '23:59', zone: 'Etc/UTC' } })
  expect(await hongyan.tool('reminder.create', wanted)).toMatchObject({ ok: true })
  const isMissed = async () => {
    const reply = await hongyan.tool('reminder.missed', {})
    return reply.ok && reply.data.reminders.length > 0
  }
  await hongyan.advance(3 * 60_000)
  for (let minute = 0; minute < 10 && !(await isMissed()); minute += 1) await hongyan.advance(60_000)
  const tomorrow = { kind: 'delay' as const, minutes: 24 * 60 }
  const another = { ...wanted, key: 'staff-reminder-2', schedule: tomorrow }
  expect(await hongyan.tool('reminder.create', another)).toMatchObject({ ok: true })
  const rule = {
    key: 'staff-series-1',
    name: '书法课',
    template: 'class-reminder',
    timeParam: 'startsAt',
    before: { kind: 'days' as const, days: 1, at: '18:00' },
  }
  expect(await hongyan.tool('reminder.series.create', rule)).toMatchObject({ ok: true })
  const day = new Date(Date.now() + 9 * 24 * 3_600_000).toISOString().slice(0, 10)
  const line = (row: string, openid: string, room: string) =>
    `${row},${day} 19:00,${openid},书法,王老师,${day}T20:30,${room}`
  const table = [
    'row,at,openid,course,teacher,endsAt,room',
    line('class-8', people.customer, '203'),
    line('class-8', people.emma, '203'),
    line('class-9', people.emma, '203'),
    line('class-9', people.customer, '204'),
  ].join('\n')
  for (const [prefix, shown] of [
    ['', undefined],
    ['large-', large],
  ] as const) {
    const phones = await open('reminders/reminders', shown)
    const back = (frame: Frame) => frame.locator('.phone-back').click()
    await phones.each((frame) => ready(frame, '.template'))
    await phones.look(`${prefix}staff-reminders`)
    await phones.each(async (frame) => {
      await frame.locator('.to-missed').click()
      await ready(frame, '.send-all')
    })
    await phones.look(`${prefix}staff-reminders-missed`)
    await phones.each(async (frame) => {
      await back(frame)
      await frame.locator('.to-series').click()
      await ready(frame, '.series')
      await frame.locator('.create').click()
      await ready(frame, '.make')
    })
    await phones.look(`${prefix}staff-series`)
    await phones.each(async (frame) => {
      await frame.locator('.series').first().click()
      await frame.locator('.paste textarea').fill(table)
      await frame.locator('.begin').click()
      await ready(frame, '.event')
      await ready(frame, '.result')
    })
    await phones.look(`${prefix}staff-events`)
    await phones.each(async (frame) => {
      await frame.evaluate((url) => {
        const { phone } = (
          globalThis as unknown as {
            __hongyanPhone: { phone: { code: { wx: { navigateTo(options: object): void } } } }
          }
        ).__hongyanPhone
        phone.code.wx.navigateTo({ url })
      }, `/console/reminders-person/reminders-person?openid=${people.emma}`)
      await ready(frame, '.row .cancel')
      await frame.locator('.create').last().click()
      await ready(frame, '.form .repeat')
    })
    await phones.look(`${prefix}staff-reminders-person`)
    expect(phones.problems).toEqual([])
    await phones.close()
  }
}, 120_000)

test('not staff', async () => {
  const phones = await open('campaigns/campaigns', undefined, people.emma)
  await phones.each((frame) => ready(frame, 'wx-notice-bar'))
  await phones.look('staff-refused')
  await phones.close()
}, 60_000)
