/** What is wrong with a draft, each where a person looks for it. */
import type { Fault } from '../../../core/contract'
import { inPhoneLanguage } from '../../words/language'
import { type Field, isComplete, isTooLong } from '../../components/param-form/form'
import { readRate } from '../rate'
import type { Draft } from './draft'
import { words } from './words'

/** The parts of the page that a fault can be of. */
const places = ['name', 'audience', 'exclude', 'testGroup', 'rate', 'sendWindow', 'graceMinutes'] as const
export type Place = (typeof places)[number] | 'content'
export type Faults = Partial<Record<Place, string>>

/** What can be told without asking anybody. `isByRow`: the list brings what is left empty. */
export function checkOf(draft: Draft, fields: readonly Field[], isByRow: boolean): Faults {
  const w = inPhoneLanguage(words)
  const grace = Number(draft.grace)
  const isGrace = Number.isInteger(grace) && grace >= 1 && grace <= 10_080
  return {
    ...(draft.name.trim() === '' && { name: w.nameMissing }),
    ...(!isByRow && !isComplete(fields) && { content: w.contentMissing }),
    ...(isTooLong(fields) && { content: w.contentLong }),
    ...(draft.kind === 'list' && draft.list === '' && { audience: w.listMissing }),
    ...(readRate(draft.rate) === undefined && { rate: w.rateWrong }),
    ...(draft.isWindowed && draft.from === draft.to && { sendWindow: w.sameTime }),
    ...(!isGrace && { graceMinutes: w.graceWrong }),
  }
}

/** Faults of `campaign.create` and `campaign.edit` by part: `input.change.testGroup.0` is of the test group. */
export function faultsAt(faults: readonly Fault[]): Faults {
  const found: Faults = {}
  for (const { path, message } of faults) {
    const inside = path.replace(/^input\.(change\.)?/, '')
    const place = places.find((one) => inside === one || inside.startsWith(`${one}.`))
    if (!place) continue
    const text = message.startsWith(`${path} `) ? message.slice(path.length + 1) : message
    found[place] = found[place] === undefined ? text : `${found[place]}\n${text}`
  }
  return found
}
