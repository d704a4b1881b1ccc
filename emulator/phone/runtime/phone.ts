import * as glassEasel from 'glass-easel'
import { MiniProgramEnv, type AssociatedBackend, type CodeSpace } from 'glass-easel-miniprogram-adapter'
import { Activity } from './activity'
import { AppCode } from './app-code'
import { registerBuiltins } from './builtin'
import type { Bundle, Modules } from './bundle'
import { readyBehavior } from './behaviors'
import { DomBackend } from './dom-backend'
import { h } from './element'
import type { Host, Person, SubscriptionSettings, World } from './host'
import { openSettingsPage } from './overlay/settings-page'
import { Toast } from './overlay/toast'
import { Router } from './router'
import { Screen } from './screen'
import { SetDataMeter } from './set-data'
import { TapState } from './tap-state'
import { textsOf, type PhoneLanguage, type Texts } from './texts'
import { Warnings } from './warnings'
import { compiledDate, compiledRegExp } from './wxs-globals'
import { createWx } from './wx'

export type Theme = 'light' | 'dark'

export interface PhoneOptions {
  host: Host
  world: World
  person: Person
  root: HTMLElement
  theme: Theme
  language: PhoneLanguage
  /** Address of the first page with its query; default: the app's entry page. */
  page?: string
  /** 3.7.0: what came later is missing. */
  baseLibrary: string
  /** WeChat's text size, as a multiple of the standard. */
  fontScale: number
  /** The group (openGId) whose card opened the Mini Program. */
  group?: string
  storage: Storage
}

/** One phone that runs one Mini Program for one person. */
export class Phone {
  readonly taps = new TapState()
  readonly warnings = new Warnings()
  readonly activity = new Activity()
  readonly meter: SetDataMeter
  readonly texts: Texts
  readonly host: Host
  readonly root: HTMLElement
  readonly language: PhoneLanguage
  readonly screen: Screen
  readonly overlays: HTMLElement
  readonly toast: Toast
  readonly router: Router
  readonly code: AppCode
  readonly space: CodeSpace
  readonly backend: AssociatedBackend
  theme: Theme
  private readonly dom: DomBackend
  private readonly themeListeners = new Set<(theme: Theme) => void>()

  constructor(
    readonly bundle: Bundle,
    modules: Modules,
    readonly options: PhoneOptions,
  ) {
    this.host = options.host
    this.root = options.root
    this.language = options.language
    this.texts = textsOf(options.language)
    this.theme = bundle.app.darkmode ? options.theme : 'light'
    this.root.classList.add('phone-root')
    this.root.lang = options.language === 'en' ? 'en' : 'zh-CN'
    this.root.dataset['theme'] = this.theme
    if (bundle.app.style) this.root.dataset['style'] = bundle.app.style
    this.overlays = h('div', { class: 'phone-overlays' })
    this.screen = new Screen(this)
    this.toast = new Toast(this)

    glassEasel.globalOptions.writeFieldsToNode = false
    glassEasel.globalOptions.writeIdToDOM = true
    glassEasel.addGlobalWarningListener((message) => this.frameworkWarned(message))
    glassEasel.addGlobalErrorListener((error) => this.appFailed(error))
    const env = new MiniProgramEnv()
    this.dom = new DomBackend(this.root, this.taps, () => this.width())
    this.backend = env.associateBackend(this.dom)
    this.space = env.createCodeSpace('', true)
    this.meter = new SetDataMeter(this.warnings, this.activity)
    this.warnings.onAdd(({ message }) =>
      this.activity.add({ kind: 'warning', text: message, isFailed: true }),
    )
    registerBuiltins(this.space, this)
    this.space.setOverallBehavior(readyBehavior(this.space.getComponentSpace(), this.meter))
    this.router = new Router(this)
    this.warnings.nameThePage(() => this.router.current()?.path ?? '')
    const templates = bundle.templates(compiledRegExp, compiledDate)
    this.code = new AppCode(this, modules, templates, createWx(this))
  }

  /** Runs the app and opens its first page. */
  async start(): Promise<void> {
    const { app, pages } = this.bundle
    const first = this.options.page ?? app.entryPagePath ?? pages[0] ?? ''
    this.code.launch(first.startsWith('/') ? first : `/${first}`)
    await this.router.go('reLaunch', first.startsWith('/') ? first : `/${first}`, '')
  }

  stop(): void {
    this.toast.hide()
    this.screen.stop()
    this.dom.destroy()
    this.root.replaceChildren()
  }

  /** CSS pixels across the screen: 750rpx. */
  width(): number {
    return this.root.clientWidth || 375
  }

  appName(): string {
    return this.bundle.app.window?.navigationBarTitleText ?? this.options.world.appid
  }

  templateTitle(tmplId: string): string | undefined {
    return this.options.world.templates.find((template) => template.priTmplId === tmplId)?.title
  }

  /** A colour or path of app.json, where `@name` is looked up in theme.json. */
  themed(value: string | undefined): string | undefined {
    if (!value?.startsWith('@')) return value
    return this.bundle.theme?.[this.theme][value.slice(1)]
  }

  /** Without darkmode in app.json a Mini Program is light on every phone. */
  setTheme(theme: Theme): void {
    if (!this.bundle.app.darkmode || theme === this.theme) return
    this.theme = theme
    this.root.dataset['theme'] = theme
    this.screen.draw()
    for (const listener of this.themeListeners) this.taps.outside(() => listener(theme))
  }

  onTheme(listener: (theme: Theme) => void): () => void {
    this.themeListeners.add(listener)
    return () => {
      this.themeListeners.delete(listener)
    }
  }

  openSetting(): Promise<SubscriptionSettings> {
    return openSettingsPage(this)
  }

  /** Where promises end that nobody waits for: the error is shown, never lost. */
  readonly fail = (error: unknown): void => {
    this.appFailed(error)
  }

  private appFailed(error: unknown): boolean {
    console.error(error)
    this.activity.add({ kind: 'warning', text: String(error), isFailed: true })
    this.code?.tellError(error)
    return false
  }

  private frameworkWarned(message: string): boolean {
    // Unknown attributes are ignored on a phone too.
    if (!message.includes('is not a valid property')) this.warnings.add('TEMPLATE', message)
    return false
  }
}
