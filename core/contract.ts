/** What each action takes and returns. The Mini Program, the CLI and the functions share these types. */
import type * as z from 'zod'
import { audienceInputs, type AudienceOutputs } from './contract/audience'
import { campaignInputs, type CampaignOutputs } from './contract/campaign'
import { conversationInputs, type ConversationOutputs } from './contract/conversation'
import { formidInputs, type FormidOutputs } from './contract/formid'
import { ledgerInputs, type LedgerOutputs } from './contract/ledger'
import { libraryInputs, type LibraryOutputs } from './contract/library'
import { loginInputs, type LoginOutputs } from './contract/login'
import { openDataInputs, type OpenDataOutputs } from './contract/open-data'
import { personInputs, type PersonOutputs } from './contract/person'
import { reminderInputs, type ReminderOutputs } from './contract/reminder'
import { sendingInputs, type SendingOutputs } from './contract/sending'
import { staffInputs, type StaffOutputs } from './contract/staff'
import { subscriptionInputs, type SubscriptionOutputs } from './contract/subscription'
import { templateInputs, type TemplateOutputs } from './contract/template'

export * from './contract/audience'
export * from './contract/campaign'
export * from './contract/conversation'
export * from './contract/formid'
export * from './contract/ledger'
export * from './contract/library'
export * from './contract/login'
export * from './contract/open-data'
export * from './contract/person'
export * from './contract/reminder'
export * from './contract/reply'
export * from './contract/sending'
export * from './contract/shapes'
export * from './contract/staff'
export * from './contract/subscription'
export * from './contract/template'

/** The input of every action, by name. Unknown keys are refused by name. */
export const inputs = {
  ...audienceInputs,
  ...campaignInputs,
  ...conversationInputs,
  ...formidInputs,
  ...ledgerInputs,
  ...libraryInputs,
  ...loginInputs,
  ...openDataInputs,
  ...personInputs,
  ...reminderInputs,
  ...sendingInputs,
  ...staffInputs,
  ...subscriptionInputs,
  ...templateInputs,
} as const

export type Action = keyof typeof inputs
/** What a caller may write (defaults left out). */
export type InputOf<A extends Action> = z.input<(typeof inputs)[A]>
/** What a handler gets (defaults filled in). */
export type ParsedInputOf<A extends Action> = z.output<(typeof inputs)[A]>

/** What each action returns as `data`. */
export interface Outputs
  extends AudienceOutputs,
    CampaignOutputs,
    ConversationOutputs,
    FormidOutputs,
    LedgerOutputs,
    LibraryOutputs,
    LoginOutputs,
    OpenDataOutputs,
    PersonOutputs,
    ReminderOutputs,
    SendingOutputs,
    StaffOutputs,
    SubscriptionOutputs,
    TemplateOutputs {}

/** What a caller sends to a function. `lang` chooses the language of sentences (default Chinese). */
export interface Call<A extends Action = Action> {
  action: A
  input: InputOf<A>
  lang?: 'zh' | 'en'
  /** `wx.cloud.CloudID(id)`, which WeChat replaces by open data; plain ids are asked of WeChat. */
  openData?: unknown
}
