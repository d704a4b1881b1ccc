import type { TabConfig } from './bundle'
import { h } from './element'
import { openActionSheet } from './overlay/action-sheet'
import type { Phone } from './phone'

/** Heights in CSS pixels of a phone with a notch: what wx.getWindowInfo and the capsule's rectangle report. */
export const STATUS_BAR_HEIGHT = 44
export const NAVIGATION_BAR_HEIGHT = 44
export const TAB_BAR_HEIGHT = 50
export const SAFE_BOTTOM = 34
export const CAPSULE = { width: 87, height: 32, top: 50, right: 7 }

/** Everything around the page: status bar, navigation bar, capsule and tab bar. */
export class Screen {
  readonly content: HTMLElement
  private readonly pages = h('div', { class: 'phone-pages' })
  private readonly bar = h('header', { class: 'phone-bar' })
  private readonly tabs = h('nav', { class: 'phone-tabs', hidden: true })
  private readonly clock = h('time', {})
  private readonly badges = new Map<number, string>()
  private isTabBarShown = true
  private readonly tabChanges = new Map<number, Partial<TabConfig>>()
  private clockTimer = 0
  private clockOffsetMs = 0

  constructor(private readonly phone: Phone) {
    this.content = h('div', { class: 'phone-content' }, this.bar, this.pages, this.tabs)
    const status = h('div', { class: 'phone-status', 'aria-hidden': 'true' }, this.clock, h('i', {}))
    phone.root.append(status, this.content, this.capsule(), phone.overlays, h('i', { class: 'phone-home' }))
    this.setNow(phone.options.world.now)
    this.clockTimer = window.setInterval(() => this.drawClock(), 5_000)
  }

  stop(): void {
    window.clearInterval(this.clockTimer)
  }

  addPage(frame: HTMLElement): void {
    this.pages.append(frame)
  }

  /** The emulator's time, which may run ahead of the computer's. */
  setNow(now: number): void {
    this.clockOffsetMs = now - Date.now()
    this.drawClock()
  }

  showTabBar(isShown: boolean): void {
    this.isTabBarShown = isShown
    this.draw()
  }

  /** A number, a dot ('' ) or nothing. */
  setBadge(index: number, badge: string | undefined): void {
    if (badge === undefined) this.badges.delete(index)
    else this.badges.set(index, badge)
    this.draw()
  }

  /** wx.setTabBarItem: what is given takes the place of what app.json says. */
  setTab(index: number, change: Partial<Omit<TabConfig, 'pagePath'>>): void {
    this.tabChanges.set(index, { ...this.tabChanges.get(index), ...change })
    this.draw()
  }

  /** Height left for the page. */
  windowHeight(): number {
    return this.pages.clientHeight || 600
  }

  draw(): void {
    this.drawBar()
    this.drawTabs()
    this.phone.root.style.setProperty('--vh', `${this.windowHeight() / 100}px`)
  }

  private drawBar(): void {
    const { phone } = this
    const entry = phone.router.current()
    if (!entry) return
    const { navigation, scroller } = entry.page
    const background = phone.themed(navigation.navigationBarBackgroundColor) ?? ''
    const style = phone.themed(navigation.navigationBarTextStyle) ?? ''
    const isCustom = navigation.navigationStyle === 'custom'
    phone.root.toggleAttribute('data-custom-bar', isCustom)
    phone.root.style.setProperty('--bar', background || (phone.theme === 'dark' ? '#191919' : '#ededed'))
    const isWhite = style ? style === 'white' : phone.theme === 'dark'
    phone.root.style.setProperty('--bar-text', isWhite ? '#fff' : '#000')
    phone.root.toggleAttribute('data-bar-white', isWhite)
    scroller.style.setProperty('--page-background', phone.themed(navigation.backgroundColor) ?? '')
    const back = () => {
      phone.router.back(1).catch(phone.fail)
    }
    const home = () => {
      phone.router.go('reLaunch', `/${phone.bundle.pages[0] ?? ''}`, '').catch(phone.fail)
    }
    const isFirst = entry.path === phone.bundle.pages[0] || phone.router.isTab(entry.path)
    const button =
      phone.router.depth() > 1
        ? h('button', { type: 'button', class: 'phone-back', 'aria-label': phone.texts.back, click: back })
        : isFirst
          ? ''
          : h('button', {
              type: 'button',
              class: 'phone-to-home',
              'aria-label': phone.texts.back,
              click: home,
            })
    const title = h('h1', {}, navigation.navigationBarTitleText ?? '')
    if (navigation.isLoading) title.prepend(h('i', { class: 'phone-spinner', 'aria-hidden': 'true' }))
    this.bar.replaceChildren(button, title)
    this.bar.hidden = isCustom
  }

