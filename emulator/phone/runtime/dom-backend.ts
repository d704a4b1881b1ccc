import * as glassEasel from 'glass-easel'
import type { TapState } from './tap-state'
import { watchGestures, type Gesture } from './gestures'

type BackendElement = Parameters<glassEasel.CurrentWindowBackendContext['setListenerStats']>[0]

/** DOM events that page code may listen to as they are; all others come from gestures or built-in components. */
const PASSED_ON = new Set(['transitionend', 'animationstart', 'animationiteration', 'animationend'])

/** The component framework's view of the document: `<view>` is the element `wx-view`, events are a phone's. */
export class DomBackend extends glassEasel.CurrentWindowBackendContext {
  private readonly bound = new WeakMap<object, Set<string>>()
  private hasLongPress = false
  private readonly stopGestures: () => void

  constructor(
    root: HTMLElement,
    private readonly taps: TapState,
    widthOf: () => number,
  ) {
    super()
    this.document = {
      createElement: (tag) => createElement(tag, widthOf),
      createTextNode: (text) => document.createTextNode(text) as unknown as BackendElement,
      createDocumentFragment: () => document.createDocumentFragment() as unknown as BackendElement,
    }
    this.stopGestures = watchGestures(
      root,
      (gesture) => this.tell(gesture),
      () => this.hasLongPress,
    )
  }

  override destroy(): void {
    this.stopGestures()
  }

  override setListenerStats(element: BackendElement, type: string): void {
    if (type === 'longpress' || type === 'longtap') this.hasLongPress = true
    if (!element || !PASSED_ON.has(type)) return
    const names = this.bound.get(element) ?? new Set()
    this.bound.set(element, names)
    if (names.has(type)) return
    names.add(type)
    element.addEventListener(type, (event: Event) => {
      if (event.target === (element as unknown)) this.fire(element as unknown as Element, type, {}, event, {})
    })
  }

  private tell(gesture: Gesture): boolean {
    const { target, type, detail, event, touches, changedTouches } = gesture
    const fire = () => this.fire(target, type, detail, event, { touches, changedTouches })
    if (type !== 'tap') return fire()
    if (target.closest('wx-button[aria-disabled="true"]')) return false
    return this.taps.during(fire)
  }

  private fire(
    from: Element,
    type: string,
    detail: unknown,
    event: Event,
    extra: Record<string, unknown>,
  ): boolean {
    let at: (Element & { __wxElement?: glassEasel.Element }) | null = from
    while (at && !at.__wxElement) at = at.parentElement
    if (!at?.__wxElement) return false
    const told = new glassEasel.Event(type, detail, {
      originalEvent: event,
      bubbles: true,
      composed: true,
      capturePhase: true,
      extraFields: extra,
    })
    glassEasel.Event.dispatchEvent(at.__wxElement, told)
    // The start of a touch stays the browser's: preventing it would take focus and selection away.
    return told.defaultPrevented() && event.type !== 'mousedown' && event.type !== 'touchstart'
  }
}

/** Elements named like HTML ones must not become them: a Mini Program's `<button>` is a component. */
function createElement(tag: string, widthOf: () => number): BackendElement {
  const element = document.createElement(`wx-${tag}`)
  const setAttribute = element.setAttribute.bind(element)
  element.setAttribute = (name, value) =>
    setAttribute(name, name === 'style' ? inlinePixels(value, widthOf()) : value)
  return element as unknown as BackendElement
}

/** rpx in inline styles; style sheets were converted by the build. */
export function inlinePixels(style: string, width: number): string {
  return style.replace(/(-?(?:\d+\.)?\d+|-?\.\d+)rpx\b/g, (_, number: string) => {
    return `${Number(((Number(number) * width) / 750).toFixed(3))}px`
  })
}
