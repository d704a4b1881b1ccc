/** What is done for each action: subscription. */
import { openidOf } from '../caller'
import { messagesOf } from '../person/inbox'
import { LANGUAGES } from '../sentences'
import { receive } from '../subscription/events'
import { mine, offer, record } from '../subscription/subscription'
import type { subscriptionInputs } from '../contract/subscription'
import { type Handlers, personOf } from '../request'

export const subscriptionActions: Handlers<keyof typeof subscriptionInputs> = {
  'subscription.offer': (r) =>
    offer(r.ports, r.catalogue, r.settings, { ...personOf(r), language: LANGUAGES[r.lang] }, r.input.scene),
  'subscription.record': (r) =>
    record(r.ports, r.catalogue, r.settings, { ...personOf(r), language: LANGUAGES[r.lang] }, r.input),
  'subscription.mine': (r) => mine(r.ports, r.catalogue, openidOf(r.caller)),
  'message.mine': (r) => messagesOf(r.ports, r.catalogue, openidOf(r.caller), r.input),
  'event.receive': (r) => receive(r.ports, r.catalogue, r.settings, personOf(r), r.input),
}
