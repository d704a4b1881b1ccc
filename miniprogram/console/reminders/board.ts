/** A day's reminders by template, as staff read them. */
import type { Outputs } from '../../../core/contract'
import { inPhoneLanguage } from '../../words/language'
import { count } from '../figures'
import { words } from './words'

export interface Figure {
  key: string
  name: string
  count: string
  /** Worth a look: shown in a colour of its own. */
  isAlarming: boolean
}

export interface Row {
  template: string
  title: string
  figures: Figure[]
}

type Counted = Outputs['reminder.board']['templates'][number]

/** Due, sent, skipped and missed always; the rest where there is any. */
export function rowOf({ template, waiting, missed, cancelled, outcomes }: Counted, title: string): Row {
  const w = inPhoneLanguage(words)
  const { sent = 0, skipped = 0, ...rest } = outcomes
  const others = Object.values(rest).reduce((sum, one) => sum + one, 0)
  const figure = (key: 'waiting' | 'sent' | 'skipped' | 'missed' | 'others' | 'cancelled', n: number) => ({
    key,
    name: w[key],
    count: count(n),
    isAlarming: n > 0 && (key === 'missed' || key === 'others'),
  })
  return {
    template,
    title,
    figures: [
      figure('waiting', waiting),
      figure('sent', sent),
      figure('skipped', skipped),
      figure('missed', missed),
      ...(others > 0 ? [figure('others', others)] : []),
      ...(cancelled > 0 ? [figure('cancelled', cancelled)] : []),
    ],
  }
}
