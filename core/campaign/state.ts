/** How a campaign is read, and changed by compare-and-set: its state follows the table of acts. */
import { type Act, acts, type Campaign } from './campaign'
import { ServiceError } from '../errors'
import type { Ports, Value } from '../ports'
import { audit } from '../staff'
import { actWords, stateWords } from './words'

/** Throws CAMPAIGN_UNKNOWN. */
export async function readCampaign({ store }: Pick<Ports, 'store'>, id: string): Promise<Campaign> {
  const campaign = await store.get<Campaign>('campaigns', id)
  if (campaign) return campaign
  throw new ServiceError('CAMPAIGN_UNKNOWN', { campaign: id })
}

/** The refusal of an act that is not possible in the state that the campaign is in. */
export function stateError(
  { _id, name, state }: Campaign,
  act: keyof typeof actWords,
  from: readonly Campaign['state'][],
): ServiceError {
  const words = { now: stateWords[state], wanted: from.map((one) => stateWords[one]), doing: actWords[act] }
  return new ServiceError('CAMPAIGN_STATE', { campaign: _id, name, state, act, from, ...words })
}

/** Changes the campaign where it still is as it was read; null where somebody was faster. */
export async function swap<Set extends { [field: string]: Value }>(
  { store }: Pick<Ports, 'store'>,
  campaign: Campaign,
  set: Set,
): Promise<(Campaign & Set) | null> {
  const { _id, version, state } = campaign
  const next = { ...set, version: version + 1 }
  const updated = await store.update('campaigns', { _id, version, state }, { set: next })
  return updated > 0 ? { ...campaign, ...next } : null
}

/** Something staff do to a campaign. */
export interface Rule {
  act: keyof typeof actWords
  from: readonly Campaign['state'][]
  /** Whether it has been done: whoever asks again is not refused. */
  isDone?: (campaign: Campaign) => boolean
  /** The version that whoever asks has read. */
  version?: number | undefined
}

const changedError = ({ _id, name, version }: Campaign, got: number) =>
  new ServiceError('CAMPAIGN_CHANGED', { campaign: _id, name, version, got })

export const ruleOf = (act: Exclude<Act, 'finish'>): Rule => ({
  act,
  from: acts[act].from,
  isDone: ({ state }) => state === acts[act].to,
})

/**
 * Whether there is something to do. Throws CAMPAIGN_STATE where it is not possible, CAMPAIGN_CHANGED where it is another
 * version than was read.
 */
export function isToDo(campaign: Campaign, { act, from, isDone = () => false, version }: Rule): boolean {
  if (from.includes(campaign.state)) {
    if (version !== undefined && version !== campaign.version) throw changedError(campaign, version)
    return true
  }
  if (isDone(campaign)) return false
  throw stateError(campaign, act, from)
}

/** Others may change it meanwhile (staff, or a campaign that pauses by itself): then it is looked at again. */
const TRIES = 5

/**
 * Changes the campaign, as it was read, where its state allows the act, and writes down who did; as it is where that
 * was done already. Throws CAMPAIGN_STATE, and CAMPAIGN_CHANGED where others were always faster.
 */
export async function change(
  ports: Pick<Ports, 'store' | 'clock' | 'random'>,
  by: string,
  read: Campaign,
  rule: Rule,
  set: { [field: string]: Value } & Partial<Campaign>,
): Promise<Campaign> {
  let campaign = read
  if (!isToDo(campaign, rule)) return campaign
  await audit(ports, by, `campaign.${rule.act}`, { campaign: campaign._id, name: campaign.name })
  for (let tries = 0; tries < TRIES; tries += 1) {
    const changed = await swap(ports, campaign, set)
    if (changed) return changed
    campaign = await readCampaign(ports, campaign._id)
    if (!isToDo(campaign, rule)) return campaign
  }
  throw changedError(campaign, read.version)
}
