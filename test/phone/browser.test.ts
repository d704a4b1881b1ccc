import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, FrameLocator, Page } from 'playwright-core'
import { launchBrowser, openBrowserPage } from '../support/browser'
import { startTestEmulator, type TestEmulator } from '../support/emulator'

let browser: Browser
let emulator: TestEmulator
let miniprogramDir: string
let page: Page
let problems: string[]

const templates = [
  {
    priTmplId: 'T-order',
    title: '订单发货通知',
    type: 2 as const,
    content: '商品:{{thing1.DATA}}',
    example: '商品:毛巾',
  },
  {
    priTmplId: 'T-class',
    title: '上课提醒',
    type: 2 as const,
    content: '课程:{{thing1.DATA}}',
    example: '课程:钢琴',
  },
]

beforeAll(async () => {
  miniprogramDir = mkdtempSync(path.join(tmpdir(), 'phone-browser-'))
  cpSync(path.join(__dirname, '../fixtures/miniprogram'), miniprogramDir, { recursive: true })
  const world = { templates, pages: ['pages/detail/detail'] }
  ;[browser, emulator] = await Promise.all([
    launchBrowser(),
    startTestEmulator({ miniprogramDir, functions: ['whoami', 'notify'], world }),
  ])
})
afterAll(async () => {
  await browser?.close()
  await emulator?.stop()
  rmSync(miniprogramDir, { recursive: true, force: true })
})
beforeEach(async () => {
  ;({ page, problems } = await openBrowserPage(browser, { viewport: { width: 375, height: 812 } }))
  page.setDefaultTimeout(10_000)
})
afterEach(async () => {
  await page.context().close()
})

const app = (query = '') => page.goto(`${emulator.url}/phone/app?openid=oAlice${query}`)
const styleOf = (selector: string, property: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property)

test('styles hold where they belong: page, component, global class, id, rpx', async () => {
  await app()
  expect(await styleOf('.phone-scroll .title', 'font-size')).toBe('20px')
  expect(await styleOf('.title.shared', 'color')).toBe('rgb(0, 128, 0)')
  expect(await styleOf('wx-panel-card [class$="--title"]', 'color')).toBe('rgb(4, 5, 6)')
  expect(await styleOf('[id$="--count"]', 'color')).toBe('rgb(9, 9, 9)')
  expect(await styleOf('.half', 'width')).toBe('187.5px')
  expect(problems).toEqual([])
})

test('dark is dark: the page by its media query, the bar by theme.json', async () => {
  await app('&theme=dark')
  expect(await styleOf('[data-page]', 'background-color')).toBe('rgb(16, 16, 16)')
  expect(await styleOf('.phone-bar', 'background-color')).toBe('rgb(25, 25, 25)')
  await app('&theme=light')
  expect(await styleOf('[data-page]', 'background-color')).toBe('rgb(245, 245, 245)')
})

test('a button of style v2 is 184 px wide, and a class of page code does not outweigh it', async () => {
  const [config, styles] = ['app.json', 'app.wxss'].map((name) => path.join(miniprogramDir, name)) as [
    string,
    string,
  ]
  const [json, sheet] = [config, styles].map((file) => readFileSync(file, 'utf8')) as [string, string]
  writeFileSync(config, json.replace('"darkmode"', '"style": "v2", "darkmode"'))
  writeFileSync(styles, `${sheet}\n.more { width: 90% }`)
  await app()
  expect(await styleOf('.more', 'width')).toBe('184px')
  writeFileSync(styles, `${sheet}\n.more.more { width: 100px }\n`)
  await app()
  expect(await styleOf('.more', 'width')).toBe('100px')
  writeFileSync(config, json)
  writeFileSync(styles, sheet)
})

test('a tap with the mouse, a finger and the keyboard are one tap each', async () => {
  await app()
  await page.locator('.more').click()
  await expectRows(2)
  await page.locator('.more').focus()
  await page.keyboard.press('Enter')
  await expectRows(3)
  const touch = await openBrowserPage(browser, { hasTouch: true, viewport: { width: 375, height: 812 } })
  await touch.page.goto(`${emulator.url}/phone/app?openid=oAlice`)
  await touch.page.locator('.more').tap()
  await touch.page.locator('.row').nth(1).waitFor()
  expect(await touch.page.locator('.row').count()).toBe(2)
  await touch.page.context().close()
})

const expectRows = (count: number) =>
  page.waitForFunction((n) => document.querySelectorAll('.row').length === n, count)

