/** Which Mini Program HTTPS sends as, and where WeChat is. From environment variables alone. */
import * as z from 'zod'
import { ServiceError } from '../../core/errors'
import { faultsOf } from '../../core/faults'

export interface HttpsAccount {
  /** Origin of WeChat's server API. */
  api: string
  appid: string
  secret: string
}

/** The secret goes over the line: in the clear only to this computer, where the emulator plays WeChat. */
const isSafe = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  )
}

const schema = z.object({
  HONGYAN_API: z
    .url()
    .pipe(z.string().refine(isSafe, 'https, or http on this computer alone'))
    .default('https://api.weixin.qq.com'),
  HONGYAN_APPID: z.string().min(1),
  HONGYAN_APPSECRET: z.string().min(1),
})

/** Throws SETTINGS_INVALID naming each variable that is missing or wrong; never what the secret is. */
export function accountOf(env: Record<string, string | undefined>): HttpsAccount {
  const parsed = schema.safeParse(env)
  const shown = { ...env, HONGYAN_APPSECRET: env['HONGYAN_APPSECRET'] && '***' }
  if (!parsed.success) throw new ServiceError('SETTINGS_INVALID', {}, faultsOf(parsed.error, '', shown))
  const { HONGYAN_API, HONGYAN_APPID: appid, HONGYAN_APPSECRET: secret } = parsed.data
  return { api: new URL(HONGYAN_API).origin, appid, secret }
}

/** A text of somebody else's, without what nobody may read in a log. */
export const hide = (text: string, ...secrets: string[]): string =>
  secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
