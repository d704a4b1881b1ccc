/** Answered prompts on their way to the service. They are kept on the phone until it has them. */
import { call, CallFailure } from './cloud'
import type { AnsweredPrompt } from './prompt'

const KEY = 'pendingPrompts'

/** With the phone's own time of the answer: how long ago that is holds however wrong the clock is. */
type Pending = AnsweredPrompt & { answeredAt?: number }

const pending = (): Pending[] => {
  const stored: unknown = wx.getStorageSync(KEY)
  return Array.isArray(stored) ? (stored as Pending[]) : []
}

/** The most that the service takes (core/contract/subscription.ts). */
const LONGEST_AGO_MS = 30 * 24 * 3_600_000
const agoMs = ({ answeredAt = Date.now() }: Pending): number =>
  Math.min(Math.max(0, Date.now() - answeredAt), LONGEST_AGO_MS)

const keep = (prompts: Pending[]): void => {
  try {
    wx.setStorageSync(KEY, prompts)
  } catch (error) {
    // A full storage: this prompt still goes out now, it only cannot wait for another day.
    console.warn('setStorage', error)
  }
}

const forget = ({ promptId }: AnsweredPrompt): void =>
  keep(pending().filter((one) => one.promptId !== promptId))

/** The service has it or may get it later: not known to be refused. */
const isPassing = (error: unknown): boolean =>
  error instanceof CallFailure && (error.code === 'OFFLINE' || error.code === 'STORE_FAILED')

/**
 * Records an answered prompt and any that could not be recorded before; recording twice counts once. Resolves with
 * whether all are recorded. Throws CallFailure for what the service refuses for good, which is forgotten: keeping it
 * would block those behind it.
 */
export async function record(answered?: AnsweredPrompt): Promise<boolean> {
  const waiting = pending()
  if (answered) {
    waiting.push({ ...answered, answeredAt: Date.now() })
    keep(waiting)
  }
  for (const one of waiting) {
    try {
      const { promptId, scene, answers } = one
      await call('subscriber', 'subscription.record', { promptId, scene, answers, agoMs: agoMs(one) })
    } catch (error) {
      if (isPassing(error)) return false
      forget(one)
      throw error
    }
    forget(one)
  }
  return true
}
