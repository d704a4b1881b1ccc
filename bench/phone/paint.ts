import type { Browser } from 'playwright-core'
import { people } from '../../test/support/hongyan'
import type { Figure } from '../benchmark'
import { median } from '../rounds'

const GOAL_MS = 250

/** `shown` is there once the service has answered. */
const PAGES = [
  {
    name: 'subscriptions',
    route: 'pages/subscriptions/subscriptions',
    shown: '.scene',
    openid: people.customer,
  },
  { name: 'messages', route: 'pages/messages/messages', shown: 'wx-message-card', openid: people.customer },
  {
    name: 'preferences',
    route: 'pages/preferences/preferences',
    shown: '.template-switch',
    openid: people.customer,
  },
  { name: 'send', route: 'console/send/send', shown: '.send', openid: people.owner },
] as const

interface Load {
  paint: number
  shown: number
}

/** Each page loaded afresh: nothing is in the browser's cache. The first load of each warms the emulator up. */
export async function measurePaint(browser: Browser, url: string, rounds: number): Promise<Figure[]> {
  const loads = PAGES.map((): Load[] => [])
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, { route, shown, openid }] of PAGES.entries()) {
      const measured = await load(
        browser,
        `${url}/phone/app?openid=${openid}&theme=light&page=${route}`,
        shown,
      )
      if (round > 0) loads[at]?.push(measured)
    }
  }
  return PAGES.flatMap(({ name }, at): Figure[] => {
    const own = loads[at] ?? []
    return [
      {
        name: `paint.${name}`,
        what: `${name}: first paint`,
        value: median(own.map(({ paint }) => paint)),
        unit: 'ms',
        goal: { of: 'value', is: 'at most', limit: GOAL_MS },
      },
      {
        name: `shown.${name}`,
        what: `${name}: what the service knows`,
        value: median(own.map((one) => one.shown)),
        unit: 'ms',
      },
    ]
  })
}

async function load(browser: Browser, address: string, selector: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 } })
  try {
    const page = await context.newPage()
    await page.addInitScript(watching(selector))
    await page.goto(address)
    await page.waitForFunction(() => (globalThis as unknown as Watched).shownAt !== undefined)
    return await page.evaluate(() => {
      const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN
      return { paint, shown: (globalThis as unknown as Watched).shownAt ?? Number.NaN }
    })
  } finally {
    await context.close()
  }
}

interface Watched {
  /** ms after the navigation began. */
  shownAt?: number
}

/** In the page, before its scripts: notes the frame after the one in which the selector first matches. */
const watching = (selector: string): string => `
const observer = new MutationObserver(() => {
  if (document.querySelector(${JSON.stringify(selector)}) === null) return
  observer.disconnect()
  requestAnimationFrame(() => { globalThis.shownAt = performance.now() })
})
observer.observe(document, { childList: true, subtree: true })`
