/** Campaigns as the list shows them. */
import type { CampaignState, Outputs } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { fill, inPhoneLanguage } from '../../words/language'
import { type Outlook, outlookOf } from '../outlook'
import { sentence } from '../sentence'
import { words as shared } from '../words'
import { words } from './words'

type Listed = Outputs['campaign.list']['campaigns'][number]

export interface Row {
  campaign: string
  name: string
  state: CampaignState
  stateName: string
  /** Template and the time that matters in this state. */
  about: string
  /** Why it is paused. */
  reason: string
  /** Whether there is something to show of how far it is. */
  isBegun: boolean
  parts: Outlook['parts']
  percent: number
  label: string
  /** Sent, trouble, speed and time left, each in a few words. */
  figures: string[]
}

function whenOf({ state, startAt, startedAt, finishedAt, createdAt }: Listed, now: number): string {
  const w = inPhoneLanguage(words)
  const time = (at: number | null) => ({ time: timeOf(at ?? createdAt, now) })
  if (state === 'scheduled') return fill(w.starts, time(startAt))
  if (finishedAt !== null) return fill(w.finished, time(finishedAt))
  if (startedAt !== null) return fill(w.started, time(startedAt))
  return fill(w.made, time(createdAt))
}

export function rowOf(listed: Listed, now: number): Row {
  const w = inPhoneLanguage(words)
  const { campaign, name, state, title, reason = '', startedAt, progress } = listed
  const { parts, percent, people, sent, trouble, speed, eta } = outlookOf(state, progress)
  const stateName = inPhoneLanguage(shared).states[state]
  return {
    campaign,
    name,
    state,
    stateName,
    about: `${title} · ${whenOf(listed, now)}`,
    reason: sentence(reason),
    isBegun: startedAt !== null,
    parts,
    percent,
    label: fill(percent < 0 ? w.progressOpen : w.progress, { name, state: stateName, people, percent }),
    figures: [
      fill(w.sent, { count: sent }),
      ...(trouble === '0' ? [] : [fill(w.trouble, { count: trouble })]),
      ...(speed === '' ? [] : [speed]),
      ...(eta === '' ? [] : [fill(w.eta, { time: eta })]),
    ],
  }
}

/** Rows of one setData: with the longest names and reasons they come to less than 20 KB. */
const AT_ONCE = 12

/** The changes from one list to the next, each small enough for one setData: only rows that are not the same. */
export function changesOf(before: readonly Row[], after: readonly Row[]): Record<string, unknown>[] {
  const isShorter = after.length < before.length
  const kept = isShorter ? after.slice(0, AT_ONCE) : before
  const changed = after.flatMap((row, at): [string, Row][] =>
    JSON.stringify(row) === JSON.stringify(kept[at]) ? [] : [[`rows[${at}]`, row]],
  )
  const changes: Record<string, unknown>[] = isShorter ? [{ rows: kept }] : []
  for (let at = 0; at < changed.length; at += AT_ONCE)
    changes.push(Object.fromEntries(changed.slice(at, at + AT_ONCE)))
  return changes
}
