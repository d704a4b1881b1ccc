/** FormIds and prepay_ids: the rights to template messages of old. */
import * as z from 'zod'

/**
 * DevTools and the phones of today give `the formId is a mock one` (wechat.md §4.1): a real one has no spaces. WeChat
 * documents no alphabet.
 */
const formIdSchema = z
  .string()
  .regex(
    /^[\w=:.-]{4,128}$/,
    'a formId has 4 to 128 letters, digits, "_", "=", ":", "." or "-"; a mock one is of no use',
  )

const WEEK = 7 * 24 * 3_600_000

export const formidInputs = {
  /** What forms with `report-submit`, and payments, gave this phone. Handing one in twice counts once. */
  'formid.handIn': z.strictObject({
    formIds: z
      .array(
        z.strictObject({
          formId: formIdSchema,
          /** A form is one message, a payment (its prepay_id) three. */
          kind: z.enum(['form', 'payment']).default('form'),
          /** How long ago the phone got it. */
          agoMs: z.int().min(0).max(WEEK).default(0),
        }),
      )
      .min(1)
      .max(20),
  }),
} as const

export interface FormidOutputs {
  /** How many are new and good, and the messages that all of the person's are good for now. */
  'formid.handIn': { kept: number; left: number }
}
