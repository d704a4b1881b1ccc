import { EventChannel } from '../event-channel'
import type { Phone } from '../phone'
import { asyncApi, isRecord, numberOf, stringOf, type Api } from './api'

/** Navigation between pages. */
export function routingApis(phone: Phone): Record<string, Api> {
  const from = () => phone.router.current()?.path ?? ''
  const move = (kind: 'redirectTo' | 'reLaunch' | 'switchTab'): Api =>
    asyncApi(phone, kind, ({ url }) => phone.router.go(kind, stringOf(url), from()))
  return {
    navigateTo: asyncApi(phone, 'navigateTo', async ({ url, events }) => {
      const eventChannel = new EventChannel()
      for (const [name, listener] of Object.entries(isRecord(events) ? events : {})) {
        if (typeof listener === 'function') eventChannel.on(name, listener as (...args: unknown[]) => void)
      }
      await phone.router.go('navigateTo', stringOf(url), from(), eventChannel)
      return { eventChannel }
    }),
    redirectTo: move('redirectTo'),
    reLaunch: move('reLaunch'),
    switchTab: move('switchTab'),
    navigateBack: asyncApi(phone, 'navigateBack', ({ delta }) => phone.router.back(numberOf(delta, 1))),
  }
}
