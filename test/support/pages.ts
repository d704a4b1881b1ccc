/** Our pages on the test phone, with the real service behind them: core on memory ports, a WeChat that counts grants. */
import { join } from 'node:path'
import type { Action } from '../../core/contract'
import { answer } from '../../core/service'
import { openTestPhone, type TestHost, type TestPhone } from './phone'
import { as, given, type Given } from './service'

const miniprogramDir = join(__dirname, '..', '..', 'miniprogram')
const ACTIONS: Record<string, Action[]> = {
  subscriber: ['subscription.offer', 'subscription.record', 'subscription.mine', 'message.mine', 'whoami'],
  staff: ['template.list', 'template.preview', 'send.one', 'staff.list', 'whoami'],
}

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
  storage?: Record<string, unknown>
  world?: Given
}

export async function openPage({
  openid,
  world = given({ wakes: true }),
  ...options
}: PageTestOptions): Promise<PageTest> {
  let isOffline = false
  const callFunction = async (name: string, data: unknown) => {
    if (isOffline) throw new Error('cloud.callFunction:fail request:fail')
    const { ports, ...opened } = world.service
    return answer({ ports, open: () => opened }, ACTIONS[name] ?? [], data, as.phone(openid))
  }
  const phone = await openTestPhone({ miniprogramDir, openid, ...options, cloud: { callFunction } })
  return {
    phone,
    world,
    offline(is) {
      isOffline = is
    },
  }
}
