/**
 * Every page and state of the users' side on real phones: light and dark, Chinese and English, and with large text.
 * axe finds nothing serious, nothing is cut off or sticks out. Pictures go to dist/screenshots (`npm run screenshots`).
 */
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/browser'
import { type Hongyan, order, people, startHongyan, templateIds } from '../support/hongyan'
import { openPhones, type Variant } from './phones'

// A computer with other work to do needs longer than the usual 30 s for four phones and their pictures.
jest.setTimeout(90_000)

let browser: Browser
let hongyan: Hongyan
beforeAll(async () => {
  ;[browser, hongyan] = await Promise.all([launchBrowser(), startHongyan({ phone: true })])
  // The owner has had a message; the others have none.
  await hongyan.subscribe(people.owner, 'order-shipped', 'order')
  const send = {
    key: 'pictures-1',
    to: people.owner,
    template: 'order-shipped',
    params: order,
    language: 'zh_CN' as const,
  }
  const reply = await hongyan.tool('send.one', send)
  if (!reply.ok) throw new Error(`the owner's message was not sent: ${reply.error.message}`)
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await hongyan?.stop()
})

const open = (openid: string, route: string, shown?: Variant[], height?: number) =>
  openPhones(browser, hongyan.account.url, openid, route, shown, height)
const settings = (openid: string, change: object) =>
  hongyan.test.post(`/_emulator/settings?openid=${openid}`, change)
const subscriptions = 'pages/subscriptions/subscriptions'
const messages = 'pages/messages/messages'
const preferences = 'pages/preferences/preferences'
const reminders = 'pages/reminders/reminders'
const large: Variant[] = [
  { theme: 'light', lang: 'zh_CN', font: 1.6 },
  { theme: 'light', lang: 'en', font: 1.6 },
]

test('subscriptions: nothing yet, with an example open', async () => {
  const phones = await open(people.emma, subscriptions)
  await phones.each(async (frame) => {
    await frame.locator('.scene').nth(2).waitFor()
    await frame.locator('.example').first().click()
    await frame.locator('wx-message-card').waitFor()
  })
  await phones.look('subscriptions')
  expect(phones.problems).toEqual([])
  await phones.close()
})

test('subscriptions: some left, one always refused', async () => {
  await hongyan.subscribe(people.customer, 'order-shipped', 'order')
  await hongyan.subscribe(people.customer, 'queue-call', 'queue')
  await settings(people.customer, { itemSettings: { [templateIds['order-shipped']]: 'accept' } })
  const phones = await open(people.customer, subscriptions)
  await phones.each((frame) => frame.locator('.badge.on').nth(1).waitFor())
  await phones.look('subscriptions-some')
  await phones.close()
})

test('subscriptions: the main switch is off', async () => {
  await settings(people.emma, { mainSwitch: false })
  const phones = await open(people.emma, subscriptions)
  await phones.each((frame) => frame.locator('wx-notice-bar').first().waitFor())
  await phones.look('subscriptions-off')
  await settings(people.emma, { mainSwitch: true })
  await phones.close()
})

test('subscriptions: no network, then a network', async () => {
  const phones = await open(people.emma, subscriptions)
  await phones.page.route('**/_emulator/call', (route) => route.abort())
  await phones.each(async (frame) => {
    await frame.locator('.scene').first().waitFor()
    await frame.evaluate(() => {
      const { phone } = (
        globalThis as unknown as { __hongyanPhone: { phone: { router: { tell(name: string): void } } } }
      ).__hongyanPhone
      phone.router.tell('onShow')
    })
    await frame.locator('wx-notice-bar').first().waitFor()
  })
  await phones.look('subscriptions-offline')
  await phones.page.unroute('**/_emulator/call')
  await phones.each(async (frame) => {
    await frame.locator('wx-notice-bar wx-button').first().click()
    await frame.locator('wx-notice-bar').first().waitFor({ state: 'detached' })
  })
  await phones.close()
})

