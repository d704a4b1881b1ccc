/** What the Mini Program costs a phone: time to the first paint, data over the bridge, bytes to load. */
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../test/support/browser'
import { type Hongyan, order, people, startHongyan } from '../test/support/hongyan'
import { dataOf } from '../test/support/service'
import type { Benchmark, BenchmarkContext, Figure } from './benchmark'
import { measureBundles } from './phone/bundles'
import { type Campaigns, measureSetData } from './phone/set-data'
import { measurePaint } from './phone/paint'

/** The pages in the browser phone, as `npm start` shows them: light, Chinese, one customer with messages. */
export const phone: Benchmark = {
  about: 'first paint of each page, setData bytes per action, bytes to load',
  sizeOf: 'messages of the customer',
  defaults: { size: 20, rounds: 7 },
  async run(context): Promise<Figure[]> {
    context.step('building the functions, starting the emulator and a browser')
    const browser = await launchBrowser()
    let hongyan: Hongyan | undefined
    try {
      hongyan = await startHongyan({ phone: true })
      context.step(`sending ${context.size} messages`)
      await sendMessages(hongyan, context.size)
      const draft = await writeCampaign(hongyan)
      const ended = await endCampaign(hongyan, await writeCampaign(hongyan))
      const campaigns = { draft, ended, series: await makeSeries(hongyan) }
      return await measured(context, browser, hongyan.account.url, campaigns)
    } finally {
      await browser.close()
      await hongyan?.stop()
    }
  },
}

async function measured(
  context: BenchmarkContext,
  browser: Browser,
  url: string,
  campaigns: Campaigns,
): Promise<Figure[]> {
  context.step('loading each page')
  const paint = await measurePaint(
    browser,
    url,
    { campaign: campaigns.draft, series: campaigns.series },
    context.rounds,
  )
  context.step('one journey through all of them')
  return [...paint, ...(await measureSetData(browser, url, campaigns)), ...(await measureBundles(url))]
}

async function sendMessages(hongyan: Hongyan, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await hongyan.subscribe(people.customer, 'order-shipped', 'order')
    const params = { ...order, orderNumber: `HY${at}` }
    const send = { key: `bench-phone-${at}`, to: people.customer, template: 'order-shipped', params }
    dataOf(await hongyan.tool('send.one', send))
  }
}

/** A campaign for the pages of one. */
async function writeCampaign(hongyan: Hongyan): Promise<string> {
  const draft = {
    name: '发货',
    template: 'order-shipped',
    params: order,
    audience: { kind: 'everybody' as const },
  }
  return dataOf(await hongyan.tool('campaign.create', draft)).campaign
}

/** Starts it, and waits until it has ended. */
async function endCampaign(hongyan: Hongyan, campaign: string): Promise<string> {
  let { state } = dataOf(await hongyan.tool('campaign.start', { campaign }))
  while (state === 'running') ({ state } = dataOf(await hongyan.tool('campaign.get', { campaign })))
  return campaign
}

/** All but one of the reminders that a customer may have, and some events. */
const REMINDERS = 49
const EVENTS = 20

/** A rule with its events, and the customer's own reminders. */
async function makeSeries(hongyan: Hongyan): Promise<string> {
  const day = new Date(Date.now() + 9 * 24 * 3_600_000).toISOString().slice(0, 10)
  const own = { template: 'to-do', timeParam: 'at', to: people.customer }
  for (let at = 0; at < REMINDERS; at += 1) {
    const schedule = { kind: 'repeat', from: `${day}T09:00`, every: 1, unit: 'days' } as const
    const wanted = { ...own, key: `bench-reminder-${at}`, params: { what: `第 ${at} 件事` }, schedule }
    dataOf(await hongyan.tool('reminder.create', wanted))
  }
  const before = { kind: 'minutes' as const, minutes: 60 }
  const rule = { key: 'bench-series', name: '待办', template: 'to-do', timeParam: 'at', before }
  const { series } = dataOf(await hongyan.tool('reminder.series.create', rule))
  const rows = Array.from({ length: EVENTS }, (_, at) => ({
    row: `event-${at}`,
    at: `${day}T19:00`,
    params: { what: '开会' },
    people: [people.customer],
  }))
  dataOf(await hongyan.tool('reminder.rows.import', { series, rows }))
  return series
}
