/** Base libraries: what a phone with an older WeChat does not have yet. */

/**
 * The base library in which an API came, as its definitions say (miniprogram-api-typings 5.2.3); what is not listed
 * came before 2.4.4, the first with subscribe messages.
 */
const SINCE: Record<string, string> = {
  requestSubscribeMessage: '2.4.4',
  chooseMessageFile: '2.5.0',
  getRealtimeLogManager: '2.7.1',
  hideKeyboard: '2.8.2',
  hideHomeButton: '2.8.3',
  offNetworkStatusChange: '2.9.3',
  getEnterOptionsSync: '2.9.4',
  getGroupEnterInfo: '2.10.4',
  onUnhandledRejection: '2.10.0',
  offUnhandledRejection: '2.10.0',
  onThemeChange: '2.11.0',
  offThemeChange: '2.11.0',
  getSystemInfoAsync: '2.14.1',
  reportEvent: '2.14.4',
  getWindowInfo: '2.20.1',
  getAppBaseInfo: '2.20.1',
  getDeviceInfo: '2.20.1',
  getSystemSetting: '2.20.1',
}

/** Up to which version one prompt takes how many template ids (wechat.md §5). */
const PROMPT_IDS = [
  { before: '2.8.4', ids: 1 },
  // No changelog names the version; 3.14.2 is the first whose published definitions say five.
  { before: '3.14.2', ids: 3 },
]

/** Whether `own` is `wanted` or later: 2.10.0 is later than 2.9.4. */
export function isAtLeast(own: string, wanted: string): boolean {
  const parts = own.split('.').map(Number)
  for (const [at, part] of wanted.split('.').map(Number).entries()) {
    const mine = parts[at] ?? 0
    if (mine !== part) return mine > part
  }
  return true
}

/** The names of `apis` that this base library does not have yet. */
export const missingIn = (library: string, apis: readonly string[]): string[] =>
  apis.filter((name) => !isAtLeast(library, SINCE[name] ?? '0'))

/** How many template ids one prompt takes on this base library; undefined where WeChat alone decides. */
export const promptIdsOf = (library: string): number | undefined =>
  PROMPT_IDS.find(({ before }) => !isAtLeast(library, before))?.ids
