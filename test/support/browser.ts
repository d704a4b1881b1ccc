import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

/** Where a Chromium may be; the first that is there is used. */
const PLACES = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--no-first-run',
  '--mute-audio',
  '--font-render-hinting=none',
]

/** Starts a Chromium: one on this computer, else the one that comes as an npm package. */
export async function launchBrowser(): Promise<Browser> {
  const found = PLACES.find((place) => place !== undefined && existsSync(place))
  const executablePath = found ?? (await packagedChromium())
  return chromium.launch({ executablePath, headless: true, args: FLAGS })
}

/** Unpacks the packaged browser into the temporary folder; the second time it is there already. */
async function packagedChromium(): Promise<string> {
  const { default: packaged } = await import('@sparticuz/chromium')
  return packaged.executablePath()
}

const FONT = '@fontsource-variable/noto-sans-sc'
const FONT_SITE = 'https://fonts.test/'

/**
 * A new page whose Chinese text is shown in the packaged font on every computer. Console errors and failed requests
 * are collected in `problems`.
 */
export async function openBrowserPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({
    locale: 'zh-CN',
    viewport: { width: 1440, height: 900 },
    ...options,
  })
  const folder = path.dirname(require.resolve(`${FONT}/package.json`))
  const css = readFileSync(path.join(folder, 'index.css'), 'utf8')
    // The family that the pages ask for first.
    .replaceAll("'Noto Sans SC Variable'", "'PingFang SC'")
    .replaceAll('font-display: swap', 'font-display: block')
    .replaceAll('url(./files/', `url(${FONT_SITE}`)
  await context.route(`${FONT_SITE}**`, (route) => {
    const file = path.join(folder, 'files', path.basename(new URL(route.request().url()).pathname))
    return route.fulfill({
      path: file,
      headers: { 'access-control-allow-origin': '*' },
      contentType: 'font/woff2',
    })
  })
  await context.addInitScript(
    `addEventListener('DOMContentLoaded', () => {
      const style = document.createElement('style')
      style.textContent = ${JSON.stringify(css)}
      document.head.append(style)
    })`,
  )
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  return { page, problems }
}
