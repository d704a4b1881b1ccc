/** What is done for each action: conversation. */
import type { conversationInputs } from '../contract/conversation'
import { conversationOf } from '../conversation/conversations'
import { sendInConversation } from '../conversation/sending'
import { type Handlers, staffCallOf } from '../request'

export const conversationActions: Handlers<keyof typeof conversationInputs> = {
  'conversation.send': (r) => sendInConversation(staffCallOf(r), r.input),
  'conversation.get': (r) => conversationOf(r.ports, r.input.openid),
}
