import type { Browser, Page } from 'playwright-core'
import { people } from '../../test/support/hongyan'
import type { Figure } from '../benchmark'

const GOAL_KB = 20

interface Action {
  name: string
  what: string
  /** Ends when what it sets off is on the page. */
  act(page: Page): Promise<unknown>
}

const tab = (page: Page, at: number) => page.locator('.phone-tabs button').nth(at).click()

const customer: Action[] = [
  {
    name: 'subscriptions',
    what: 'open subscriptions',
    act: (page) => page.locator('.scene').first().waitFor(),
  },
  {
    name: 'example',
    what: 'open an example',
    act: async (page) => {
      await page.locator('.example').first().click()
      await page.locator('wx-message-card').first().waitFor()
    },
  },
  {
    name: 'subscribe',
    what: 'subscribe',
    act: async (page) => {
      await page.locator('.scene wx-button').first().click()
      await page.locator('.phone-subscribe footer button').last().click()
      await page.locator('.scene [class*="--told"]').waitFor()
    },
  },
  {
    name: 'messages',
    what: 'open messages',
    act: async (page) => {
      await tab(page, 1)
      await page.locator('.item wx-message-card').first().waitFor()
    },
  },
  {
    name: 'reminders',
    what: 'open reminders (49)',
    act: async (page) => {
      await tab(page, 2)
      await page.locator('.more-of').first().waitFor()
    },
  },
  {
    name: 'remind',
    what: 'set a reminder',
    act: async (page) => {
      await page.locator('.chip.when').nth(1).click()
      await page.locator('.set').click()
      await page.locator('.phone-subscribe footer button').last().click()
      await page.locator('.result').waitFor()
    },
  },
  {
    name: 'preferences',
    what: 'open preferences',
    act: async (page) => {
      await tab(page, 3)
      await page.locator('.template-switch').first().waitFor()
    },
  },
  {
    name: 'mute',
    what: 'mute a template',
    act: async (page) => {
      await page.locator('.template-switch').first().click()
      await page.locator('.status', { hasText: '已保存' }).waitFor()
    },
  },
]

const owner: Action[] = [
  { name: 'send', what: 'open send', act: (page) => page.locator('.send').waitFor() },
  {
    name: 'fill',
    what: 'fill in the example',
    act: async (page) => {
      await page.locator('.example').click()
      await page.locator('wx-message-card').waitFor()
    },
  },
]

/** The staff's pages of campaigns, each opened by its address; `draft` and `ended` are campaigns. */
const staffPages = ({ draft, ended, series }: Campaigns): (Action & { route: string })[] => [
  opens('campaigns', 'campaigns/campaigns', '.stop'),
  opens('compose', `compose/compose?campaign=${draft}`, '.preview wx-message-card'),
  opens('review', `review/review?campaign=${draft}`, '.dry-run .reached'),
  opens('campaign', `campaign/campaign?campaign=${ended}`, '.percent'),
  opens('people', `people/people?campaign=${ended}&outcome=skipped`, '.person'),
  opens('templates', 'templates/templates', '.template'),
  opens('staff-reminders', 'reminders/reminders', '.to-missed'),
  opens('missed', 'reminders-missed/reminders-missed', '.empty'),
  opens('series', 'reminders-series/reminders-series', '.series'),
  opens('person-reminders', `reminders-person/reminders-person?openid=${people.customer}`, '.row'),
  opens('person', `person/person?openid=${people.customer}`, '.message'),
  opens('lists', 'audiences/audiences', '.empty'),
  opens('import', 'import/import', '.list-name'),
  opens('events', `reminders-rows/reminders-rows?series=${series}`, '.event'),
]

const opens = (name: string, route: string, shown: string): Action & { route: string } => ({
  name,
  what: `open ${name}`,
  route: `console/${route}`,
  act: (page) => page.locator(shown).first().waitFor(),
})

export interface Campaigns {
  draft: string
  /** One that has ended, with somebody whom it skipped. */
  ended: string
  /** A rule of reminders with some events. */
  series: string
}

/** What each action sends from page code to the page, and the largest piece of all. */
export async function measureSetData(browser: Browser, url: string, campaigns: Campaigns): Promise<Figure[]> {
  const phoneOf = (route: string) =>
    `${url}/phone/app?openid=${people.owner}&theme=light&page=${encodeURIComponent(route)}`
  const opened: Awaited<ReturnType<typeof journey>>[] = []
  for (const action of staffPages(campaigns))
    opened.push(await journey(browser, phoneOf(action.route), [action]))
  const journeys = [
    ...opened,
    await journey(browser, `${url}/phone/app?openid=${people.customer}&theme=light`, customer),
    await journey(browser, phoneOf('console/send/send'), owner),
  ].flat()
  const largest = Math.max(...journeys.flatMap(({ bytes }) => bytes))
  return [
    ...journeys.map(({ action, bytes }): Figure => {
      const sum = bytes.reduce((total, one) => total + one, 0)
      return {
        name: `setData.${action.name}`,
        what: `setData: ${action.what}`,
        value: sum / 1024,
        unit: 'KB',
      }
    }),
    {
      name: 'setData.largest',
      what: 'setData: the largest of all',
      value: largest / 1024,
      unit: 'KB',
      goal: { of: 'value', is: 'at most', limit: GOAL_KB },
    },
  ]
}

async function journey(
  browser: Browser,
  address: string,
  actions: Action[],
): Promise<{ action: Action; bytes: number[] }[]> {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 } })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(address)
    const measured: { action: Action; bytes: number[] }[] = []
    let seen = 0
    for (const action of actions) {
      await action.act(page)
      const all = await page.evaluate(() =>
        (
          globalThis as unknown as { __hongyanPhone: { setData: { bytes: number }[] } }
        ).__hongyanPhone.setData.map(({ bytes }) => bytes),
      )
      measured.push({ action, bytes: all.slice(seen) })
      seen = all.length
    }
    return measured
  } finally {
    await context.close()
  }
}
