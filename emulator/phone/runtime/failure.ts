import { h } from './element'

/** Says on the screen that the phone could not start, and why. */
export function showFailure(root: HTMLElement, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  console.error(error)
  root.append(
    h(
      'div',
      { class: 'phone-failure', role: 'alert' },
      h('h1', {}, '小程序没有启动起来 · The Mini Program did not start'),
      h('p', {}, message),
      h('pre', {}, stack),
    ),
  )
}
