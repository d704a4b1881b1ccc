/** Our pages on the test phone, with the real service behind them: core on memory ports, a WeChat that counts grants. */
import { join } from 'node:path'
import { actions as staff } from '../../cloudfunctions/staff/actions'
import { actions as subscriber } from '../../cloudfunctions/subscriber/actions'
import type { Action, Call } from '../../core/contract'
import { answer } from '../../core/service'
import { openTestPhone, type TestHost, type TestPhone } from './phone'
import { as, given, type Given } from './service'

const miniprogramDir = join(__dirname, '..', '..', 'miniprogram')
/** As the functions are deployed. */
const ACTIONS: Readonly<Record<string, readonly Action[]>> = { subscriber, staff }

export interface PageTest {
  phone: TestPhone
  world: Given
  /** From now on calls to the cloud fail as without a network, until it is false again. */
  offline(is: boolean): void
}

export interface PageTestOptions {
  openid: string
  page?: string
  query?: Record<string, string>
  language?: 'zh_CN' | 'en'
  host?: TestHost
  baseLibrary?: string
  fontScale?: number
  group?: string
  phoneNumber?: string
  /** What WeChat puts in place of a cloudID, from the data that it stands for; default: the data. */
  fill?: (data: Record<string, unknown>) => object
  storage?: Record<string, unknown>
  world?: Given
  /**
   * Asked before the service: what it returns is the reply, undefined leaves the call to the service. Throw what
   * wx.cloud.callFunction would reject with.
   */
  intercept?: (action: Action, input: unknown) => unknown
}

export async function openPage({
  openid,
  world = given({ wakes: true }),
  intercept = () => undefined,
  fill = (data) => ({ data }),
  ...options
}: PageTestOptions): Promise<PageTest> {
  let isOffline = false
  const cloudIds = new Map<string, Record<string, unknown>>()
  /** As the platform fills in a cloudID before the function runs (wechat.md §10). */
  const filledIn = (data: Partial<Call>) => {
    const { __cloudID: cloudID } = (data.openData ?? {}) as { __cloudID?: string }
    if (cloudID === undefined) return { event: data, info: {} }
    const openData = { cloudID, ...fill(cloudIds.get(cloudID) ?? {}) }
    return { event: { ...data, openData }, info: { OPEN_DATA_INFO: '{"keys":["openData"]}' } }
  }
  const callFunction = async (name: string, data: unknown) => {
    if (isOffline) throw new Error('cloud.callFunction:fail request:fail')
    const { action, input } = data as Call
    const instead: unknown = await intercept(action, input)
    if (instead !== undefined) return instead
    const { ports, ...opened } = world.service
    const { event, info } = filledIn(data as Call)
    const context = { ...as.phone(openid), ...info }
    return answer({ ports, open: () => opened }, ACTIONS[name] ?? [], event, context)
  }
  const cloudId = (data: Record<string, unknown>) => {
    const id = `cloud-id-${cloudIds.size + 1}`
    cloudIds.set(id, data)
    return id
  }
  const phone = await openTestPhone({
    miniprogramDir,
    openid,
    ...options,
    host: { cloudId, ...options.host },
    cloud: { callFunction },
  })
  return {
    phone,
    world,
    offline(is) {
      isOffline = is
    },
  }
}
