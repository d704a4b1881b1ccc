/** The one way to the cloud functions: a typed call, and failures that are always words. */
import type { Action, Call, ErrorCode, Fault, InputOf, Outputs, Reply } from '../../core/contract'
import { phoneLang } from '../words/language'

export class CallFailure extends Error {
  constructor(
    /** `OFFLINE`: the function was not reached or did not answer; whether it ran is unknown. */
    readonly code: ErrorCode | 'OFFLINE',
    message: string,
    readonly faults: readonly Fault[] = [],
  ) {
    super(message)
  }
}

const unreached = {
  zh: '没有连上服务，请检查网络后再试。',
  en: 'The service could not be reached. Check the network and try again.',
}

/** Calls an action; throws CallFailure and nothing else. */
export async function call<A extends Action>(
  name: 'subscriber' | 'staff',
  action: A,
  input: InputOf<A>,
): Promise<Outputs[A]> {
  const lang = phoneLang()
  const data: Call<A> = { action, input, lang }
  let reply: Reply<Outputs[A]>
  try {
    const { result } = await wx.cloud.callFunction({ name, data })
    reply = result as Reply<Outputs[A]>
  } catch (error) {
    const { errMsg = String(error) } = (error ?? {}) as { errMsg?: string }
    console.warn(`${name} ${action}: ${errMsg}`)
    throw new CallFailure('OFFLINE', unreached[lang])
  }
  if (reply.ok) return reply.data
  const { code, message, facts } = reply.error
  throw new CallFailure(code, message, facts.faults ?? [])
}

/** What to show of something that was thrown by `call`. */
export const messageOf = (error: unknown): string =>
  error instanceof CallFailure ? error.message : String(error)
