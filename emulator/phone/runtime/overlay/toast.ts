import type { Phone } from '../phone'
import { h } from '../element'

export interface ToastOptions {
  title: string
  icon: 'success' | 'error' | 'loading' | 'none'
  image?: string
  /** Absent for loading, which stays until it is hidden. */
  durationMs?: number
  mask: boolean
}

/** The one toast of a phone: a new one takes the place of the old. */
export class Toast {
  private shown: HTMLElement | undefined
  private timer = 0

  constructor(private readonly phone: Phone) {}

  show(options: ToastOptions): void {
    this.hide()
    const picture = options.image
      ? h('img', { src: options.image, alt: '' })
      : h('i', { class: `phone-toast-icon phone-toast-${options.icon}`, 'aria-hidden': 'true' })
    const hasPicture = options.image !== undefined || options.icon !== 'none'
    const box = h('div', { class: hasPicture ? 'phone-toast-box' : 'phone-toast-box phone-toast-text' })
    if (hasPicture) box.append(picture)
    box.append(h('p', {}, options.title))
    this.shown = h('div', { class: 'phone-toast', role: 'status', 'data-mask': options.mask }, box)
    this.phone.overlays.append(this.shown)
    if (options.durationMs !== undefined)
      this.timer = window.setTimeout(() => this.hide(), options.durationMs)
  }

  hide(): void {
    window.clearTimeout(this.timer)
    this.shown?.remove()
    this.shown = undefined
  }
}
