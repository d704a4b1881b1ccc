/** FormIds and prepay_ids on their way to the service. They are kept on the phone until it has them. */
import { call, CallFailure } from './cloud'

const KEY = 'pendingFormIds'
/** What the service takes at once, and how old (core/contract/formid.ts). */
const MOST = 20
const LIFE_MS = 7 * 24 * 3_600_000
/** Nobody is sent more template messages than the service keeps formIds. */
const KEPT = 100

type Kind = 'form' | 'payment'
type Pending = { formId: string; kind: Kind; gotAt: number }

const pending = (): Pending[] => {
  const stored: unknown = wx.getStorageSync(KEY)
  return Array.isArray(stored) ? (stored as Pending[]) : []
}

const keep = (formIds: Pending[]): void => {
  const good = formIds.filter(({ gotAt }) => Date.now() - gotAt < LIFE_MS)
  try {
    wx.setStorageSync(KEY, good.slice(-KEPT))
  } catch (error) {
    console.warn('setStorage', error)
  }
}

/** DevTools and the phones of today give a sentence (`the formId is a mock one`), and a form that failed gives nothing. */
const isReal = (formId: string): boolean => /^[\w=:.-]{4,128}$/.test(formId)

let underWay: Promise<void> | undefined

/**
 * Keeps a formId of a submitted form, or the prepay_id of a payment, and hands in all that wait, some at a time. Never
 * throws: what cannot be handed in now is with the next one.
 */
export async function collect(formId: string, kind: Kind = 'form'): Promise<void> {
  if (!isReal(formId)) return
  keep([...pending(), { formId, kind, gotAt: Date.now() }])
  underWay ??= handInAll().finally(() => {
    underWay = undefined
  })
  await underWay
}

async function handInAll(): Promise<void> {
  for (let some = take(); some.length > 0; some = take()) {
    try {
      const now = Date.now()
      const formIds = some.map(({ formId, kind, gotAt }) => ({
        formId,
        kind,
        agoMs: Math.min(Math.max(0, now - gotAt), LIFE_MS),
      }))
      await call('subscriber', 'formid.handIn', { formIds })
    } catch (error) {
      console.warn('formid.handIn', error)
      // What the service refuses for good would block all behind it.
      if (error instanceof CallFailure && (error.code === 'OFFLINE' || error.code === 'STORE_FAILED')) return
    }
    const known = new Set(some.map(({ formId }) => formId))
    keep(pending().filter((one) => !known.has(one.formId)))
  }
}

/** The oldest. */
const take = (): Pending[] => pending().slice(0, MOST)
