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
      const campaigns = { draft, ended: await endCampaign(hongyan, await writeCampaign(hongyan)) }
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
  const paint = await measurePaint(browser, url, campaigns.draft, context.rounds)
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
