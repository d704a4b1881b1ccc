import type { Bundle, WindowConfig } from './bundle'

/** What the navigation bar of one page shows; wx.setNavigationBar… changes it for that page only. */
export interface Navigation extends WindowConfig {
  isLoading: boolean
}

/** The app's window settings with the page's own on top. */
export function navigationOf(bundle: Bundle, path: string): Navigation {
  const app = bundle.app.window ?? {}
  const page = bundle.units[path]?.json ?? {}
  return {
    navigationBarTitleText: page.navigationBarTitleText ?? app.navigationBarTitleText ?? '',
    navigationBarBackgroundColor: page.navigationBarBackgroundColor ?? app.navigationBarBackgroundColor ?? '',
    navigationBarTextStyle: page.navigationBarTextStyle ?? app.navigationBarTextStyle ?? '',
    navigationStyle: page.navigationStyle ?? app.navigationStyle ?? 'default',
    backgroundColor: page.backgroundColor ?? app.backgroundColor ?? '',
    enablePullDownRefresh: page.enablePullDownRefresh ?? app.enablePullDownRefresh ?? false,
    onReachBottomDistance: page.onReachBottomDistance ?? app.onReachBottomDistance ?? 50,
    isLoading: false,
  }
}
