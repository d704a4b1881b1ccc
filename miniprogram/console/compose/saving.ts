/** Saving a draft with the service: it is made once, whatever becomes of the answer. */
import type { CampaignDetail, InputOf } from '../../../core/contract'
import { call, CallFailure } from '../../services/cloud'

type Input = InputOf<'campaign.create'>

/** The draft on the service that is being edited. */
export interface Saved {
  campaign: string
  version: number
}

/** How far the clocks of a phone and the service may be apart. */
const CLOCKS_MS = 10 * 60_000
/** Newest drafts that are looked through for the one whose answer was lost. */
const LOOK = 20

/** The same value is the same text, in whatever order its keys came. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const isSaved = (input: Input, detail: CampaignDetail): boolean =>
  (Object.keys(input) as (keyof Input)[]).every((key) => textOf(input[key]) === textOf(detail[key]))

export class Saving {
  saved: Saved | null = null
  /** Since when a draft may have been made whose answer never came. */
  private lostAt: number | null = null
  private isEditLost = false

  /** Makes the draft, or changes what it is of. Throws CallFailure; saving again is safe. */
  async save(input: Input): Promise<CampaignDetail> {
    if (this.saved === null && this.lostAt !== null) this.saved = await this.found(input, this.lostAt)
    const detail = this.saved === null ? await this.create(input) : await this.edit(this.saved, input)
    this.saved = { campaign: detail.campaign, version: detail.version }
    return detail
  }

  /** From now on it is the version that is there now: what was typed here replaces it. */
  async catchUp(): Promise<CampaignDetail | null> {
    if (this.saved === null) return null
    const detail = await call('staff', 'campaign.get', { campaign: this.saved.campaign })
    this.saved = { campaign: detail.campaign, version: detail.version }
    return detail
  }

  private async create(input: Input): Promise<CampaignDetail> {
    const at = Date.now()
    try {
      return await call('staff', 'campaign.create', input)
    } catch (error) {
      if (error instanceof CallFailure && error.code === 'OFFLINE') this.lostAt ??= at
      throw error
    }
  }

  private async edit({ campaign, version }: Saved, change: Input): Promise<CampaignDetail> {
    try {
      return await call('staff', 'campaign.edit', { campaign, version, change })
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error
      if (error.code === 'OFFLINE') this.isEditLost = true
      if (error.code !== 'CAMPAIGN_CHANGED' || !this.isEditLost) throw error
      // Changed meanwhile, maybe by the call whose answer was lost: then it is as it shall be.
      const detail = await call('staff', 'campaign.get', { campaign })
      if (!isSaved(change, detail)) throw error
      return detail
    }
  }

  /** The draft that was made although its answer was lost: of this person, of that time, of this name. */
  private async found({ name, template }: Input, since: number): Promise<Saved | null> {
    const [{ campaigns }, { openid }] = await Promise.all([
      call('staff', 'campaign.list', { state: 'draft', limit: LOOK }),
      call('staff', 'whoami', {}),
    ])
    const mine = campaigns.find(
      (one) =>
        one.createdBy === openid &&
        one.createdAt > since - CLOCKS_MS &&
        one.name === name &&
        one.template === template,
    )
    return mine ? { campaign: mine.campaign, version: mine.version } : null
  }
}
