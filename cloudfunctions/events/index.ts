/** Called by WeChat's message push: answered prompts, refusals in the settings, receipts. */
import { serve } from '../../adapters/wx/entry'
import { templates } from '../../templates'

/** The event is the whole call. Who may push is decided by SOURCE, not by these fields. */
const receive = serve(['event.receive'], templates, (event) => ({ action: 'event.receive', input: event }))

/** WeChat pushes again until it is told `success` (wechat.md §6): what was not written down comes once more. */
export async function main(event: unknown): Promise<unknown> {
  const reply = await receive(event)
  return reply.ok ? 'success' : reply
}
