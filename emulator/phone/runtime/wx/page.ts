import type { Phone } from '../phone'

/** What page code uses to look at its own page and its time. */
export function pageApis(phone: Phone): Record<string, (...args: never[]) => unknown> {
  const top = () => {
    const page = phone.router.current()
    if (!page) throw new Error('no page is open yet')
    return page.page.root.get()
  }
  return {
    createSelectorQuery: () => top().createSelectorQuery(),
    createIntersectionObserver: (
      component: { createIntersectionObserver(options?: object): unknown },
      options?: object,
    ) => component.createIntersectionObserver(options),
    nextTick: (run: () => void) => {
      queueMicrotask(run)
    },
    // One version is ever here, so there is never an update.
    getUpdateManager: () => ({
      onCheckForUpdate: (listener: (result: { hasUpdate: boolean }) => void) =>
        phone.taps.callBack(false, () => listener({ hasUpdate: false })),
      onUpdateReady: () => undefined,
      onUpdateFailed: () => undefined,
      applyUpdate: () => undefined,
    }),
    getLogManager: () => ({ log: console.log, info: console.info, warn: console.warn, debug: console.debug }),
    getRealtimeLogManager: () => ({
      info: console.info,
      warn: console.warn,
      error: console.error,
      setFilterMsg: () => undefined,
      addFilterMsg: () => undefined,
    }),
  }
}
