/** Called by WeChat's message push: answered prompts, refusals in the settings, receipts, messages to customer service. */
import { serve } from '../../adapters/wx/entry'
import { templates } from '../../templates'

/** The event is the whole call. Who may push is decided by SOURCE, not by these fields. */
const receive = serve(['event.receive'], templates, (event) => ({ action: 'event.receive', input: event }))

/** WeChat pushes again until it is told `success` (wechat.md §6): what was not written down comes once more. */
export async function main(event: unknown): Promise<unknown> {
  const reply = await receive(event)
  return reply.ok ? handOn(event) : reply
}

/**
 * What a person writes goes on to the staff of WeChat's own customer service, where it would not arrive else; events do
 * not (wechat.md §4.3).
 */
function handOn(event: unknown): unknown {
  const { MsgType, FromUserName, ToUserName, CreateTime } = event as Record<string, unknown>
  if (MsgType === 'event') return 'success'
  return {
    MsgType: 'transfer_customer_service',
    ToUserName: FromUserName,
    FromUserName: ToUserName,
    CreateTime,
  }
}
