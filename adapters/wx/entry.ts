/** What every cloud function is: core's door, on the SDK's ports. */
import { Catalogue, type TemplateFile } from '../../core/template/catalogue'
import type { Action, Outputs, Reply } from '../../core/contract'
import type { Ports } from '../../core/ports'
import type { Deployment } from '../../core/request'
import { answer } from '../../core/service'
import { SEND_TIMEOUT_MS, settingsOf } from '../../core/settings'
import { HttpsOpenApi } from '../https/open-api'
import { loginContextOf } from '../node/login-context'
import { systemClock } from '../system/clock'
import { systemLog } from '../system/log'
import { systemRandom } from '../system/random'
import { secretsOf } from '../system/secrets'
import { cloud } from './cloud'
import { refreshEnvironment } from './environment'
import { WxOpenApi } from './open-api'
import { WxOpenData } from './open-data'
import { WxStore } from './store'
import { WxWake } from './wake'

export type Main = (event: unknown) => Promise<Reply<Outputs[Action]>>

/**
 * The `main` of a function that has these actions. `call` turns what the platform itself sends into a call; `more` are
 * ports that only this function has.
 */
export function serve(
  actions: readonly Action[],
  templates: readonly TemplateFile[],
  call: (event: unknown) => unknown = (event) => event,
  more: (ports: Ports, env: typeof process.env) => Partial<Ports> = () => ({}),
): Main {
  cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV, timeout: SEND_TIMEOUT_MS })
  let opened: ReturnType<Deployment['open']> | undefined
  const ports: Ports = {
    store: new WxStore(cloud.database()),
    openApi: new WxOpenApi(cloud),
    clock: systemClock,
    random: systemRandom,
    log: systemLog,
    wake: new WxWake(cloud, systemLog),
    openData: new WxOpenData(cloud),
  }
  const deployment: Deployment = {
    ports,
    open() {
      if (opened) return opened
      const settings = settingsOf(process.env)
      if (settings.send === 'https') ports.openApi = HttpsOpenApi.from(ports, process.env)
      const secrets = secretsOf(process.env)
      if (secrets) ports.secrets = secrets
      Object.assign(ports, more(ports, process.env))
      opened = { catalogue: new Catalogue(templates), settings }
      return opened
    },
  }
  return (event) => {
    refreshEnvironment()
    const context = { ...cloud.getWXContext(), ...loginContextOf(process.env) }
    return answer(deployment, actions, call(event), context)
  }
}
