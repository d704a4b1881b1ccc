/**
 * The way of a user on four phones at once, each of a person of its own: subscribe, get a message, mute it, get none.
 * Nothing is played but WeChat: built functions, the unmodified SDK, the real pages. Leaves pictures of each step.
 */
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/browser'
import { type Hongyan, order, sampleWorld, startHongyan } from '../support/hongyan'
import { openPhones, variants } from './phones'

const persons = variants.map(({ theme, lang }, at) => ({
  theme,
  lang,
  openid: `oJourneyer${at}Qm2LxZt0Hs6NcJp`,
  nickname: lang === 'en' ? `Reader ${at}` : `读者${at}`,
}))
const words = {
  zh_CN: {
    allow: '允许',
    left: '还能收到 1 条',
    none: '未订阅',
    saved: '已保存',
    hour: '一小时后',
    set: '设好了',
  },
  en: {
    allow: 'Allow',
    left: '1 left',
    none: 'Not subscribed',
    saved: 'Saved',
    hour: 'In an hour',
    set: 'It is set',
  },
}

let browser: Browser
let hongyan: Hongyan
beforeAll(async () => {
  const people = persons.map(({ openid, nickname, lang }) => ({
    openid,
    nickname,
    language: lang === 'en' ? ('en_US' as const) : ('zh_CN' as const),
  }))
  const world = { people: [...sampleWorld.people, ...people] }
  ;[browser, hongyan] = await Promise.all([launchBrowser(), startHongyan({ phone: true, world })])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await hongyan?.stop()
})

/** Sends to everybody; what became of each. */
async function send(time: number): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (const { openid } of persons) {
    const message = { key: `journey-${time}-${openid}`, to: openid, template: 'order-shipped', params: order }
    const reply = await hongyan.tool('send.one', message)
    outcomes.push(reply.ok ? reply.data.outcome : reply.error.code)
  }
  return outcomes
}

test('subscribe, get a message, mute it, get none, set a reminder and get it', async () => {
  const route = 'pages/subscriptions/subscriptions'
  const phones = await openPhones(browser, hongyan.account.url, '', route, persons)
  await phones.each(async (frame, { lang }) => {
    await frame.locator('.scene wx-button').first().click()
    await frame.getByRole('button', { name: words[lang].allow }).click()
    await frame.getByText(words[lang].left).waitFor()
  })
  await phones.look('journey-1-subscribed')

  expect(await send(1)).toEqual(['sent', 'sent', 'sent', 'sent'])
  const tab = (at: number) => `.phone-tabs button:nth-child(${at})`
  await phones.each(async (frame) => {
    await frame.locator(tab(2)).click()
    await frame.locator('wx-message-card').getByText(order.orderNumber).waitFor()
  })
  await phones.look('journey-2-message')

  await phones.each(async (frame, { lang }) => {
    await frame.locator(tab(1)).click()
    // The grant is spent.
    await frame.locator('.badge', { hasText: words[lang].none }).first().waitFor()
    await frame.locator('.scene wx-button').first().click()
    await frame.getByRole('button', { name: words[lang].allow }).click()
    await frame.getByText(words[lang].left).waitFor()
    await frame.locator(tab(4)).click()
    await frame.locator('.template-switch').first().click()
    await frame.locator('.status', { hasText: words[lang].saved }).waitFor()
  })
  await phones.look('journey-3-muted')
  expect(await send(2)).toEqual(['skipped', 'skipped', 'skipped', 'skipped'])
  // One message each, and the grant that was not used is still there.
  for (const { openid } of persons) expect(await hongyan.test.messages(openid)).toHaveLength(1)
  await phones.each(async (frame, { lang }) => {
    await frame.locator(tab(1)).click()
    await frame.getByText(words[lang].left).waitFor()
  })

  // A reminder in as many taps as there are choices: its time, and the button; WeChat asks in that very tap.
  await phones.each(async (frame, { lang }) => {
    await frame.locator(tab(3)).click()
    await frame.locator('.chip.when', { hasText: words[lang].hour }).click()
    await frame.locator('.set').click()
    await frame.getByRole('button', { name: words[lang].allow }).click()
    await frame.locator('.result', { hasText: words[lang].set }).waitFor()
  })
  await phones.look('journey-4-reminder')
  await hongyan.advance(61 * 60_000)
  const received = async () => {
    const told = persons.map(async ({ openid }) => (await hongyan.test.messages(openid)).length)
    return (await Promise.all(told)).every((count) => count === 2)
  }
  // A tick that was held up looks again a minute later: the minute is not waited for.
  for (let minute = 0; minute < 15 && !(await received()); minute += 1) await hongyan.advance(60_000)
  expect(await received()).toBe(true)
  expect(phones.problems).toEqual([])
  await phones.close()
}, 120_000)
