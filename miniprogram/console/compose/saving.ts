/** Saving a draft with the service: it is made once, whatever becomes of the answer. */
import type { CampaignDetail, InputOf } from '../../../core/contract'
import { call, CallFailure } from '../../services/cloud'
import { newId } from '../../services/identifier'

type Input = Omit<InputOf<'campaign.create'>, 'key'>

/** The draft on the service that is being edited. */
export interface Saved {
  campaign: string
  version: number
}

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
  /** The draft that is to be made, with its key: asked again as it was, it is not made twice. */
  private asked: { key: string; input: Input } | null = null
  private isEditLost = false

  /** Makes the draft, or changes what it is of. Throws CallFailure; saving again is safe. */
  async save(input: Input): Promise<CampaignDetail> {
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
    const asked = (this.asked ??= { key: newId(), input })
    try {
      const made = await call('staff', 'campaign.create', { ...asked.input, key: asked.key })
      this.asked = null
      this.saved = { campaign: made.campaign, version: made.version }
      // What was typed since it was asked for first.
      return textOf(input) === textOf(asked.input) ? made : await this.edit(this.saved, input)
    } catch (error) {
      if (error instanceof CallFailure && error.code !== 'OFFLINE') this.asked = null
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
}
