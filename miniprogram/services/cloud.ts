/** The one way to the cloud functions: a typed call, and failures that are always words. */
import type { Action, Call, ErrorCode, Fault, InputOf, Outputs, Reply } from '../../core/contract'
import { inPhoneLanguage, phoneLang } from '../words/language'
import { transport } from './environment'

export class CallFailure extends Error {
  constructor(
    /** `OFFLINE`: the function was not reached or did not answer; whether it ran is unknown. */
    readonly code: ErrorCode | 'OFFLINE',
    message: string,
    readonly faults: readonly Fault[] = [],
    /** What WeChat's own error said, where the function gave no reply. */
    readonly detail = '',
  ) {
    super(message)
  }
}

const words = {
  zh: {
    unreached: '没有连上服务，请检查网络后再试。',
    late: '服务没有及时回答，不知道办好没有；请再试一次，不会重复。',
    garbled: '服务的回答不完整，请再试一次。',
  },
  en: {
    unreached: 'The service could not be reached. Check the network and try again.',
    late: 'The service did not answer in time, so the outcome is unknown. Try again: nothing happens twice.',
    garbled: 'The answer of the service was incomplete. Try again.',
  },
}

const isReply = (value: unknown): value is Reply<unknown> =>
  typeof value === 'object' && value !== null && 'ok' in value

/** Calls an action, with open data by its cloudID where there is some; throws CallFailure and nothing else. */
export async function call<A extends Action>(
  name: 'subscriber' | 'staff',
  action: A,
  input: InputOf<A>,
  cloudID?: string,
): Promise<Outputs[A]> {
  const openData = cloudID === undefined ? {} : { openData: wx.cloud.CloudID(cloudID) }
  const data: Call<A> = { action, input, lang: phoneLang(), ...openData }
  const { unreached, late, garbled } = inPhoneLanguage(words)
  let reply: unknown
  try {
    reply = await transport.callFunction(name, data)
  } catch (error) {
    const { errMsg = String(error) } = (error ?? {}) as { errMsg?: string }
    console.warn(`${name} ${action}: ${errMsg}`)
    throw new CallFailure('OFFLINE', /time(d )?out|TIME_LIMIT/i.test(errMsg) ? late : unreached, [], errMsg)
  }
  if (!isReply(reply)) {
    console.warn(`${name} ${action}: no reply but ${JSON.stringify(reply)}`)
    throw new CallFailure('OFFLINE', garbled)
  }
  if (reply.ok) return reply.data as Outputs[A]
  const { code, message, facts } = reply.error
  throw new CallFailure(code, message, facts.faults ?? [])
}

/** What to show of something that was thrown by `call`. */
export const messageOf = (error: unknown): string =>
  error instanceof CallFailure ? error.message : String(error)
