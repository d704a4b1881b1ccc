/** Names of what happens to campaigns, pages and lanes: a protocol that is never led through a state is not tested in it. */
import type { Campaign, Progress } from '../../core/campaign/campaign'
import type { Page } from '../../core/delivery/page'
import type { Kept, LaneDoc, Written } from './books'

function ofCampaign({ was, is }: Written<Campaign>): string[] {
  if (was?.state === is.state) return was.rate === is.rate ? [] : ['campaign: another rate']
  const why = is.state === 'paused' && is.reason ? ` (${is.reason.why})` : ''
  return [`campaign: ${was?.state ?? 'new'} → ${is.state}${why}`]
}

function ofPage({ was, is }: Written<Page>): string[] {
  const kind = is.source === 'campaign' ? (is.parent ? 'retry page' : 'page') : `page of ${is.source}s`
  if (!was) return [`${kind}: claimed`]
  const found: string[] = []
  if (is.fence > was.fence)
    found.push(`${kind}: taken over when ${was.state}${was.announced > 0 ? ', announced' : ''}`)
  if (is.stop && !was.stop) found.push(`${kind}: stopped`)
  if (is.state !== was.state) found.push(`${kind}: ${was.state} → ${is.state}`)
  if (is.state === 'settled' && was.state === 'open' && is.announced < is.size)
    found.push(`${kind}: released in part`)
  if (is.late !== was.late) found.push(`${kind}: doubt cleared up`)
  return found
}

function ofLane({ was, is }: Written<LaneDoc>): string[] {
  if (!was || is.fence === was.fence) return []
  return [was.holder === '' ? 'lane: taken' : 'lane: taken over from a holder that did not release it']
}

const ofProgress = ({ was, is }: Written<Progress>): string[] =>
  is.done && !was?.done
    ? ['progress: done']
    : is.later.length > 0 && !was?.later.length
      ? ['progress: somebody put off']
      : []

const names: { [collection in keyof Kept]?: (written: Written<Kept[collection]>) => string[] } = {
  campaigns: ofCampaign,
  pages: ofPage,
  lanes: ofLane,
  progress: ofProgress,
}

export const transitionsOf = <C extends keyof Kept>(collection: C, written: Written<Kept[C]>): string[] =>
  names[collection]?.(written) ?? []
