/** What is done for each action: login. */
import type { loginInputs } from '../contract/login'
import { ticketFor } from '../login/login'
import type { Handlers } from '../request'

export const loginActions: Handlers<keyof typeof loginInputs> = {
  'login.ticket': (r) => ticketFor(r.ports, r.caller, r.input),
}
