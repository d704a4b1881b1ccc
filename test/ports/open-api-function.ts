/** A cloud function that sends through the OpenApi port, by the adapter that it is told. Only in tests is it deployed. */
import { HttpsOpenApi } from '../../adapters/https/open-api'
import { systemClock } from '../../adapters/system/clock'
import { systemRandom } from '../../adapters/system/random'
import { cloud } from '../../adapters/wx/cloud'
import { WxOpenApi } from '../../adapters/wx/open-api'
import { WxStore } from '../../adapters/wx/store'
import type { OpenApi, OutgoingMessage, SendAnswer, TextVerdict, TypedText } from '../../core/ports'

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const ports = { store: new WxStore(cloud.database()), clock: systemClock, random: systemRandom }
let opened: OpenApi | undefined

export interface Sends {
  /** Environment variables of the HTTPS adapter; without them it is cloud call. */
  env?: Record<string, string>
  messages?: OutgoingMessage[]
  /** Texts to be checked. */
  texts?: TypedText[]
}

/** All at once. */
export async function main({
  env,
  messages = [],
  texts = [],
}: Sends): Promise<{ answers: SendAnswer[]; verdicts: TextVerdict[] }> {
  opened ??= env ? HttpsOpenApi.from(ports, env) : new WxOpenApi(cloud)
  const openApi = opened
  const [answers, verdicts] = await Promise.all([
    Promise.all(messages.map((message) => openApi.send(message))),
    Promise.all(texts.map((text) => openApi.check(text))),
  ])
  return { answers, verdicts }
}
