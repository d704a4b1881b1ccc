import type { Root } from 'glass-easel-miniprogram-adapter'
import { EventChannel } from './event-channel'
import { h } from './element'
import { planOf, routeOf, RouteRefused, type Entry, type Move } from './page-stack'
import type { Phone } from './phone'
import { watchPull } from './pull-refresh'
import { navigationOf, type Navigation } from './navigation'

type Caller = Record<string, unknown>

/** A page that is open: its instance, its place in the document and its navigation bar. */
export interface OpenPage {
  root: Root
  caller: Caller
  frame: HTMLElement
  scroller: HTMLElement
  navigation: Navigation
  query: Record<string, string>
  stopPull: () => void
}

export type PageEntry = Entry<OpenPage>

/** Carries out navigation: what opens, closes, shows and hides, with the lifecycle calls in a phone's order. */
export class Router {
  private stack: PageEntry[] = []
  private cachedTabs: PageEntry[] = []
  private lastMove: Promise<unknown> = Promise.resolve()

  constructor(private readonly phone: Phone) {}

  current(): PageEntry | undefined {
    return this.stack.at(-1)
  }

  depth(): number {
    return this.stack.length
  }

  /** The page objects that page code sees, bottom first. */
  callers(): Caller[] {
    return this.stack.map((entry) => entry.page.caller)
  }

  isTab(path: string): boolean {
    return this.tabs().includes(path)
  }

  back(delta: number): Promise<void> {
    return this.enqueue(() => this.run({ kind: 'navigateBack', delta }, {}))
  }

  /** `from` is the file the address is written in; relative addresses start there. */
  go(
    kind: Exclude<Move['kind'], 'navigateBack'>,
    url: string,
    from: string,
    channel?: EventChannel,
  ): Promise<void> {
    return this.enqueue(() => {
      const route = routeOf(url, from)
      this.run({ kind, path: route.path }, route.query, channel)
    })
  }

  /** Calls a lifecycle of the page on top, if it has it. */
  tell(name: string, ...args: unknown[]): unknown {
    const page = this.current()
    return page ? callPage(this.phone, page.page, name, args) : undefined
  }

  // One move at a time, in a macrotask of its own: a phone answers navigation later, never in the call.
  private enqueue(move: () => void): Promise<void> {
    const moved = this.lastMove.then(
      () =>
        new Promise<void>((resolve, reject) => {
          this.phone.taps.callBack(false, () => {
            try {
              move()
              resolve()
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)))
            }
          })
        }),
    )
    this.lastMove = moved.catch((error: unknown) => {
      if (!(error instanceof RouteRefused)) this.phone.fail(error)
    })
    return moved
  }

  private tabs(): string[] {
    return this.phone.bundle.app.tabBar?.list.map((tab) => tab.pagePath) ?? []
  }

  private run(move: Move, query: Record<string, string>, channel?: EventChannel): void {
    const before = this.current()
    const site = { pages: this.phone.bundle.pages, tabs: this.tabs() }
    const plan = planOf(this.stack, this.cachedTabs, move, site)
    // A page that cannot be made must not cost the pages that are there.
    if (plan.open && move.kind !== 'navigateBack') this.phone.code.prepare(move.path)
    const closing = new Set(plan.close)
    if (before && !closing.has(before) && (plan.open || plan.keep.at(-1) !== before)) this.hide(before)
    for (const entry of plan.close) this.close(entry)
    const left = [...this.stack, ...this.cachedTabs].filter(
      (entry) => !closing.has(entry) && !plan.keep.includes(entry),
    )
    this.cachedTabs =
      move.kind === 'switchTab' ? left : this.cachedTabs.filter((entry) => !closing.has(entry))
    this.stack = [...plan.keep]
    if (plan.open && move.kind !== 'navigateBack')
      this.open(move.path, query, channel, move.kind === 'navigateTo')
    else {
      const shown = this.current()
      if (shown && shown !== before) this.show(shown)
    }
    this.phone.screen.draw()
  }

  private open(
    path: string,
    query: Record<string, string>,
    channel: EventChannel | undefined,
    slides: boolean,
  ): void {
    const { phone } = this
    const search = Object.entries(query).map(([key, value]) => `${key}=${value}`)
    const root = phone.backend.createRoot(
      'page',
      phone.space,
      `/${path}${search.length ? `?${search.join('&')}` : ''}`,
    )
    const caller = root.get() as unknown as Caller
    const opener = channel ?? new EventChannel()
    Object.assign(caller, { route: path, options: query, getOpenerEventChannel: () => opener })
    const placeholder = h('div', {})
    const scroller = h('div', { class: 'phone-scroll', 'data-page': path, tabindex: '-1' }, placeholder)
    const frame = h('div', { class: slides ? 'phone-page phone-enter' : 'phone-page' }, scroller)
    const navigation = navigationOf(phone.bundle, path)
    const stopPull = navigation.enablePullDownRefresh
      ? watchPull(frame, scroller, () => this.tell('onPullDownRefresh'))
      : () => undefined
    const entry: PageEntry = { path, page: { root, caller, frame, scroller, navigation, query, stopPull } }
    // Pushed before it is attached: page code may ask for the stack in created and attached.
    this.stack.push(entry)
    phone.screen.addPage(frame)
    phone.screen.draw()
    watchScroll(phone, entry)
    root.attach(scroller as never, placeholder as never)
    callPage(phone, entry.page, 'onLoad', [query])
    this.show(entry)
    queueMicrotask(() => callPage(phone, entry.page, 'onReady', []))
  }

  private show(entry: PageEntry): void {
    const { page } = entry
    page.frame.hidden = false
    this.phone.activity.add({ kind: 'page', text: entry.path })
    page.root.getComponent().triggerPageLifetime('show', [])
    callPage(this.phone, page, 'onShow', [])
  }

  private hide(entry: PageEntry): void {
    const { page } = entry
    callPage(this.phone, page, 'onHide', [])
    page.root.getComponent().triggerPageLifetime('hide', [])
    page.frame.hidden = true
  }

  private close(entry: PageEntry): void {
    const { page } = entry
    callPage(this.phone, page, 'onUnload', [])
    page.stopPull()
    page.root.release()
    page.frame.remove()
  }
}

/** What a page throws in a lifecycle is reported; the page is there all the same, as on a phone. */
function callPage(phone: Phone, page: OpenPage, name: string, args: unknown[]): unknown {
  const method = page.caller[name]
  if (typeof method !== 'function') return undefined
  try {
    return method.apply(page.caller, args)
  } catch (error) {
    phone.fail(error)
    return undefined
  }
}

function watchScroll(phone: Phone, entry: PageEntry): void {
  const { scroller, navigation } = entry.page
  let wasNearBottom = false
  scroller.addEventListener('scroll', () => {
    if (phone.router.current() !== entry) return
    phone.router.tell('onPageScroll', { scrollTop: scroller.scrollTop })
    const left = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
    const isNearBottom = left <= (navigation.onReachBottomDistance ?? 50)
    if (isNearBottom && !wasNearBottom) phone.router.tell('onReachBottom')
    wasNearBottom = isNearBottom
  })
}
