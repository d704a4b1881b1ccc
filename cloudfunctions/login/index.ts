/** Called by phones of a standalone environment before anybody knows whose they are: a code of wx.login for a ticket. */
import { loginsOf } from '../../adapters/node/logins'
import { serve } from '../../adapters/wx/entry'

export const main = serve(['login.ticket', 'whoami'], [], undefined, (ports, env) => ({
  logins: loginsOf(ports, env),
}))
