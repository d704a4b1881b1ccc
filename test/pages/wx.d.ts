/** What the page code that these tests import asks of WeChat. The typings of all of it take the names of Node's. */
declare const wx: {
  getAppBaseInfo?: () => { SDKVersion?: string; language?: string; fontSizeScaleFactor?: number }
  getSystemInfoSync(): { SDKVersion?: string; language?: string; fontSizeScaleFactor?: number }
}
