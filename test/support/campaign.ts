/** Subscribers and campaigns on core's memory ports. */
import type { InputOf, Outputs } from '../../core/contract'
import { as, dataOf, type Given } from './service'

export const ORDER_ID = 'kR3vYw8Qm2LxZt0Hs6NcJp4Fd9Ga7Be1UoXiTrVyWqE'
export const orderParams = {
  orderNumber: 'HY1',
  goods: '咖啡豆',
  total: 68,
  carrier: '顺丰速运',
  shippedAt: '2026-11-21T15:30',
}

export const openidsOf = (count: number, prefix = 'oPerson') =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(4, '0')}`)

let prompts = 0

/** Each accepts the order template once, with us and with WeChat. */
export async function subscribe(
  { call, wechat }: Given,
  openids: readonly string[],
  times = 1,
): Promise<void> {
  for (const openid of openids)
    for (let time = 0; time < times; time += 1) {
      const answers = { [ORDER_ID]: 'accept' as const }
      // In the order of their numbers: evidence of one moment is read in that of its ids.
      const promptId = `prompt-${String((prompts += 1)).padStart(6, '0')}`
      dataOf(await call('subscription.record', { promptId, scene: 'order', answers }, as.phone(openid)))
      wechat.grant(openid, ORDER_ID)
    }
}

export const draft = (over: Partial<InputOf<'campaign.create'>> = {}): InputOf<'campaign.create'> => ({
  name: 'Autumn',
  template: 'order-shipped',
  params: orderParams,
  audience: { kind: 'everybody' },
  ...over,
})

type Detail = Outputs['campaign.get']

export const created = async (
  world: Given,
  over: Partial<InputOf<'campaign.create'>> = {},
): Promise<Detail> => dataOf(await world.call('campaign.create', draft(over), as.owner))

export const read = async (world: Given, campaign: string): Promise<Detail> =>
  dataOf(await world.call('campaign.get', { campaign }, as.owner))

/** A minute passes and the timer ticks, until the campaign stands still or `ticks` are over. */
export async function run(world: Given, campaign: string, ticks = 20): Promise<Detail> {
  for (let at = 0; at < ticks; at += 1) {
    dataOf(await world.tick())
    const now = await read(world, campaign)
    if (now.state !== 'running' && now.state !== 'scheduled') return now
    world.clock.advance(60_000)
  }
  return read(world, campaign)
}

/** All deliveries, part by part. */
export async function deliveries(
  world: Given,
  input: Omit<InputOf<'campaign.deliveries'>, 'cursor'>,
): Promise<Outputs['campaign.deliveries']['deliveries']> {
  const rows = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const part: Outputs['campaign.deliveries'] = dataOf(
      await world.call('campaign.deliveries', { ...input, ...(cursor && { cursor }) }, as.owner),
    )
    rows.push(...part.deliveries)
    cursor = part.cursor
  }
  return rows
}

/** An imported list, sealed. Rows without params are openids alone. */
export async function listed(
  world: Given,
  rows: readonly { openid: string; params?: Record<string, string | number> }[],
): Promise<string> {
  const withParams = rows.some(({ params }) => params)
  const list = dataOf(
    await world.call(
      'audience.create',
      { name: 'list', size: rows.length, ...(withParams && { template: 'order-shipped' }) },
      as.owner,
    ),
  )
  const { audience } = list
  const { refused } = dataOf(await world.call('audience.append', { audience, rows: [...rows] }, as.owner))
  if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`)
  dataOf(await world.call('audience.seal', { audience }, as.owner))
  return audience
}
