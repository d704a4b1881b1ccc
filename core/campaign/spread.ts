/** Which lanes have people of a campaign, and about how many people that are. */
import type { Campaign } from './campaign'
import { readCampaign } from './state'
import { ServiceError } from '../errors'
import { lanesOf, requireList } from '../audience/lists'
import { outcomeOf } from '../delivery/outcomes'
import { between } from '../ports'
import type { Quota } from '../subscription/quotas'
import { settledForRedrive } from './redrive'
import { findProgress, totalsOf } from './reports'
import type { Settings } from '../settings'
import type { StaffCall } from '../staff'

/** One read (wechat.md §8): of fewer people than this the lanes are known from it. */
const READ = 1000

export type Spread = Pick<Campaign, 'lanes' | 'expected'>

export const everyLane = ({ lanes }: Pick<Settings, 'lanes'>): number[] =>
  Array.from({ length: lanes }, (_, lane) => lane)

async function everybody({ ports, settings }: StaffCall, { template, audience }: Campaign): Promise<Spread> {
  const quotas = await ports.store.find<Quota>('quotas', {
    where: { _id: between(`${template}:`, `${template};`) },
    limit: READ,
    fields: ['lane'],
  })
  if (quotas.length === READ) return { lanes: everyLane(settings), expected: null }
  const isFiltered = Object.keys(audience).length > 1
  return {
    lanes: [...new Set(quotas.map(({ lane }) => lane))].sort((a, b) => a - b),
    expected: isFiltered ? null : quotas.length,
  }
}

/** Throws AUDIENCE_STATE where its list is not sealed, REDRIVE_EARLY where outcomes of the other may still change. */
export async function spreadOf(call: StaffCall, campaign: Campaign): Promise<Spread> {
  const { ports, settings } = call
  const { audience } = campaign
  switch (audience.kind) {
    case 'everybody':
      return everybody(call, campaign)
    case 'list': {
      const list = await requireList(ports, audience.audience)
      if (list.sealed) return { lanes: lanesOf(list), expected: list.people }
      const reason = { zh: '它还没有封存，仍可增加', en: 'it is not sealed: rows may still be added' }
      throw new ServiceError('AUDIENCE_STATE', { audience: list._id, name: list.name, reason })
    }
    case 'outcomes': {
      const other = await readCampaign(ports, audience.campaign)
      await settledForRedrive(ports, settings, other, audience.outcomes)
      const totals = [...totalsOf(other, await findProgress(ports, [other]))]
      const wanted = totals.filter(([code]) => audience.outcomes.includes(outcomeOf(code)))
      return { lanes: other.lanes, expected: wanted.reduce((sum, [, count]) => sum + count, 0) }
    }
    default: {
      const unreachable: never = audience
      throw new Error(`no such audience: ${JSON.stringify(unreachable)}`)
    }
  }
}
