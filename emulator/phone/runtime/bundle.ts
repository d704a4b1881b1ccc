/** What the build hands over (build/miniprogram.ts): the app as data, its templates and its modules. */

export interface WindowConfig {
  navigationBarTitleText?: string
  navigationBarBackgroundColor?: string
  navigationBarTextStyle?: string
  navigationStyle?: 'default' | 'custom'
  backgroundColor?: string
  backgroundTextStyle?: string
  enablePullDownRefresh?: boolean
  onReachBottomDistance?: number
}

export interface TabConfig {
  pagePath: string
  text: string
  iconPath?: string
  selectedIconPath?: string
}

export interface TabBarConfig {
  color?: string
  selectedColor?: string
  backgroundColor?: string
  borderStyle?: string
  list: TabConfig[]
}

export interface AppConfig {
  pages: string[]
  entryPagePath?: string
  window?: WindowConfig
  tabBar?: TabBarConfig
  darkmode?: boolean
  /** `v2`: the newer look of the built-in components. */
  style?: string
}

export interface Unit {
  kind: 'page' | 'component'
  json: WindowConfig & { styleIsolation?: string; usingComponents?: Record<string, string> }
  scope: string
}

export type Palette = Record<'light' | 'dark', Record<string, string>>

/** A generator of the template compiler; only the component framework looks inside. */
export type Generator = (path: string) => unknown

export interface Bundle {
  app: AppConfig
  theme: Palette | null
  pages: string[]
  units: Record<string, Unit>
  templates: (getRegExp: unknown, getDate: unknown) => Record<string, Generator>
}

/** Runs the app's code with the given globals; each module runs when it is first called. */
export type Modules = (globals: Record<string, unknown>) => Record<string, () => unknown>
