import { h } from './element'

// Pulled further than this, letting go refreshes; the finger moves the page at half its own speed.
const THRESHOLD = 50
const RESISTANCE = 0.5
const REST_HEIGHT = 52

const pullers = new WeakMap<HTMLElement, Puller>()

interface Puller {
  start(): void
  stop(): void
}

/** Pull down to refresh on one page; `frame` gets the three dots, `scroller` moves. Returns how to stop watching. */
export function watchPull(frame: HTMLElement, scroller: HTMLElement, refresh: () => unknown): () => void {
  const dots = h('div', { class: 'phone-pull', 'aria-hidden': 'true' }, h('i', {}), h('i', {}), h('i', {}))
  frame.prepend(dots)
  let from: number | undefined
  let isRefreshing = false
  const pullTo = (height: number): void => {
    scroller.style.transform = height > 0 ? `translateY(${height}px)` : ''
  }
  const puller: Puller = {
    start() {
      if (isRefreshing) return
      isRefreshing = true
      frame.toggleAttribute('data-refreshing', true)
      pullTo(REST_HEIGHT)
      refresh()
    },
    stop() {
      isRefreshing = false
      frame.removeAttribute('data-refreshing')
      pullTo(0)
    },
  }
  pullers.set(scroller, puller)
  const heightAt = (y: number): number => (from === undefined ? 0 : Math.max(0, (y - from) * RESISTANCE))
  const begin = (y: number): void => {
    if (scroller.scrollTop <= 0 && !isRefreshing) from = y
  }
  const move = (y: number): void => {
    if (from !== undefined && scroller.scrollTop <= 0) pullTo(heightAt(y))
  }
  const end = (y: number): void => {
    if (from === undefined) return
    const height = heightAt(y)
    from = undefined
    if (height > THRESHOLD) puller.start()
    else pullTo(0)
  }
  const onMouse = (event: MouseEvent): void => {
    if (event.type === 'mousedown') begin(event.clientY)
    else if (event.type === 'mousemove') move(event.clientY)
    else end(event.clientY)
  }
  const onTouch = (event: TouchEvent): void => {
    const y = event.changedTouches[0]?.clientY ?? 0
    if (event.type === 'touchstart') begin(y)
    else if (event.type === 'touchmove') move(y)
    else end(y)
  }
  const mouse = ['mousedown', 'mousemove', 'mouseup'] as const
  const touch = ['touchstart', 'touchmove', 'touchend'] as const
  for (const name of mouse) frame.addEventListener(name, onMouse)
  for (const name of touch) frame.addEventListener(name, onTouch, { passive: true })
  return () => {
    for (const name of mouse) frame.removeEventListener(name, onMouse)
    for (const name of touch) frame.removeEventListener(name, onTouch)
  }
}

/** wx.startPullDownRefresh and wx.stopPullDownRefresh; a page without pull-down knows neither. */
export const pullerOf = (scroller: HTMLElement): Puller | undefined => pullers.get(scroller)
