/**
 * The whole way in a real browser, in the studio as `npm start` shows it: a customer subscribes, staff send, the card
 * arrives. Leaves pictures in dist/screenshots, from which the README's is taken (`npm run screenshots`).
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, FrameLocator, Page } from 'playwright-core'
import { launchBrowser, openBrowserPage } from '../support/browser'
import { type Hongyan, people, startHongyan } from '../support/hongyan'

const pictures = join(__dirname, '..', '..', 'dist', 'screenshots')
let browser: Browser
let hongyan: Hongyan
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  ;[browser, hongyan] = await Promise.all([launchBrowser(), startHongyan({ phone: true })])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await hongyan?.stop()
})

/** What is wider than its page, or cut off inside a box that hides what does not fit. */
const clipped = (page: Page) =>
  Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(() => {
        const texts = [
          ...document.querySelectorAll<HTMLElement>('wx-text, wx-button, h1, h2, h3, p, td, label'),
        ]
        return texts
          .filter((one) => one.offsetParent !== null && one.scrollWidth > one.clientWidth + 1)
          .filter(
            (one) =>
              getComputedStyle(one).overflowX === 'hidden' && getComputedStyle(one).textOverflow === 'clip',
          )
          .map((one) => one.textContent ?? '')
      }),
    ),
  )

test('subscribe, send, card', async () => {
  const { page, problems } = await openBrowserPage(browser)
  await page.goto(hongyan.account.url)
  const [customer, owner] = [0, 1].map((at) => page.frameLocator('iframe').nth(at)) as [
    FrameLocator,
    FrameLocator,
  ]

  const order = customer.locator('.scene', { hasText: '订单发货提醒' })
  await order.getByText('未订阅').waitFor()
  await order.getByText('订阅', { exact: true }).click()
  await customer.getByText('允许', { exact: true }).waitFor()
  await page.screenshot({ path: join(pictures, 'prompt.png') })
  await customer.getByText('允许', { exact: true }).click()
  await order.getByText('还能收到 1 条').waitFor()
  await customer.getByText('订阅成功，1 项').waitFor()

  await owner.getByText('店员工作台').click()
  await owner.getByText('发一条消息', { exact: true }).click()
  await owner.getByText('填入样例').click()
  await owner.locator('wx-message-card').getByText('云南手冲咖啡豆 250g').waitFor()
  await owner.getByText('指定 openid').click()
  await owner.getByPlaceholder('对方的 openid').fill(people.customer)
  await owner.getByText('发送', { exact: true }).click()
  await owner.getByText('已发送').waitFor()

  // Where the emulator's WeChat delivers, the studio shows it, and a tap on it opens its page in that phone.
  expect(await hongyan.test.messages(people.customer)).toMatchObject([{ title: '订单发货提醒' }])
  const card = page.getByText('进入小程序查看').first()
  await card.waitFor()
  await page.screenshot({ path: join(pictures, 'studio.png') })
  expect((await clipped(page)).flat()).toEqual([])
  await card.click()
  await customer.getByText('从通知进入：HY20261121001').waitFor()
  await customer.locator('wx-message-card').getByText('HY20261121001').waitFor()
  expect(problems).toEqual([])
}, 60_000)
