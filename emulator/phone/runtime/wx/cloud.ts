import type { Phone } from '../phone'
import { ApiFailure, asyncApi, copied, isRecord, type Options, withMissing } from './api'
import { cloudIdOf } from './cloud-id'

/** INVALID_ENV (wechat.md §11). */
const WRONG_ENV = -501005

/** The environment of `config.env`, of `init({ env })` or of `init({ env: { functions } })`; undefined for the default. */
function envIn(given: unknown): string | undefined {
  const env = isRecord(given) ? given['env'] : undefined
  const named = isRecord(env) ? env['functions'] : env
  return typeof named === 'string' && named ? named : undefined
}

/** wx.cloud: init and callFunction; the rest says that it is missing. */
export function cloudApis(phone: Phone): Record<string, unknown> {
  let isReady = false
  let ofAll: string | undefined
  const call = async ({ name, data, config }: Options): Promise<Record<string, unknown>> => {
    if (!isReady) throw new ApiFailure("Error: Cloud API isn't enabled, please call wx.cloud.init first")
    if (typeof name !== 'string' || !name) {
      throw new ApiFailure('Error: parameter.name should be string instead of undefined', {
        errCode: -401003,
      })
    }
    const env = envIn(config) ?? ofAll
    if (env !== undefined && env !== phone.options.world.env) {
      const reason = `errCode: ${WRONG_ENV} INVALID_ENV | errMsg: there is no environment ${env}; this one is ${phone.options.world.env}`
      throw new ApiFailure(`Error: ${reason}`, { errCode: WRONG_ENV })
    }
    const reply = await phone.host.call(name, copied(data ?? {})).catch((error: unknown) => {
      // WeChat's code for a network error.
      throw new ApiFailure(`Error: ${error instanceof Error ? error.message : String(error)}`, {
        errCode: -601003,
      })
    })
    if (!reply.ok)
      throw new ApiFailure(reply.errMsg.replace(/^cloud\.callFunction:fail /, ''), { errCode: reply.errCode })
    return { result: reply.result, requestID: reply.requestID, errMsg: reply.errMsg }
  }
  // Many functions take the name of what they do as `action`.
  const about = ({ name, data }: Options): string =>
    [name, isRecord(data) ? data['action'] : undefined].filter((one) => typeof one === 'string').join(' ')
  const callFunction = asyncApi(phone, 'cloud.callFunction', call, 'lost', about)
  return withMissing(phone, 'wx.cloud', {
    init: (options?: unknown) => {
      isReady = true
      ofAll = envIn(options)
    },
    CloudID: new Proxy(cloudIdOf, { construct: (_target, [id]) => cloudIdOf(id) }),
    callFunction,
  })
}