  private drawTabs(): void {
    const { phone } = this
    const config = phone.bundle.app.tabBar
    const path = phone.router.current()?.path ?? ''
    this.tabs.hidden = !config || !phone.router.isTab(path) || !this.isTabBarShown
    if (!config || this.tabs.hidden) return
    const variables = {
      '--tab': phone.themed(config.color),
      '--tab-selected': phone.themed(config.selectedColor),
      '--tab-background': phone.themed(config.backgroundColor),
    }
    for (const [name, value] of Object.entries(variables)) if (value) this.tabs.style.setProperty(name, value)
    const tabs = config.list.map((tab, index) => ({ ...tab, ...this.tabChanges.get(index) }))
    this.tabs.replaceChildren(...tabs.map((tab, index) => this.tab(tab, index, tab.pagePath === path)))
  }

  private tab(tab: TabConfig, index: number, isCurrent: boolean): HTMLElement {
    const { phone } = this
    const go = () => {
      const item = { index, pagePath: tab.pagePath, text: tab.text }
      const moved = isCurrent ? Promise.resolve() : phone.router.go('switchTab', `/${tab.pagePath}`, '')
      moved.then(() => phone.router.tell('onTabItemTap', item)).catch(phone.fail)
    }
    const icon = phone.themed(isCurrent ? (tab.selectedIconPath ?? tab.iconPath) : tab.iconPath)
    const badge = this.badges.get(index)
    const face = h('span', { class: 'phone-tab-face' })
    if (icon) face.append(h('img', { src: phone.host.fileUrl(icon), alt: '' }))
    if (badge !== undefined) face.append(h('b', { 'data-dot': badge === '' }, badge))
    return h(
      'button',
      { type: 'button', 'aria-current': isCurrent ? 'page' : undefined, click: go },
      face,
      h('span', {}, tab.text),
    )
  }

  private capsule(): HTMLElement {
    const { phone } = this
    const menu = () => {
      const items = [phone.texts.menuReload, phone.texts.menuSettings]
      openActionSheet(phone, {
        itemList: phone.bundle.app.darkmode ? [...items, phone.texts.menuTheme] : items,
      })
        .then(async (index) => {
          if (index === 0) location.reload()
          if (index === 1) await phone.openSetting()
          if (index === 2) phone.setTheme(phone.theme === 'dark' ? 'light' : 'dark')
        })
        .catch(phone.fail)
    }
    const leave = () => {
      phone.router.tell('onHide')
      phone.code.callApp('onHide')
      phone.code.callApp('onShow', {})
      phone.router.tell('onShow')
    }
    return h(
      'div',
      { class: 'phone-capsule' },
      h('button', { type: 'button', class: 'phone-more', 'aria-label': phone.texts.more, click: menu }),
      h('button', { type: 'button', class: 'phone-close', 'aria-label': phone.texts.close, click: leave }),
    )
  }

  private drawClock(): void {
    const now = new Date(Date.now() + this.clockOffsetMs)
    this.clock.textContent = `${now.getHours()}:${String(now.getMinutes()).padStart(2, '0')}`
  }
}
