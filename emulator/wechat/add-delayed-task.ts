import type { Desk, Done } from './desk'
import { WeChatError } from './errcodes'

/** The delay that is allowed, in seconds: 6 s to 30 days. */
const MIN_DELAY_SECONDS = 6
const MAX_DELAY_SECONDS = 30 * 86_400

/** cloudbase.addDelayedFunctionTask: calls a function once after a delay. */
export function addDelayedTask(desk: Desk, params: Record<string, unknown>): Done {
  const { env, function_name: functionName, delay_time: delaySeconds, data } = params
  if (env !== desk.world.env) throw new WeChatError(-501000, 'invalid env')
  if (typeof functionName !== 'string' || functionName === '')
    throw new WeChatError(-501000, 'function_name is missing')
  if (
    typeof delaySeconds !== 'number' ||
    !(delaySeconds >= MIN_DELAY_SECONDS && delaySeconds <= MAX_DELAY_SECONDS)
  )
    throw new WeChatError(-501000, `delay_time must be ${MIN_DELAY_SECONDS} to ${MAX_DELAY_SECONDS} seconds`)
  if (typeof data !== 'string' || !isJson(data)) throw new WeChatError(-501000, 'data must be a JSON string')
  desk.delayedTasks.add({ dueAt: desk.clock.now() + Math.round(delaySeconds * 1000), functionName, data })
  return {}
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
