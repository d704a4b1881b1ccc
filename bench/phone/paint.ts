import type { Browser } from 'playwright-core'
import { people } from '../../test/support/hongyan'
import type { Figure } from '../benchmark'
import { median } from '../rounds'

const GOAL_MS = 250

interface Measured {
  name: string
  /** With `{campaign}` or `{series}` where the page is of one. */
  route: string
  /** Is there once the service has answered; left out where only the first paint is measured. */
  shown?: string
  openid: string
}

const PAGES: readonly Measured[] = [
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
  {
    name: 'reminders',
    route: 'pages/reminders/reminders',
    shown: '.form',
    openid: people.customer,
  },
  { name: 'send', route: 'console/send/send', shown: '.send', openid: people.owner },
  { name: 'campaigns', route: 'console/campaigns/campaigns', openid: people.owner },
  { name: 'compose', route: 'console/compose/compose', openid: people.owner },
  { name: 'review', route: 'console/review/review?campaign={campaign}', openid: people.owner },
  { name: 'campaign', route: 'console/campaign/campaign?campaign={campaign}', openid: people.owner },
  { name: 'people', route: 'console/people/people?campaign={campaign}&outcome=sent', openid: people.owner },
  { name: 'templates', route: 'console/templates/templates', openid: people.owner },
  { name: 'staff-reminders', route: 'console/reminders/reminders', openid: people.owner },
  { name: 'missed', route: 'console/reminders-missed/reminders-missed', openid: people.owner },
  { name: 'series', route: 'console/reminders-series/reminders-series', openid: people.owner },
  {
    name: 'person-reminders',
    route: `console/reminders-person/reminders-person?openid=${people.customer}`,
    openid: people.owner,
  },
  { name: 'person', route: `console/person/person?openid=${people.customer}`, openid: people.owner },
  { name: 'lists', route: 'console/audiences/audiences', openid: people.owner },
  { name: 'import', route: 'console/import/import', openid: people.owner },
  { name: 'events', route: 'console/reminders-rows/reminders-rows?series={series}', openid: people.owner },
]

interface Load {
  paint: number
  shown: number
}

/** Each page loaded afresh: nothing is in the browser's cache. The first load of each warms the emulator up. */
export async function measurePaint(
  browser: Browser,
  url: string,
  { campaign, series }: { campaign: string; series: string },
  rounds: number,
): Promise<Figure[]> {
  const loads = PAGES.map((): Load[] => [])
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, { route, shown = '.page', openid }] of PAGES.entries()) {
      const page = encodeURIComponent(route.replace('{campaign}', campaign).replace('{series}', series))
      const measured = await load(
        browser,
        `${url}/phone/app?openid=${openid}&theme=light&page=${page}`,
        shown,
      )
      if (round > 0) loads[at]?.push(measured)
    }
  }
  return PAGES.flatMap(({ name, shown }, at): Figure[] => {
    const own = loads[at] ?? []
    return [
      {
        name: `paint.${name}`,
        what: `${name}: first paint`,
        value: median(own.map(({ paint }) => paint)),
        unit: 'ms',
        goal: { of: 'value', is: 'at most', limit: GOAL_MS },
      },
      ...(shown === undefined
        ? []
        : [
            {
              name: `shown.${name}`,
              what: `${name}: what the service knows`,
              value: median(own.map((one) => one.shown)),
              unit: 'ms' as const,
            },
          ]),
    ]
  })
}

async function load(browser: Browser, address: string, selector: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 } })
  try {
    const page = await context.newPage()
    await page.addInitScript(watching(selector))
    await page.goto(address)
    // A frame is told of as painted when it was presented, which may be after the page has noted it.
    await page.waitForFunction(
      () =>
        (globalThis as unknown as Watched).shownAt !== undefined &&
        performance.getEntriesByName('first-contentful-paint').length > 0,
    )
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
