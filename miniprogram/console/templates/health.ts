/** What the comparison with WeChat's list comes to on the page. */
import type { Difference, Outputs } from '../../../core/contract'
import { fill, inPhoneLanguage } from '../../words/language'
import { words } from './words'

export interface Told {
  tone: 'good' | 'warn' | 'bad'
  message: string
  todo: string
}

/** Of one template: '' where it was not compared. */
export interface Health {
  tone: Told['tone'] | ''
  label: string
  differences: Told[]
}

export const unknown: Health = { tone: '', label: '', differences: [] }

const toldOf = ({ severity, message, todo }: Difference): Told => ({
  tone: severity === 'error' ? 'bad' : 'warn',
  message,
  todo,
})

function healthOf(found: readonly Difference[]): Health {
  const w = inPhoneLanguage(words)
  const differences = found.map(toldOf)
  if (differences.some(({ tone }) => tone === 'bad')) return { tone: 'bad', label: w.fails, differences }
  if (differences.length > 0) return { tone: 'warn', label: w.differs, differences }
  return { tone: 'good', label: w.agrees, differences }
}

export interface Compared {
  /** By template. */
  health: Record<string, Health>
  summary: string
  others: Told[]
}

export function compared({ templates, others }: Outputs['template.health']): Compared {
  const w = inPhoneLanguage(words)
  const health = Object.fromEntries(
    templates.map(({ template, differences }) => [template, healthOf(differences)]),
  )
  const all = Object.values(health)
  const failing = all.filter(({ tone }) => tone === 'bad').length
  const agreeing = all.filter(({ tone }) => tone === 'good').length
  const summary =
    failing > 0
      ? fill(w.someFail, { count: failing })
      : agreeing === all.length
        ? w.allAgree
        : fill(w.someDiffer, { count: all.length - agreeing })
  return { health, summary, others: others.map(toldOf) }
}
