/** What this phone and its WeChat are, on old base libraries too. */

interface AppInfo {
  /** Of the base library: 3.7.0. */
  SDKVersion?: string
  language?: string
  /** How much larger than the standard the person reads, from base library 2.23 on. */
  fontSizeScaleFactor?: number
}

/** Before base library 2.20.1 one call told everything. */
export function appInfo(): AppInfo {
  return typeof wx.getAppBaseInfo === 'function' ? wx.getAppBaseInfo() : wx.getSystemInfoSync()
}

/** Whether the base library is this version or a later one; what cannot be read counts as old. */
export function hasLibrary(wanted: string): boolean {
  const own = (appInfo().SDKVersion ?? '0').split('.').map(Number)
  for (const [at, part] of wanted.split('.').map(Number).entries()) {
    const mine = own[at] ?? 0
    if (mine !== part) return mine > part
  }
  return true
}

// WeChat's largest text on an iPhone is 1.5 times the standard; beyond 1.6 a line holds too few words.
const SCALES = { smallest: 0.9, largest: 1.6 }

/** The style of a page's outermost view: every font size of app.wxss is a multiple of it. */
export function fontScale(): string {
  const wanted = appInfo().fontSizeScaleFactor ?? 1
  return `--scale: ${Math.min(SCALES.largest, Math.max(SCALES.smallest, wanted))}`
}
