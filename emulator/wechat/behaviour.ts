import * as z from 'zod'

/**
 * What WeChat does where its documents are silent. Each row is UNVERIFIED on the real platform (wechat.md §13), so
 * each is a switch of the world with a stated default.
 */
export const behaviourSchema = z
  .strictObject({
    /** A cloud call of subscribeMessage.send answers `msgid` as the HTTPS call does (wechat.md §13.1). */
    cloudCallReturnsMsgid: z.boolean().default(true),
    /** Refusing a template in the settings takes the grants collected so far away (wechat.md §13.4). */
    revokeWipesGrants: z.boolean().default(true),
    /** A send with a page that is not in the released version is refused with 41030 (wechat.md §1.3: old documents). */
    unknownPageIsRefused: z.boolean().default(true),
    /** A prompt that showed no sheet (everything settled before) is pushed as an event (wechat.md §13.5). */
    silentAnswersArePushed: z.boolean().default(false),
    /** How often WeChat pushes one event while the function does not answer `success` (wechat.md §6, §13.6). */
    pushTries: z.int().min(1).default(3),
    /** SOURCE of a function that an event is pushed to (wechat.md §13.6). */
    pushSource: z.string().min(1).default('wx_unknown'),
    /** SOURCE of a delayed task's call (wechat.md §13.10). */
    delayedTaskSource: z.string().min(1).default('wx_trigger'),
    /** A send under way refuses another to the same person with 43108 (wechat.md §1.3). */
    concurrentSendsAreRefused: z.boolean().default(true),
    /** How long a send is under way before WeChat answers, in real milliseconds; no figure is documented. */
    sendTakesMs: z.int().min(0).max(10_000).default(0),
    /** A callee runs on when its caller timed out; otherwise its instance is killed. */
    calleesOutliveCallers: z.boolean().default(true),
    /** An instance is stopped after it returned or timed out and goes on with its pending work when it is next used. */
    freezesInstances: z.boolean().default(true),
  })
  .prefault({})

export type Behaviour = z.output<typeof behaviourSchema>
