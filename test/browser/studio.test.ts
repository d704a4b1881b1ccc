/** The studio with the phones of two people: axe finds nothing serious, and the panel tells what page code did. */
import type { Browser } from 'playwright-core'
import { launchBrowser, openBrowserPage } from '../support/browser'
import { type Hongyan, startHongyan } from '../support/hongyan'
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
