import type { Builtin, View } from './view'

const plain = (tag: string): Builtin => ({ tag, hover: true })

function lengthOf(value: unknown): string {
  return typeof value === 'number' || /^\d+(\.\d+)?$/.test(String(value))
    ? `${String(value)}px`
    : String(value)
}

/** A scroller; its events carry what WeChat's do. */
const scrollView: Builtin = {
  tag: 'scroll-view',
  properties: {
    scrollX: false,
    scrollY: false,
    scrollTop: null,
    scrollLeft: null,
    scrollIntoView: '',
    scrollWithAnimation: false,
    upperThreshold: 50,
    lowerThreshold: 50,
    enableFlex: false,
    showScrollbar: true,
    enhanced: false,
    refresherEnabled: false,
    refresherTriggered: false,
    type: 'list',
  },
  attach(view) {
    const { element } = view
    let last = { left: 0, top: 0 }
    const edges = { isUpper: true, isLower: false }
    const onScroll = (): void => {
      const { scrollLeft, scrollTop, scrollHeight, scrollWidth, clientHeight, clientWidth } = element
      const deltaX = last.left - scrollLeft
      const deltaY = last.top - scrollTop
      last = { left: scrollLeft, top: scrollTop }
      view.emit('scroll', { scrollLeft, scrollTop, scrollHeight, scrollWidth, deltaX, deltaY })
      const isVertical = view.flag('scrollY')
      const before = isVertical ? scrollTop : scrollLeft
      const after = isVertical
        ? scrollHeight - clientHeight - scrollTop
        : scrollWidth - clientWidth - scrollLeft
      const isUpper = before <= view.number('upperThreshold')
      const isLower = after <= view.number('lowerThreshold')
      if (isUpper && !edges.isUpper) view.emit('scrolltoupper', { direction: isVertical ? 'top' : 'left' })
      if (isLower && !edges.isLower)
        view.emit('scrolltolower', { direction: isVertical ? 'bottom' : 'right' })
      Object.assign(edges, { isUpper, isLower })
    }
    element.addEventListener('scroll', onScroll)
  },
  update(view) {
    const { element } = view
    element.toggleAttribute('data-x', view.flag('scrollX'))
    element.toggleAttribute('data-y', view.flag('scrollY'))
    element.toggleAttribute('data-flex', view.flag('enableFlex'))
    // A scroller that the keyboard cannot reach is closed to who has no pointer.
    if (view.flag('scrollX') || view.flag('scrollY')) element.tabIndex = 0
    const behavior = view.flag('scrollWithAnimation') ? 'smooth' : 'auto'
    const top = view.get('scrollTop')
    const left = view.get('scrollLeft')
    if (top !== null && Number(top) !== element.scrollTop) element.scrollTo?.({ top: Number(top), behavior })
    if (left !== null && Number(left) !== element.scrollLeft)
      element.scrollTo?.({ left: Number(left), behavior })
    const wanted = view.text('scrollIntoView')
    if (wanted) element.querySelector(`[id$="--${CSS.escape(wanted)}"]`)?.scrollIntoView({ behavior })
  },
}

/** A swiper on the browser's own scroll snapping; autoplay and dots as WeChat has them. */
const swiper: Builtin = {
  tag: 'swiper',
  properties: {
    indicatorDots: false,
    indicatorColor: 'rgba(0, 0, 0, .3)',
    indicatorActiveColor: '#000000',
    autoplay: false,
    current: 0,
    interval: 5000,
    duration: 500,
    circular: false,
    vertical: false,
  },
  attach(view) {
    const { element } = view
    const timer = window.setInterval(() => {
      if (!view.flag('autoplay') || Date.now() < due) return
      due = Date.now() + view.number('interval')
      const count = itemsOf(view).length
      const next = view.number('current') + 1
      if (count > 1 && (next < count || view.flag('circular'))) turnTo(view, next % count, 'autoplay')
    }, 250)
    let due = Date.now() + view.number('interval')
    view.later(() => window.clearInterval(timer))
    element.addEventListener('scrollend', () => {
      const isVertical = view.flag('vertical')
      const size = isVertical ? element.clientHeight : element.clientWidth
      if (!size) return
      const current = Math.round((isVertical ? element.scrollTop : element.scrollLeft) / size)
      if (current !== view.number('current')) turnTo(view, current, 'touch')
    })
  },
  update(view) {
    view.element.toggleAttribute('data-vertical', view.flag('vertical'))
    const size = view.flag('vertical') ? view.element.clientHeight : view.element.clientWidth
    const offset = size * view.number('current')
    view.element.scrollTo?.(view.flag('vertical') ? { top: offset } : { left: offset })
  },
}

const itemsOf = (view: View) =>
  Array.from(view.element.children).filter((child) => child.matches('wx-swiper-item'))

function turnTo(view: View, current: number, source: 'autoplay' | 'touch'): void {
  view.set('current', current)
  const itemId = ''
  view.emit('change', { current, currentItemId: itemId, source })
}

const pageContainer: Builtin = {
  tag: 'page-container',
  properties: { show: false, overlay: true, position: 'bottom', round: false, zIndex: 100, duration: 300 },
  update(view) {
    const isShown = view.flag('show')
    const wasShown = view.element.hasAttribute('data-show')
    view.element.toggleAttribute('data-show', isShown)
    view.element.toggleAttribute('data-round', view.flag('round'))
    view.element.style.zIndex = view.text('zIndex')
    if (isShown !== wasShown) view.emit(isShown ? 'afterenter' : 'afterleave')
  },
}

const movableArea: Builtin = { tag: 'movable-area', properties: { scaleArea: false } }
const movableView: Builtin = {
  tag: 'movable-view',
  properties: { x: 0, y: 0, direction: 'none', disabled: false },
  update(view) {
    view.element.style.translate = `${lengthOf(view.get('x'))} ${lengthOf(view.get('y'))}`
  },
}

export const containers: Builtin[] = [
  plain('view'),
  plain('cover-view'),
  scrollView,
  swiper,
  { tag: 'swiper-item', properties: { itemId: '' } },
  { tag: 'root-portal', properties: { enable: true } },
  pageContainer,
  movableArea,
  movableView,
]
