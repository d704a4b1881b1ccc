/** A cloud function that sends through the OpenApi port, by the adapter that it is told. Only in tests is it deployed. */
import { HttpsOpenApi } from '../../adapters/https/open-api'
import { systemClock } from '../../adapters/system/clock'
import { systemRandom } from '../../adapters/system/random'
import { cloud } from '../../adapters/wx/cloud'
import { WxOpenApi } from '../../adapters/wx/open-api'
import { WxStore } from '../../adapters/wx/store'
import type { OpenApi, OutgoingMessage, SendAnswer } from '../../core/ports'

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const ports = { store: new WxStore(cloud.database()), clock: systemClock, random: systemRandom }
let opened: OpenApi | undefined

export interface Sends {
  /** Environment variables of the HTTPS adapter; without them it is cloud call. */
  env?: Record<string, string>
  messages: OutgoingMessage[]
}

/** All at once. */
export async function main({ env, messages }: Sends): Promise<{ answers: SendAnswer[] }> {
  opened ??= env ? HttpsOpenApi.from(ports, env) : new WxOpenApi(cloud)
  const openApi = opened
  return { answers: await Promise.all(messages.map((message) => openApi.send(message))) }
}
