/**
 * A CloudBase environment that belongs to no Mini Program, through its js-sdk (docs/standalone.md): the phone logs in
 * as nobody, has the function `login` turn a code of wx.login into a ticket, and logs in with that.
 */
import type { Call, Outputs, Reply } from '../../core/contract'
import { phoneLang } from '../words/language'
import type { Transport } from './transport'

/** What is used of @cloudbase/js-sdk with @cloudbase/adapter-wx_mp. */
export interface Sdk {
  init(options: { env: string; region: string }): SdkApp
}
interface SdkApp {
  auth(options: { persistence: 'local' }): {
    /** Both resolve with what went wrong, too. */
    signInAnonymously(): Promise<{ error?: unknown } | null>
    signInWithCustomTicket(ticket: () => Promise<string>): Promise<{ error?: unknown } | null>
  }
  callFunction(options: { name: string; data: unknown }): Promise<{ result: unknown }>
}

type Ticket = Reply<Outputs['login.ticket']>

/** There once this phone has logged in as a person: the SDK keeps and renews what it was given for thirty days. */
const KEY = 'standaloneLogin'

/** What CloudBase says of a login that is no longer good. */
const LOGIN_ENDED = /ACCESS_TOKEN|CHECK_LOGIN_FAILED|unauthenticated|invalid_grant/

/** The login function refused; its reply goes to whoever called, in place of the one that was wanted. */
class Refused {
  constructor(readonly reply: unknown) {}
}

export function standalone(sdk: Sdk, { env, region }: { env: string; region: string }): Transport {
  let opened: { app: SdkApp; auth: ReturnType<SdkApp['auth']> } | undefined
  let isLoggedIn: boolean | undefined
  let loggingIn: Promise<void> | undefined
  /** How often this launch has logged in: of many calls that find the login ended the first logs in again. */
  let logins = 0

  const open = () => {
    if (opened) return opened
    const app = sdk.init({ env, region })
    opened = { app, auth: app.auth({ persistence: 'local' }) }
    return opened
  }

  async function logIn(): Promise<void> {
    const { app, auth } = open()
    throwError(await auth.signInAnonymously())
    let reply = await exchange(app)
    // The code may have been used up by a call whose answer was lost: there are others.
    if (isCodeRefused(reply)) reply = await exchange(app)
    if (!reply.ok) throw new Refused(reply)
    const { ticket } = reply.data
    throwError(await auth.signInWithCustomTicket(() => Promise.resolve(ticket)))
    isLoggedIn = true
    logins += 1
    try {
      wx.setStorageSync(KEY, env)
    } catch (error) {
      // A full storage: the next launch logs in again.
      console.warn('setStorage', error)
    }
  }

  /** Everybody who calls meanwhile waits for the same login. */
  const loggedIn = (): Promise<void> => {
    isLoggedIn ??= wx.getStorageSync(KEY) === env
    if (isLoggedIn) return Promise.resolve()
    loggingIn ??= logIn().finally(() => {
      loggingIn = undefined
    })
    return loggingIn
  }

  const forget = (): void => {
    isLoggedIn = false
    wx.removeStorageSync(KEY)
  }

  async function callFunction(name: string, data: unknown): Promise<unknown> {
    for (let isAgain = false; ; isAgain = true) {
      let login = logins
      try {
        await loggedIn()
        login = logins
        const { result } = await open().app.callFunction({ name, data })
        if (isAgain || !isOfNobody(result)) return result
      } catch (error) {
        if (error instanceof Refused) return error.reply
        const errMsg = textOf(error)
        if (isAgain || !LOGIN_ENDED.test(errMsg)) throw Object.assign(new Error(errMsg), { errMsg })
      }
      if (login === logins) forget()
    }
  }

  return { start: () => void open(), callFunction }
}

async function exchange(app: SdkApp): Promise<Ticket> {
  const { code } = await wx.login()
  const data: Call<'login.ticket'> = { action: 'login.ticket', input: { code }, lang: phoneLang() }
  return (await app.callFunction({ name: 'login', data })).result as Ticket
}

const isCodeRefused = (reply: Ticket): boolean => !reply.ok && reply.error.code === 'LOGIN_CODE_INVALID'

/** The function knew nobody: the SDK has come down to the login of nobody. */
const isOfNobody = (result: unknown): boolean =>
  (result as Reply<unknown> | null)?.ok === false &&
  (result as Reply<unknown> & { ok: false }).error.code === 'OPENID_MISSING'

function throwError(outcome: { error?: unknown } | null): void {
  if (outcome?.error) throw outcome.error
}

/** wx.request fails with `errMsg`, the SDK with an Error, its login with `error` and `error_description`. */
function textOf(error: unknown): string {
  const { errMsg, message, error: name, error_description } = (error ?? {}) as Record<string, unknown>
  return [errMsg, message, name, error_description].filter(Boolean).join(' ') || JSON.stringify(error)
}
