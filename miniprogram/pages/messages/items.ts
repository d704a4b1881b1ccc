/** What was sent, as the page shows it. */
import type { Card, MineMessage } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { words } from './words'

export interface Item {
  id: string
  card: Card
  time: string
  /** Where a tap leads, in words; empty where the card leads nowhere else. */
  foot: string
}

const OWN_PAGE = 'pages/messages/messages'
const two = (n: number) => String(n).padStart(2, '0')
const dayOf = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
const DAY = 86_400_000

/** By the phone's own clock: today and yesterday by name, this year without the year. */
export function timeOf(at: number, now: number): string {
  const w = inPhoneLanguage(words)
  const date = new Date(at)
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`
  // Rounded: a day on which the clocks change is not 24 hours long.
  const daysAgo = Math.round((dayOf(new Date(now)) - dayOf(date)) / DAY)
  if (daysAgo === 0) return fill(w.today, { time })
  if (daysAgo === 1) return fill(w.yesterday, { time })
  const year = date.getFullYear() === new Date(now).getFullYear() ? '' : `${date.getFullYear()}-`
  return `${year}${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`
}

export function itemOf({ id, card, sentAt }: MineMessage, now: number): Item {
  const leads = card.page !== undefined && card.page !== '' && card.page.split('?')[0] !== OWN_PAGE
  return { id, card, time: timeOf(sentAt, now), foot: leads ? inPhoneLanguage(words).foot : '' }
}
