/** What went wrong with a call of the console, in words, and the one thing to do about it. */
import type { ErrorCode } from '../../core/contract'
import { call, CallFailure, messageOf } from '../services/cloud'
import { fill, inPhoneLanguage } from '../words/language'
import { words as errors } from './error-words'
import { words } from './words'

export interface Told {
  tone: 'info' | 'warn' | 'bad'
  text: string
  /** What the button does; '' is no button. */
  act: '' | 'retry' | 'reload'
  label: string
  /** Not staff, or not any more: nothing of the page is for them. */
  isRefused: boolean
}

export const told = (tone: Told['tone'], text: string, act: Told['act'] = ''): Told => {
  const { retry, reload } = inPhoneLanguage(words)
  return { tone, text, act, label: { '': '', retry, reload }[act], isRefused: false }
}

/** What the person can do: ask again where nothing is known, look again where somebody else was faster. */
const remedies: Partial<Record<ErrorCode | 'OFFLINE', Told['act']>> = {
  OFFLINE: 'retry',
  STORE_FAILED: 'retry',
  INTERNAL: 'retry',
  CAMPAIGN_CHANGED: 'reload',
  CAMPAIGN_STATE: 'reload',
  DISPATCH_STOPPED: 'reload',
}

/** What WeChat itself says of a call that had no reply, and what to do; '' where it says nothing that is known. */
function reasonOf(detail: string): string {
  const found = Object.entries(inPhoneLanguage(errors).byCode).find(([code]) =>
    new RegExp(`${code}(?!\\d)`).test(detail),
  )
  if (!found) return ''
  const [code, { meaning, todo }] = found
  return fill(inPhoneLanguage(words).failed, { code, meaning, todo })
}

/** Never throws. Where the role is missing it asks which the person has. */
export async function explain(error: unknown): Promise<Told> {
  const w = inPhoneLanguage(words)
  if (!(error instanceof CallFailure)) return told('bad', messageOf(error))
  if (error.code === 'OFFLINE' && reasonOf(error.detail) !== '')
    return told('bad', reasonOf(error.detail), 'retry')
  if (error.code === 'CAMPAIGN_UNKNOWN') return told('warn', w.gone)
  if (error.code !== 'NOT_ALLOWED') return told('bad', error.message, remedies[error.code] ?? '')
  try {
    const { openid, role } = await call('staff', 'whoami', {})
    if (role !== null) return told('warn', role === 'viewer' ? w.viewerOnly : w.ownerOnly)
    return { ...told('warn', fill(w.notStaff, { openid: openid ?? '' })), isRefused: true }
  } catch (unknown) {
    // Which role the person has is not known now; that this was not allowed is.
    console.warn('whoami', unknown)
    return told('bad', error.message, 'retry')
  }
}
