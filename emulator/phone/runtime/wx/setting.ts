import type { SubscriptionSettings } from '../host'
import { isAtLeast } from '../library'
import type { Phone } from '../phone'
import { ApiFailure, asyncApi, type Api } from './api'

/** wx.getSetting and wx.openSetting; of all permissions only subscriptions are played here. */
export function settingApis(phone: Phone): Record<string, Api> {
  const answered = (settings: SubscriptionSettings, isAsked: boolean) => ({
    authSetting: {},
    ...(isAsked ? { subscriptionsSetting: settings } : {}),
  })
  // Of getSetting; older ones leave it out.
  const knowsSubscriptions = isAtLeast(phone.options.baseLibrary, '2.10.1')
  return {
    getSetting: asyncApi(
      phone,
      'getSetting',
      async ({ withSubscriptions }) =>
        answered(await phone.host.settings(), withSubscriptions === true && knowsSubscriptions),
      'inherited',
    ),
    openSetting: asyncApi(phone, 'openSetting', async ({ withSubscriptions }) => {
      if (!phone.taps.isActive()) {
        phone.warnings.add('NO_TAP', 'wx.openSetting was called outside a tap: a phone refuses it')
        throw new ApiFailure('can only be invoked by user TAP gesture.')
      }
      return answered(await phone.openSetting(), withSubscriptions === true)
    }),
  }
}
