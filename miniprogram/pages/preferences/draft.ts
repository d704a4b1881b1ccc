/** What the person has set on the page, beside what the service knows. */
import type { InputOf, Language, Preferences } from '../../../core/contract'

/** The hours stay while they are switched off, so that switching them on again finds them. */
export interface Draft {
  language: Language
  isQuiet: boolean
  from: string
  to: string
  zone: string
  muted: string[]
}

export const usualNight = { from: '22:00', to: '08:00' }

export function draftOf({ language, quiet, muted }: Preferences, zone: string): Draft {
  return { language, isQuiet: quiet !== null, ...usualNight, zone, ...quiet, muted }
}

/** What has to be saved; null when the service knows it all. Hours without a length wait until they have one. */
export function changeOf(saved: Preferences, draft: Draft): InputOf<'preference.set'> | null {
  const { language, isQuiet, from, to, zone, muted } = draft
  const quiet = isQuiet ? { from, to, zone } : null
  const mute = muted.filter((template) => !saved.muted.includes(template))
  const unmute = saved.muted.filter((template) => !muted.includes(template))
  const change = {
    ...(language !== saved.language && { language }),
    ...((!isQuiet || from !== to) && !isSame(quiet, saved.quiet) && { quiet }),
    ...(mute.length > 0 && { mute }),
    ...(unmute.length > 0 && { unmute }),
  }
  return Object.keys(change).length > 0 ? change : null
}

function isSame(one: Preferences['quiet'], other: Preferences['quiet']): boolean {
  if (one === null || other === null) return one === other
  return one.from === other.from && one.to === other.to && one.zone === other.zone
}

/** After saving `sent`: what was not touched since then is as the service has it now. */
export function rebased(draft: Draft, sent: Draft, saved: Preferences): Draft {
  const stored = draftOf(saved, draft.zone)
  const quietKeys = ['isQuiet', 'from', 'to', 'zone'] as const
  const isQuietTouched = quietKeys.some((key) => draft[key] !== sent[key])
  const { isQuiet, from, to, zone } = isQuietTouched || saved.quiet === null ? draft : stored
  return {
    language: draft.language === sent.language ? stored.language : draft.language,
    isQuiet: isQuietTouched ? isQuiet : stored.isQuiet,
    from,
    to,
    zone,
    muted: draft.muted === sent.muted ? stored.muted : draft.muted,
  }
}