test('the prompt, and WeChat’s own settings', async () => {
  const phones = await open(people.emma, subscriptions)
  await phones.each(async (frame) => {
    await frame.locator('.scene wx-button').first().click()
    await frame.locator('.phone-subscribe').waitFor()
    await frame.locator('.phone-subscribe-info').first().click()
  })
  await phones.look('prompt-sheet')
  await phones.each(async (frame) => {
    await frame.locator('.phone-subscribe footer button').first().click()
    await frame.locator('.phone-subscribe').waitFor({ state: 'detached' })
    await frame.locator('.phone-more').click()
    await frame.locator('.phone-panel').waitFor()
  })
  await phones.look('menu')
  await phones.each(async (frame) => {
    await frame.locator('.phone-panel button').nth(1).click()
    await frame.locator('.phone-settings').waitFor()
  })
  await phones.look('settings')
  await phones.close()
})

test('messages: none, and some', async () => {
  const empty = await open(people.emma, messages)
  await empty.each((frame) => frame.locator('.empty').waitFor())
  await empty.look('messages-none')
  await empty.close()
  const phones = await open(people.owner, messages)
  await phones.each((frame) => frame.locator('wx-message-card').first().waitFor())
  await phones.look('messages')
  await phones.close()
})

test('reminders: one being set, and those that are set', async () => {
  await hongyan.subscribe(people.customer, 'to-do', 'reminder')
  const tomorrow = new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 10)
  const daily = { kind: 'repeat', from: `${tomorrow}T08:00`, every: 1, unit: 'days' } as const
  const later = { kind: 'once', at: `${tomorrow}T12:30` } as const
  for (const [what, schedule] of [
    ['早起喝水', daily],
    ['Call the bank', later],
  ] as const) {
    const input = { key: `pictures-${what}`, template: 'to-do', params: { what }, timeParam: 'at', schedule }
    expect(await hongyan.phone(people.customer, 'subscriber', 'reminder.create', input)).toMatchObject({
      ok: true,
    })
  }
  const phones = await open(people.customer, reminders)
  await phones.each((frame) => frame.locator('.row').first().waitFor())
  await phones.look('reminders')
  await phones.each(async (frame) => {
    await frame.locator('.more-of').first().click()
    const card = frame.locator('.row wx-message-card')
    await card.waitFor()
    await card.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  })
  await phones.look('reminders-set')
  expect(phones.problems).toEqual([])
  await phones.close()
})

test('preferences: quiet hours on, one template muted', async () => {
  const quiet = { from: '22:00', to: '08:00', zone: 'Asia/Shanghai' }
  const set = { quiet, mute: ['class-reminder'] }
  expect(await hongyan.phone(people.customer, 'subscriber', 'preference.set', set)).toMatchObject({
    ok: true,
  })
  const phones = await open(people.customer, preferences)
  await phones.each((frame) => frame.locator('.zone').waitFor())
  await phones.look('preferences')
  await phones.each(async (frame) => {
    await frame.locator('.zone').click()
    await frame.locator('.phone-panel').waitFor()
  })
  await phones.look('picker')
  await phones.close()
})

test('every state of the subscribe button', async () => {
  // As tall as the page: the picture is the one of docs/subscribe-button.md.
  const phones = await open(people.emma, 'gallery/states/states', undefined, 3400)
  await phones.each((frame) => frame.locator('.state').nth(13).waitFor())
  await phones.look('subscribe-button')
  await phones.close()
})

test.each([
  ['subscriptions', subscriptions, '.scene'],
  ['messages', messages, 'wx-message-card'],
  ['preferences', preferences, '.template-switch'],
  ['reminders', reminders, '.form'],
  ['subscribe-button', 'gallery/states/states', '.state'],
])('with large text %s is whole', async (name, route, awaited) => {
  const phones = await open(people.owner, route, large)
  await phones.each((frame) => frame.locator(awaited).first().waitFor())
  await phones.look(`large-${name}`)
  await phones.close()
})