test('a long press is no tap', async () => {
  await app()
  await page.locator('.hold').hover()
  await page.mouse.down()
  await page.waitForFunction(() => document.querySelector('.log')?.textContent?.includes('held'))
  await page.mouse.up()
  expect(await page.locator('.row').count()).toBe(1)
})

test('pulling the page down refreshes it', async () => {
  await app()
  await page.locator('.title.shared').hover()
  await page.mouse.down()
  for (const y of [200, 280, 360]) await page.mouse.move(150, y)
  await page.mouse.up()
  await page.waitForFunction(() => document.querySelector('.log')?.textContent?.includes('pull'))
})

test('a prompt asks once, counts its grants, and the message arrives in the studio', async () => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(`${emulator.url}/?lang=zh`)
  const phone: FrameLocator = page.frameLocator('iframe').first()
  await phone.locator('.to-detail').waitFor()
  await phone.locator('.phone-root').evaluate(openPrompt)
  await phone.locator('.direct').click()
  await phone.getByLabel('查看示例：上课提醒').click()
  await phone.getByText('课程:钢琴').waitFor()
  await phone.getByRole('button', { name: '允许' }).click()
  await phone.locator('.result', { hasText: '"T-order":"accept"' }).waitFor()
  const message = {
    templateId: 'T-order',
    page: 'pages/detail/detail?name=A&n=5',
    data: { thing1: { value: '毛巾' } },
  }
  expect(await emulator.result('notify', { message }, 'oAlice')).toMatchObject({ errCode: 0 })
  const card = page.locator('.card', { hasText: '毛巾' })
  await card.getByRole('button', { name: '进入小程序查看' }).click()
  await phone.locator('.detail', { hasText: 'A|5' }).waitFor()
  await page.locator('.log li', { hasText: 'notify' }).first().waitFor()
  await page.getByRole('tab', { name: '手机调试' }).click()
  await page.locator('.activity', { hasText: 'requestSubscribeMessage:ok' }).waitFor()
  await page.locator('.activity', { hasText: 'setData' }).first().waitFor()
  expect(problems).toEqual([])
})

/** In the page: opens the page with the prompts. */
function openPrompt(): void {
  const handle = (
    globalThis as unknown as { __hongyanPhone: { phone: { router: { go(...args: string[]): void } } } }
  ).__hongyanPhone
  handle.phone.router.go('reLaunch', '/pages/prompt/prompt', '')
}

test('the studio moves the time and opens more phones', async () => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`${emulator.url}/?lang=en`)
  const before = (await emulator.get('/_emulator/world')) as { now: number }
  await page.getByRole('button', { name: '+1 hour' }).click()
  await page.locator('.clock[data-moved]').waitFor()
  const after = (await emulator.get('/_emulator/world')) as { now: number }
  expect(after.now - before.now).toBeGreaterThanOrEqual(3_600_000)
  await page.getByRole('button', { name: 'Add phone' }).click()
  expect(await page.locator('.station').count()).toBe(3)
  await page.getByRole('button', { name: 'Remove this phone' }).last().click()
  expect(await page.locator('.station').count()).toBe(2)
  expect(problems).toEqual([])
})

test('a broken page says where, and correcting it is enough', async () => {
  const file = path.join(miniprogramDir, 'pages/detail/detail.wxml')
  const good = readFileSync(file, 'utf8')
  writeFileSync(file, '<view>\n{{a b}}')
  await app()
  await page.getByText('pages/detail/detail.wxml:2').waitFor()
  writeFileSync(file, `${good}\n`)
  await app()
  await page.locator('.title.shared').waitFor()
})

test('nobody by that openid: the phone says who is there', async () => {
  await page.goto(`${emulator.url}/phone/app?openid=oNobody`)
  await page.locator('.phone-failure p', { hasText: 'nobody has the openid oNobody' }).waitFor()
})

// The first paint is measured by the benchmark; what decides it is how much there is to load.
test('the phone itself is small, and a page is loaded in six requests', async () => {
  const sizes = await Promise.all(
    ['runtime.js', 'runtime.css'].map(
      async (name) => (await (await fetch(`${emulator.url}/phone/${name}`)).text()).length,
    ),
  )
  expect(sizes[0]).toBeLessThan(300_000)
  expect(sizes[1]).toBeLessThan(40_000)
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await app()
  await page.locator('.title.shared').waitFor()
  const own = requests.filter((name) => name.startsWith('/phone') || name.endsWith('/world'))
  expect(own.sort()).toEqual(
    [
      '/_emulator/world',
      '/phone/app',
      '/phone/app.css',
      '/phone/app.js',
      '/phone/runtime.css',
      '/phone/runtime.js',
    ].sort(),
  )
})
