/** Called by the timer, and by functions to start at once: the only function that sends. */
import { serve } from '../../adapters/wx/entry'
import { templates } from '../../templates'

/** The timer's event has no action (wechat.md §7). Who may tick is decided by SOURCE, not by these fields. */
const isTimer = (event: unknown) =>
  typeof event === 'object' && event !== null && Reflect.get(event, 'Type') === 'Timer'

export const main = serve(['dispatch.tick'], templates, (event) =>
  isTimer(event) ? { action: 'dispatch.tick', input: {} } : event,
)
