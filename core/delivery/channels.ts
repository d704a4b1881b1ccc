/** The ways a message can go, and what pays for each. */

/** A subscribe message; a template message of old, by formId; a message of customer service. */
export type Channel = 'subscribe' | 'template' | 'customer'

/** Those other than subscribe messages, which a document names only where it is one of them. */
export type OtherChannel = Exclude<Channel, 'subscribe'>

/**
 * Where the documents are that pay: grants of a template, uses of a formId, messages of an open conversation. Each has
 * `left`, and the pages that spent and gave back (core/subscription/quotas.ts).
 */
const purses = { subscribe: 'quotas', template: 'formids', customer: 'conversations' } as const

export const purseOf = ({ channel = 'subscribe' }: { channel?: Channel | undefined }) => purses[channel]
