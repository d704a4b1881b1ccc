import { openActionSheet } from '../overlay/action-sheet'
import { openModal } from '../overlay/modal'
import type { ToastOptions } from '../overlay/toast'
import type { Phone } from '../phone'
import { pullerOf } from '../pull-refresh'
import { ApiFailure, asyncApi, numberOf, stringOf, type Api, type Options } from './api'

const ICONS: readonly string[] = ['success', 'error', 'loading', 'none']

/** Toasts, dialogs, bars and scrolling. */
export function uiApis(phone: Phone): Record<string, Api> {
  const api = (name: string, run: (options: Options) => unknown): Api => asyncApi(phone, name, run)
  const page = () => phone.router.current()?.page
  const toast = (options: Options): void => {
    const icon = ICONS.includes(stringOf(options['icon']))
      ? (options['icon'] as ToastOptions['icon'])
      : 'success'
    phone.toast.show({
      title: stringOf(options['title']),
      icon,
      ...(typeof options['image'] === 'string'
        ? { image: phone.host.fileUrl(options['image'].replace(/^\//, '')) }
        : {}),
      durationMs: numberOf(options['duration'], 1500),
      mask: options['mask'] === true,
    })
  }
  const tabItem = (options: Options, change: (index: number) => void): void => {
    const index = numberOf(options['index'], -1)
    if (!phone.bundle.app.tabBar?.list[index]) throw new ApiFailure(`there is no tab ${index}`)
    change(index)
  }
  return {
    showToast: api('showToast', toast),
    hideToast: api('hideToast', () => phone.toast.hide()),
    showLoading: api('showLoading', (options) =>
      phone.toast.show({
        title: stringOf(options['title']),
        icon: 'loading',
        mask: options['mask'] === true,
      }),
    ),
    hideLoading: api('hideLoading', () => phone.toast.hide()),
    showModal: asyncApi(
      phone,
      'showModal',
      (options) =>
        openModal(phone, {
          title: stringOf(options['title']),
          content: stringOf(options['content']),
          showCancel: options['showCancel'] !== false,
          cancelText: stringOf(options['cancelText'], phone.texts.cancel),
          confirmText: stringOf(options['confirmText'], phone.texts.ok),
          ...(typeof options['cancelColor'] === 'string' ? { cancelColor: options['cancelColor'] } : {}),
          ...(typeof options['confirmColor'] === 'string' ? { confirmColor: options['confirmColor'] } : {}),
          editable: options['editable'] === true,
          placeholderText: stringOf(options['placeholderText']),
        }),
      'fresh',
    ),
    showActionSheet: asyncApi(
      phone,
      'showActionSheet',
      async (options) => {
        const itemList = Array.isArray(options['itemList'])
          ? options['itemList'].map((item) => stringOf(item))
          : []
        if (itemList.length === 0) throw new ApiFailure('parameter error: itemList should not be empty')
        if (itemList.length > 6) throw new ApiFailure('parameter error: itemList should not be large than 6')
        const tapIndex = await openActionSheet(phone, {
          itemList,
          ...(typeof options['itemColor'] === 'string' ? { itemColor: options['itemColor'] } : {}),
          ...(typeof options['alertText'] === 'string' ? { alertText: options['alertText'] } : {}),
        })
        if (tapIndex === undefined) throw new ApiFailure('cancel')
        return { tapIndex }
      },
      'fresh',
    ),
    setNavigationBarTitle: api('setNavigationBarTitle', ({ title }) =>
      change(phone, { navigationBarTitleText: stringOf(title) }),
    ),
    setNavigationBarColor: api('setNavigationBarColor', ({ frontColor, backgroundColor }) =>
      change(phone, {
        navigationBarTextStyle: frontColor === '#ffffff' ? 'white' : 'black',
        navigationBarBackgroundColor: stringOf(backgroundColor),
      }),
    ),
    showNavigationBarLoading: api('showNavigationBarLoading', () => change(phone, { isLoading: true })),
    hideNavigationBarLoading: api('hideNavigationBarLoading', () => change(phone, { isLoading: false })),
    setBackgroundColor: api('setBackgroundColor', ({ backgroundColor }) =>
      change(phone, { backgroundColor: stringOf(backgroundColor) }),
    ),
    setBackgroundTextStyle: api('setBackgroundTextStyle', () => undefined),
    hideHomeButton: api('hideHomeButton', () => undefined),
    showTabBar: api('showTabBar', () => phone.screen.showTabBar(true)),
    hideTabBar: api('hideTabBar', () => phone.screen.showTabBar(false)),
    setTabBarItem: api('setTabBarItem', (options) =>
      tabItem(options, (index) => {
        const given = ['text', 'iconPath', 'selectedIconPath'] as const
        const change = given.flatMap((key) => (typeof options[key] === 'string' ? [[key, options[key]]] : []))
        phone.screen.setTab(index, Object.fromEntries(change))
      }),
    ),
    setTabBarBadge: api('setTabBarBadge', (options) =>
      tabItem(options, (index) => phone.screen.setBadge(index, stringOf(options['text']))),
    ),
    removeTabBarBadge: api('removeTabBarBadge', (options) =>
      tabItem(options, (index) => phone.screen.setBadge(index, undefined)),
    ),
    showTabBarRedDot: api('showTabBarRedDot', (options) =>
      tabItem(options, (index) => phone.screen.setBadge(index, '')),
    ),
    hideTabBarRedDot: api('hideTabBarRedDot', (options) =>
      tabItem(options, (index) => phone.screen.setBadge(index, undefined)),
    ),
    startPullDownRefresh: api('startPullDownRefresh', () => {
      const scroller = page()?.scroller
      if (scroller) pullerOf(scroller)?.start()
    }),
    stopPullDownRefresh: api('stopPullDownRefresh', () => {
      const scroller = page()?.scroller
      if (scroller) pullerOf(scroller)?.stop()
    }),
    pageScrollTo: api('pageScrollTo', (options) => scrollPage(phone, options)),
  }
}

function change(phone: Phone, what: Record<string, unknown>): void {
  const page = phone.router.current()?.page
  if (!page) throw new ApiFailure('no page is open')
  Object.assign(page.navigation, what)
  phone.screen.draw()
}

function scrollPage(phone: Phone, options: Options): void {
  const scroller = phone.router.current()?.page.scroller
  if (!scroller) throw new ApiFailure('no page is open')
  const selector = stringOf(options['selector'])
  const found = selector.startsWith('#')
    ? scroller.querySelector(`[id$="--${CSS.escape(selector.slice(1))}"]`)
    : selector
      ? scroller.querySelector(selector)
      : null
  if (selector && !found) throw new ApiFailure(`no node matches ${selector}`)
  const start = found
    ? found.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop
    : numberOf(options['scrollTop'], 0)
  const behavior = numberOf(options['duration'], 300) > 0 ? 'smooth' : 'auto'
  scroller.scrollTo?.({ top: start + numberOf(options['offsetTop'], 0), behavior })
}
