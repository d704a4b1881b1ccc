import type { Phone } from '../phone'
import { asyncApi, stringOf, type Api } from './api'

/** The hardware and the account, as far as a browser has them. */
export function deviceApis(phone: Phone): Record<string, Api> {
  const quiet = (name: string): Api => asyncApi(phone, name, () => undefined)
  let clipboard = ''
  return {
    login: asyncApi(phone, 'login', async () => ({ code: await phone.host.loginCode() })),
    checkSession: quiet('checkSession'),
    vibrateShort: quiet('vibrateShort'),
    vibrateLong: quiet('vibrateLong'),
    setKeepScreenOn: quiet('setKeepScreenOn'),
    setClipboardData: asyncApi(phone, 'setClipboardData', async ({ data }) => {
      clipboard = stringOf(data)
      // The browser may refuse its own clipboard; the phone's own keeps the text either way.
      await navigator.clipboard?.writeText(clipboard).catch(() => undefined)
      phone.toast.show({
        title: phone.language === 'en' ? 'Copied' : '内容已复制',
        icon: 'none',
        durationMs: 1500,
        mask: false,
      })
    }),
    getClipboardData: asyncApi(phone, 'getClipboardData', () => ({ data: clipboard })),
    getNetworkType: asyncApi(phone, 'getNetworkType', () => ({
      networkType: navigator.onLine ? 'wifi' : 'none',
    })),
    hideKeyboard: asyncApi(phone, 'hideKeyboard', () => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    }),
    showShareMenu: quiet('showShareMenu'),
    hideShareMenu: quiet('hideShareMenu'),
    updateShareMenu: quiet('updateShareMenu'),
    reportEvent: quiet('reportEvent'),
  }
}
