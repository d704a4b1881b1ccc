import type { Phone } from '../phone'
import { h } from '../element'

export interface Layer {
  close(): void
}

export interface LayerOptions {
  kind: 'sheet' | 'dialog' | 'full'
  label: string
  /** A tap beside the panel, or Escape. Without it the layer stays. */
  dismiss?: () => void
}

/** Shows a panel above the page; the page below cannot be reached until it is closed. */
export function openLayer(phone: Phone, panel: HTMLElement, options: LayerOptions): Layer {
  panel.classList.add('phone-panel')
  panel.setAttribute('role', 'dialog')
  panel.setAttribute('aria-modal', 'true')
  panel.setAttribute('aria-label', options.label)
  panel.tabIndex = -1
  const mask = h('div', { class: 'phone-mask' })
  mask.addEventListener('click', () => options.dismiss?.())
  const layer = h('div', { class: `phone-layer phone-${options.kind}` }, mask, panel)
  layer.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') options.dismiss?.()
    if (event.key === 'Tab') keepFocus(event, panel)
  })
  const before = document.activeElement
  phone.overlays.append(layer)
  phone.screen.content.inert = true
  panel.focus({ preventScroll: true })
  return {
    close() {
      layer.remove()
      phone.screen.content.inert = phone.overlays.querySelector('.phone-layer') !== null
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    },
  }
}

function keepFocus(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = Array.from(
    panel.querySelectorAll<HTMLElement>('button:not([disabled]), input, [tabindex="0"]'),
  )
  const first = stops[0]
  const last = stops.at(-1)
  const active = document.activeElement
  if (event.shiftKey && (active === first || active === panel)) {
    event.preventDefault()
    last?.focus()
  } else if (!event.shiftKey && active === last) {
    event.preventDefault()
    first?.focus()
  }
}
