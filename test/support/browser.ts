import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

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
