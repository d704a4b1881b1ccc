import type { Phone } from '../phone'
import { CAPSULE, NAVIGATION_BAR_HEIGHT, SAFE_BOTTOM, STATUS_BAR_HEIGHT } from '../screen'
import { asyncApi, stringOf } from './api'
import { entryOf } from './group'

const WECHAT_VERSION = '8.0.50'
// CSS pixels of WeChat's standard text size on Android.
const STANDARD_TEXT = 16

/** What the phone is and how it looks. */
export function systemApis(phone: Phone): Record<string, (...args: never[]) => unknown> {
  const windowInfo = () => {
    const screenWidth = phone.width()
    const screenHeight = phone.root.clientHeight || 812
    return {
      pixelRatio: window.devicePixelRatio,
      screenWidth,
      screenHeight,
      windowWidth: screenWidth,
      windowHeight: phone.screen.windowHeight(),
      statusBarHeight: STATUS_BAR_HEIGHT,
      screenTop: STATUS_BAR_HEIGHT + NAVIGATION_BAR_HEIGHT,
      safeArea: {
        left: 0,
        right: screenWidth,
        top: STATUS_BAR_HEIGHT,
        bottom: screenHeight - SAFE_BOTTOM,
        width: screenWidth,
        height: screenHeight - SAFE_BOTTOM - STATUS_BAR_HEIGHT,
      },
    }
  }
  const baseInfo = () => ({
    SDKVersion: phone.options.baseLibrary,
    version: WECHAT_VERSION,
    language: phone.language,
    theme: phone.theme,
    enableDebug: false,
    host: { env: 'WeChat', appId: '', version: 0 },
    fontSizeSetting: STANDARD_TEXT * phone.options.fontScale,
    fontSizeScaleFactor: phone.options.fontScale,
    mode: 'default',
  })
  const deviceInfo = () => ({
    brand: 'devtools',
    model: 'iPhone X',
    system: 'iOS 17.0',
    platform: 'devtools',
    abi: '',
    benchmarkLevel: -1,
    memorySize: 4096,
  })
  const everything = () => ({ ...deviceInfo(), ...windowInfo(), ...baseInfo(), ...settings() })
  const settings = () => ({
    bluetoothEnabled: false,
    locationEnabled: false,
    wifiEnabled: true,
    deviceOrientation: 'portrait',
  })
  const capsule = () => {
    const right = phone.width() - CAPSULE.right
    const { width, height, top } = CAPSULE
    return { width, height, top, right, bottom: top + height, left: right - width }
  }
  const app = phone.bundle.app
  return {
    getWindowInfo: windowInfo,
    getAppBaseInfo: baseInfo,
    getDeviceInfo: deviceInfo,
    getSystemSetting: settings,
    getSystemInfoSync: everything,
    getSystemInfo: asyncApi(phone, 'getSystemInfo', everything),
    getSystemInfoAsync: asyncApi(phone, 'getSystemInfoAsync', everything),
    getMenuButtonBoundingClientRect: capsule,
    getAccountInfoSync: () => ({
      miniProgram: { appId: phone.options.world.appid, envVersion: 'develop', version: '' },
      plugin: {},
    }),
    getLaunchOptionsSync: () => ({
      path: app.entryPagePath ?? phone.bundle.pages[0],
      query: {},
      ...entryOf(phone),
    }),
    getEnterOptionsSync: () => ({
      path: app.entryPagePath ?? phone.bundle.pages[0],
      query: {},
      ...entryOf(phone),
    }),
    ...eventApis(phone),
  }
}

/** wx.on… and wx.off… for what happens to the whole app. */
function eventApis(phone: Phone): Record<string, (listener: never) => unknown> {
  const undo = new Map<unknown, () => void>()
  const keep = (listener: unknown, stop: () => void): void => {
    undo.set(listener, stop)
  }
  const off = (listener: unknown): void => {
    undo.get(listener)?.()
    undo.delete(listener)
  }
  const onWindow =
    (event: string, told: () => unknown) =>
    (listener: (value: unknown) => void): void => {
      const run = () => phone.taps.outside(() => listener(told()))
      window.addEventListener(event, run)
      keep(listener, () => window.removeEventListener(event, run))
    }
  const network = () => ({ isConnected: navigator.onLine, networkType: navigator.onLine ? 'wifi' : 'none' })
  const size = () => ({ size: { windowWidth: phone.width(), windowHeight: phone.screen.windowHeight() } })
  return {
    onThemeChange: (listener: (value: { theme: string }) => void) =>
      keep(
        listener,
        phone.onTheme((theme) => listener({ theme })),
      ),
    offThemeChange: off,
    onWindowResize: onWindow('resize', size),
    offWindowResize: off,
    onNetworkStatusChange: onWindow('online', network),
    offNetworkStatusChange: off,
    onAppShow: onWindow('pageshow', () => ({
      path: stringOf(phone.router.current()?.path),
      query: {},
      ...entryOf(phone),
    })),
    offAppShow: off,
    onAppHide: onWindow('pagehide', () => ({})),
    offAppHide: off,
    onError: onWindow('error', () => ''),
    offError: off,
    onUnhandledRejection: onWindow('unhandledrejection', () => ({ reason: '' })),
    offUnhandledRejection: off,
    // No second page at once and no memory pressure are played here, so these never fire.
    onMemoryWarning: () => undefined,
    offMemoryWarning: off,
    onPageNotFound: () => undefined,
    offPageNotFound: off,
  }
}
