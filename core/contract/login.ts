/** Logging in where CloudBase belongs to no Mini Program, so that WeChat tells it nobody's openid. */
import * as z from 'zod'

export const loginInputs = {
  /** `code` is what wx.login gave: good for one exchange within five minutes. */
  'login.ticket': z.strictObject({ code: z.string().min(1).max(256) }),
} as const

export interface LoginOutputs {
  /** For `signInWithCustomTicket` of the js-sdk, within ten minutes. */
  'login.ticket': { ticket: string }
}
