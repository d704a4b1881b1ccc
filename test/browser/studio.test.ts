/** The studio with the phones of two people: axe finds nothing serious, and the panel tells what page code did. */
import type { Browser } from 'playwright-core'
import { launchBrowser, openBrowserPage } from '../support/browser'
import { type Hongyan, startHongyan } from '../support/hongyan'
import { dataOf } from '../support/service'
import { seriousOf } from './phones'

jest.setTimeout(90_000)

let browser: Browser
let hongyan: Hongyan
beforeAll(async () => {
  ;[browser, hongyan] = await Promise.all([launchBrowser(), startHongyan({ phone: true })])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await hongyan?.stop()
})

test.each(['light', 'dark'] as const)('axe finds nothing serious in the studio, %s', async (colorScheme) => {
  const { page, problems } = await openBrowserPage(browser, { colorScheme })
  await page.goto(`${hongyan.account.url}/?lang=en`)
  await page.frameLocator('iframe').first().locator('.scene').first().waitFor()
  for (const name of ['Function log', 'Functions and timers', 'Phones']) {
    await page.getByRole('tab', { name }).click()
    expect(await seriousOf(page.mainFrame())).toEqual([])
  }
  expect(problems).toEqual([])
  await page.context().close()
})

test('the panel names each call by function and action, counts each kind, and shows one kind alone', async () => {
  const { page } = await openBrowserPage(browser)
  await page.goto(`${hongyan.account.url}/?lang=en`)
  await page.frameLocator('iframe').first().locator('.scene').first().waitFor()
  await page.getByRole('tab', { name: 'Phones' }).click()
  await page
    .locator('.activity', { hasText: 'cloud.callFunction:ok  subscriber subscription.offer' })
    .first()
    .waitFor()
  await page.getByRole('button', { name: /^setData \d+ · largest \d+\.\d KB$/ }).click()
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.activity b')].every((kind) => kind.textContent === 'setData'),
  )
  await page.getByRole('button', { name: 'Warnings 0' }).click()
  await page.locator('.devtools .nothing').waitFor()
  await page.context().close()
})

test('a person writes to customer service, and the answer is a card of theirs', async () => {
  const { page } = await openBrowserPage(browser)
  await page.goto(`${hongyan.account.url}/?lang=en`)
  const station = page.locator('.station').first()
  await station.getByLabel('Write to customer service').fill('在吗')
  await Promise.all([
    page.waitForResponse(/\/_emulator\/customer$/),
    station.getByRole('button', { name: 'Send', exact: true }).click(),
  ])
  await hongyan.test.post('/_emulator/settle', {})
  const [openid = ''] = await station.locator('header code').allTextContents()
  const answer = { key: 'studio-answer', to: openid, message: { kind: 'text', text: '您好' } } as const
  dataOf(await hongyan.tool('conversation.send', answer))
  await station.locator('.card', { hasText: 'customer service' }).getByText('您好').waitFor()
  await page.context().close()
})
