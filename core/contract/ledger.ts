/** What proves the grants, and how long evidence is kept. */
import * as z from 'zod'
import { type Openid, templateKeySchema } from './shapes'

/** What a quota says, and what its evidence proves. */
export interface Drift {
  openid: Openid
  left: number
  /** proven − spent + returned − revoked */
  expected: number
  granted: number
  /** Grants by the evidence. */
  proven: number
  spent: number
  returned: number
  revoked: number
}

export const ledgerInputs = {
  /**
   * Proves left = granted − spent + returned − revoked for the people of one lane, or names each drift; of a template
   * message for each formId of the lane.
   */
  'ledger.verify': z.strictObject({
    template: templateKeySchema,
    lane: z.int().min(0).max(998),
    repair: z.boolean().default(false),
    /** Where the last call stopped; without it from the beginning. */
    cursor: z.string().max(128).optional(),
  }),
  /** Reduces old pages to counts and exceptions, and removes reminders that are over; `more`: to be called again. */
  'retention.run': z.strictObject({ olderThanDays: z.int().min(1).max(3650).default(180) }),
} as const

export interface LedgerOutputs {
  /** Of the people that were looked at now; `busy` were moving and are judged another time. */
  'ledger.verify': {
    people: number
    drifts: Drift[]
    repaired: number
    busy: number
    /** Where to go on; null when everybody of the lane has been looked at. */
    cursor: string | null
  }
  'retention.run': { compacted: number; removed: number; more: boolean }
}
