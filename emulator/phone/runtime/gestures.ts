/**
 * Fingers: turns the browser's mouse and touch events into touchstart, touchmove, touchend, touchcancel, tap,
 * longpress and longtap, as a phone has them.
 */

export interface TouchPoint {
  identifier: number
  pageX: number
  pageY: number
  clientX: number
  clientY: number
}

export interface Gesture {
  target: Element
  type: string
  detail: unknown
  touches: TouchPoint[]
  changedTouches: TouchPoint[]
  event: Event
}

/** Says whether the default of the browser's event is to be prevented. */
export type GestureListener = (gesture: Gesture) => boolean

// A finger that moved further is a drag; longpress comes after 350 ms (documented for bindlongpress).
const TAP_DISTANCE = 10
const LONG_PRESS_MS = 350
// Browsers send mouse events after a touch for pages that know no touch; within this time they are its echo.
const MOUSE_ECHO_MS = 800

interface Finger {
  target: Element
  start: TouchPoint
  /** Undefined once it moved too far or was a long press that somebody handled. */
  timer: number | undefined
  isTap: boolean
}

/** Listens on one element; the returned function stops it. */
export function watchGestures(
  root: HTMLElement,
  tell: GestureListener,
  isLongPressBound: () => boolean,
): () => void {
  const fingers = new Map<number, Finger>()
  let lastTouch = Number.NEGATIVE_INFINITY

  const send = (
    event: Event,
    target: Element,
    type: string,
    changed: TouchPoint[],
    detail: unknown = {},
  ): void => {
    const touches = type === 'touchend' || type === 'touchcancel' || type === 'tap' ? [] : changed
    if (tell({ target, type, detail, touches, changedTouches: changed, event })) event.preventDefault()
  }
  const start = (event: Event, target: Element, point: TouchPoint): void => {
    const at = { x: point.pageX, y: point.pageY }
    const timer = window.setTimeout(() => {
      const finger = fingers.get(point.identifier)
      if (!finger?.isTap) return
      // A handled longpress takes the place of the tap.
      if (isLongPressBound()) finger.isTap = false
      send(event, target, 'longpress', [point], at)
      send(event, target, 'longtap', [point], at)
    }, LONG_PRESS_MS)
    fingers.set(point.identifier, { target, start: point, timer, isTap: true })
    send(event, target, 'touchstart', [point], at)
  }
  const move = (event: Event, point: TouchPoint): void => {
    const finger = fingers.get(point.identifier)
    if (!finger) return
    const distance = Math.hypot(point.clientX - finger.start.clientX, point.clientY - finger.start.clientY)
    if (distance > TAP_DISTANCE) finger.isTap = false
    send(event, finger.target, 'touchmove', [point], { x: point.pageX, y: point.pageY })
  }
  const end = (event: Event, point: TouchPoint, isCancelled: boolean): void => {
    const finger = fingers.get(point.identifier)
    if (!finger) return
    fingers.delete(point.identifier)
    window.clearTimeout(finger.timer)
    const at = { x: point.pageX, y: point.pageY }
    send(event, finger.target, isCancelled ? 'touchcancel' : 'touchend', [point], at)
    if (isCancelled || !finger.isTap) return
    // The tap goes to what both ends of the touch share, as a click does.
    const target =
      event.target instanceof Element ? commonAncestor(finger.target, event.target) : finger.target
    if (target && root.contains(target)) send(event, target, 'tap', [point], at)
  }

  const onMouse = (event: MouseEvent): void => {
    if (event.timeStamp - lastTouch < MOUSE_ECHO_MS) return
    const point = { identifier: -1, ...placeOf(event) }
    if (event.type === 'mousedown') {
      if (event.button === 0 && event.target instanceof Element) start(event, event.target, point)
    } else if (event.type === 'mousemove') {
      if (event.buttons === 0 && fingers.has(-1)) end(event, point, true)
      else move(event, point)
    } else end(event, point, false)
  }
  const onTouch = (event: TouchEvent): void => {
    lastTouch = event.timeStamp
    for (const touch of Array.from(event.changedTouches)) {
      const point = { identifier: touch.identifier, ...placeOf(touch) }
      if (event.type === 'touchstart') {
        if (event.target instanceof Element) start(event, event.target, point)
      } else if (event.type === 'touchmove') move(event, point)
      else end(event, point, event.type === 'touchcancel')
    }
  }
  // A key on a focused control is a tap for who cannot point; the browser makes it a click without a mouse.
  const onClick = (event: MouseEvent): void => {
    if (
      event.detail === 0 &&
      event.target instanceof Element &&
      !(event.target instanceof HTMLInputElement)
    ) {
      send(event, event.target, 'tap', [{ identifier: -1, ...placeOf(event) }], {
        x: event.pageX,
        y: event.pageY,
      })
    }
  }
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target
    if (!(target instanceof HTMLElement) || target.matches('input, textarea, select, button, a')) return
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    target.click()
  }

  const mouse = ['mousedown', 'mousemove', 'mouseup'] as const
  const touch = ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const
  for (const name of mouse) root.addEventListener(name, onMouse, true)
  for (const name of touch) root.addEventListener(name, onTouch, { capture: true, passive: false })
  root.addEventListener('click', onClick, true)
  root.addEventListener('keydown', onKey, true)
  return () => {
    for (const name of mouse) root.removeEventListener(name, onMouse, true)
    for (const name of touch) root.removeEventListener(name, onTouch, true)
    root.removeEventListener('click', onClick, true)
    root.removeEventListener('keydown', onKey, true)
    for (const finger of fingers.values()) window.clearTimeout(finger.timer)
  }
}

function placeOf(event: MouseEvent | Touch): Omit<TouchPoint, 'identifier'> {
  return { pageX: event.pageX, pageY: event.pageY, clientX: event.clientX, clientY: event.clientY }
}

function commonAncestor(one: Element, other: Element): Element | null {
  let at: Element | null = one
  while (at && !at.contains(other)) at = at.parentElement
  return at
}
