import type { Phone } from '../phone'
import { h } from '../element'
import { openLayer } from './layer'

export interface ModalOptions {
  title: string
  content: string
  showCancel: boolean
  cancelText: string
  confirmText: string
  cancelColor?: string
  confirmColor?: string
  editable: boolean
  placeholderText: string
}

export interface ModalAnswer {
  confirm: boolean
  cancel: boolean
  content: string | null
}

/** Resolves when a button is tapped. */
export function openModal(phone: Phone, options: ModalOptions): Promise<ModalAnswer> {
  return new Promise((resolve) => {
    const entry = h('input', {
      class: 'phone-modal-entry',
      placeholder: options.placeholderText,
      'aria-label': options.title,
    })
    entry.value = options.editable ? options.content : ''
    const answer = (confirm: boolean): void => {
      layer.close()
      resolve({ confirm, cancel: !confirm, content: options.editable && confirm ? entry.value : null })
    }
    const buttons = h('div', { class: 'phone-modal-buttons' })
    if (options.showCancel) {
      const style = options.cancelColor ? `color:${options.cancelColor}` : undefined
      buttons.append(h('button', { type: 'button', style, click: () => answer(false) }, options.cancelText))
    }
    const style = options.confirmColor ? `color:${options.confirmColor}` : undefined
    const confirm = h(
      'button',
      { type: 'button', class: 'phone-strong', style, click: () => answer(true) },
      options.confirmText,
    )
    buttons.append(confirm)
    const panel = h('div', { class: 'phone-modal' })
    if (options.title) panel.append(h('h2', {}, options.title))
    if (options.editable) panel.append(entry)
    else if (options.content) panel.append(h('p', {}, options.content))
    panel.append(buttons)
    const layer = openLayer(phone, panel, { kind: 'dialog', label: options.title || options.content })
    if (options.editable) entry.focus()
    entry.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.isComposing) answer(true)
    })
  })
}
