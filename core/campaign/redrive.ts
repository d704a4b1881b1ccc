/** When outcomes of a campaign are final enough to be sent once more. */
import type { Campaign } from './campaign'
import { stateError } from './state'
import type { Outcome } from '../contract'
import { ServiceError } from '../errors'
import { outcomeOf } from '../delivery/outcomes'
import type { Page } from '../delivery/page'
import { gt, oneOf, type Ports } from '../ports'
import { findProgress, totalsOf } from './reports'
import { LEASE_MS, type Settings } from '../settings'

const REDRIVEN = ['paused', 'finished', 'cancelled'] as const
/** On top of the longest that an invocation which sent it can still be alive. */
const MARGIN_MS = 60_000

/** How old a doubt must be before its message may go again: whoever sent it has ended for certain. */
export const doubtMs = ({ tickMs }: Pick<Settings, 'tickMs'>): number => LEASE_MS + tickMs + MARGIN_MS

/**
 * Throws CAMPAIGN_STATE where the campaign still runs, and REDRIVE_EARLY while a page of it is open or, where those in
 * doubt are wanted, the newest doubt is too young.
 */
export async function settledForRedrive(
  ports: Pick<Ports, 'store' | 'clock'>,
  settings: Settings,
  campaign: Campaign,
  outcomes: readonly Outcome[],
): Promise<void> {
  const { _id, name, state } = campaign
  if (!REDRIVEN.some((one) => one === state)) throw stateError(campaign, 'redrive', REDRIVEN)
  const now = ports.clock.now()
  const wait = doubtMs(settings)
  const early = (at: number) =>
    new ServiceError('REDRIVE_EARLY', {
      campaign: _id,
      name,
      waitSeconds: Math.max(1, Math.ceil((at + wait - now) / 1000)),
    })
  const [open] = await ports.store.find<Page>('pages', {
    where: { campaign: _id, isOpen: true },
    limit: 1,
    fields: ['openedAt'],
  })
  if (open) throw early(now)
  if (!outcomes.includes('unknown')) return
  const codes = [...totalsOf(campaign, await findProgress(ports, [campaign])).keys()]
  const doubts = codes.filter((code) => outcomeOf(code) === 'unknown').map(String)
  if (doubts.length === 0) return
  const [newest] = await ports.store.find<Page>('pages', {
    where: { campaign: _id, has: oneOf(doubts), closedAt: gt(now - wait) },
    order: [['closedAt', 'desc']],
    limit: 1,
    fields: ['closedAt'],
  })
  if (newest) throw early(newest.closedAt ?? now)
}
