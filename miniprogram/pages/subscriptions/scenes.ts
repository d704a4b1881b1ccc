/** The page's data from what the service offers and what the person has settled in WeChat. */
import type { Card, Offer } from '../../../core/contract'
import { type Look, lookOf } from '../../components/subscribe-button/look'
import type { Choices } from '../../services/choices'
import { isAccept } from '../../services/prompt'
import type { Notice } from '../../services/subscribing'
import { fill, inPhoneLanguage } from '../../words/language'
import { words as subscribing } from '../../words/subscribing'
import { words } from './words'

export interface Row {
  template: string
  title: string
  /** One-time or long-term, in words. */
  kind: string
  status: string
  isOn: boolean
  /** What a standing choice means; empty without one. */
  note: string
  isWarning: boolean
  /** Reminders that cannot come without another grant, in words; empty where there are none. */
  missing: string
  /** The example while it is open. */
  example: Card | null
}

export interface Scene {
  scene: string
  title: string
  rows: Row[]
  look: Look
  /** What the last tap on this scene's button came to. */
  notice: Notice | null
}

interface Known {
  offers: readonly Offer[]
  choices: Choices
  /** Template ids in one prompt (services/prompt.ts). */
  limit: number
  /** The scene whose button was tapped and has not come back yet. */
  busy: string
}

export const offersOf = (offers: readonly Offer[], scene: string): Offer[] =>
  offers.filter((offer) => offer.scenes.includes(scene))

/** Scenes without templates are left out; examples and notices that are on the page stay. */
export function arrange(scenes: readonly string[], known: Known, before: readonly Scene[]): Scene[] {
  const w = inPhoneLanguage(words)
  return scenes.flatMap((scene) => {
    const offers = offersOf(known.offers, scene)
    if (offers.length === 0) return []
    const old = before.find((one) => one.scene === scene)
    const isOpen = new Set(old?.rows.filter((row) => row.example !== null).map((row) => row.template))
    const rows = offers.map((offer) => ({
      ...rowOf(offer, known.choices.kept[offer.templateId]),
      example: isOpen.has(offer.template) ? offer.example : null,
    }))
    const look = lookOf({ ...known, offers, isBusy: known.busy === scene })
    // What would stand below the button stands above all, or at its template already.
    return [
      {
        scene,
        title: w.scenes[scene] ?? scene,
        rows,
        look: { ...look, hint: '' },
        notice: old?.notice ?? null,
      },
    ]
  })
}

function rowOf({ template, title, kind, left, missing }: Offer, choice: string | undefined): Row {
  const w = inPhoneLanguage(words)
  const isLong = kind === 'long-term'
  const isOn = left > 0
  const on = isLong ? w.longTerm : fill(w.left, { count: left })
  return {
    template,
    title,
    kind: isLong ? w.longTermOff : w.oneTime,
    status: isOn ? on : w.none,
    isOn,
    note: noteOf(choice),
    isWarning: choice !== undefined && !isAccept(choice),
    missing: missing > 0 ? fill(w.missing, { count: missing }) : '',
    example: null,
  }
}

function noteOf(choice: string | undefined): string {
  const { keptAccept, keptReject, keptBan } = inPhoneLanguage(subscribing)
  if (choice === undefined) return ''
  if (isAccept(choice)) return keptAccept
  return choice === 'ban' ? keptBan : keptReject
}
