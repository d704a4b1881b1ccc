import type { Phone } from '../phone'
import { missingIn } from '../library'
import { withMissing } from './api'
import { cloudApis } from './cloud'
import { deviceApis } from './device'
import { fileApis } from './files'
import { groupApis } from './group'
import { networkApis } from './network'
import { pageApis } from './page'
import { routingApis } from './routing'
import { settingApis } from './setting'
import { storageApis } from './storage'
import { subscribeApis } from './subscribe'
import { systemApis } from './system'
import { uiApis } from './ui'

export type Wx = Record<string, unknown>

/** The global `wx` of one phone. What it does not have fails by name. */
export function createWx(phone: Phone): Wx {
  const wx: Wx = {
    ...uiApis(phone),
    ...routingApis(phone),
    ...storageApis(phone),
    ...subscribeApis(phone),
    ...settingApis(phone),
    ...systemApis(phone),
    ...deviceApis(phone),
    ...fileApis(phone),
    ...groupApis(phone),
    ...networkApis(phone),
    ...pageApis(phone),
    cloud: cloudApis(phone),
    env: { USER_DATA_PATH: 'wxfile://usr' },
  }
  // As on an old phone: not there, so that page code can ask before it calls.
  for (const name of missingIn(phone.options.baseLibrary, Object.keys(wx))) wx[name] = undefined
  // Of `api.return.property` only the API itself is looked up: parameters are not played one by one.
  wx['canIUse'] = (name: string) => wx[name.split('.')[0] ?? ''] !== undefined
  return withMissing(phone, 'wx', wx)
}
