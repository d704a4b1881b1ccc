import type { ComponentEnv } from 'glass-easel-miniprogram-adapter'
import { withoutNamedBehaviors } from './behaviors'
import type { Generator, Modules } from './bundle'
import { routeOf } from './page-stack'
import type { Phone } from './phone'
import type { Wx } from './wx'
import { entryOf } from './wx/group'

type Definition = Record<string, unknown>
type AppObject = Record<string, unknown>

/** The Mini Program's own code: its modules run here, each page and component in its own environment. */
export class AppCode {
  private readonly modules: Record<string, () => unknown>
  private readonly ready = new Set<string>()
  private readonly behaviors: ComponentEnv['Behavior']
  private environment: ComponentEnv | undefined
  private path = ''
  private app: AppObject | undefined

  constructor(
    private readonly phone: Phone,
    modules: Modules,
    templates: Record<string, Generator>,
    readonly wx: Wx,
  ) {
    for (const [id, unit] of Object.entries(phone.bundle.units)) {
      // A page that calls itself a component in its JSON is a page all the same.
      phone.space.addComponentStaticConfig(id, {
        ...(unit.json as Definition),
        component: unit.kind === 'component',
      })
      if (unit.scope) phone.space.addStyleSheet(id, undefined, unit.scope)
      const content = templates[id]
      phone.space.addCompiledTemplate(id, { groupList: templates, content } as never)
    }
    this.behaviors = phone.space.componentEnv('', (environment) => environment.Behavior)
    this.modules = modules(this.globals())
  }

  /** Runs app.ts: App() and onLaunch. */
  launch(address: string): void {
    const route = routeOf(address, '')
    this.modules['app']?.()
    this.app ??= {}
    const options = { path: route.path, query: route.query, ...entryOf(this.phone) }
    this.callApp('onLaunch', options)
    this.callApp('onShow', options)
  }

  /** Makes a page or component and everything it uses known to the framework. */
  prepare(id: string): void {
    if (this.ready.has(id)) return
    this.ready.add(id)
    for (const used of Object.values(this.phone.bundle.units[id]?.json.usingComponents ?? {}))
      this.prepare(used.slice(1))
    const run = this.modules[id]
    if (!run) throw new Error(`${id} has no script`)
    this.phone.space.componentEnv(id, (environment) => {
      const before = { environment: this.environment, path: this.path }
      Object.assign(this, { environment, path: id })
      try {
        run()
      } finally {
        Object.assign(this, before)
      }
    })
    if (!this.phone.space.getComponentSpace().getComponentByUrlWithoutDefault(id, '')) {
      throw new Error(`${id}: the script calls neither Page() nor Component()`)
    }
  }

  callApp(name: string, ...args: unknown[]): void {
    const method = this.app?.[name]
    if (typeof method !== 'function') return
    try {
      method.apply(this.app, args)
    } catch (error) {
      // An onError that throws itself must not be told of it again.
      if (name === 'onError') throw error
      this.phone.fail(error)
    }
  }

  tellError(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.callApp('onError', text)
  }

  private globals(): Record<string, unknown> {
    const { phone } = this
    return {
      wx: this.wx,
      console,
      global: {},
      ...phone.taps.timers(),
      clearTimeout: (id: number) => window.clearTimeout(id),
      clearInterval: (id: number) => window.clearInterval(id),
      cancelAnimationFrame: (id: number) => window.cancelAnimationFrame(id),
      App: (app: AppObject) => {
        this.app = app
      },
      getApp: () => this.app,
      getCurrentPages: () => phone.router.callers(),
      Page: (definition: Definition) =>
        this.environmentOf('Page').Page(pageDefinition(this.path, definition)),
      Component: (definition?: Definition) => {
        const { Component } = this.environmentOf('Component')
        if (!definition) return Component()
        this.adoptOptions(definition)
        return Component(withoutNamedBehaviors(this.path, definition))
      },
      Behavior: Object.assign(
        (definition?: Definition) =>
          definition ? this.behaviors(withoutNamedBehaviors(this.path, definition)) : this.behaviors(),
        { trait: this.behaviors.trait },
      ),
    }
  }

  private environmentOf(name: string): ComponentEnv {
    if (!this.environment) throw new Error(`${name}() belongs into the script of a page or component`)
    return this.environment
  }

  /** Style isolation may be said in the script as well as in the JSON. */
  private adoptOptions(definition: Definition): void {
    const options = (definition['options'] ?? {}) as { styleIsolation?: string; addGlobalClass?: boolean }
    const config = this.phone.space.getComponentStaticConfig(this.path)
    if (!config?.component) return
    const isolation = options.styleIsolation ?? config.styleIsolation
    // `shared` in both directions would need one sheet for all; a component takes the page's classes either way.
    const isOpen = options.addGlobalClass === true || isolation === 'apply-shared' || isolation === 'shared'
    if (isOpen) Object.assign(config, { addGlobalClass: true, styleIsolation: undefined })
  }
}

/** Page() also takes behaviors by name and options; its custom fields are copied to each page. */
function pageDefinition(path: string, definition: Definition): Definition {
  const adapted = withoutNamedBehaviors(path, definition)
  const { properties, ...rest } = adapted
  return properties && Object.keys(properties).length > 0 ? { ...rest, properties } : rest
}
