import type { Phone } from '../phone'
import { h } from '../element'
import { openLayer } from './layer'

/** Resolves with the index of the tapped item, or undefined when it is dismissed. */
export function openActionSheet(
  phone: Phone,
  options: { itemList: string[]; itemColor?: string; alertText?: string },
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const answer = (index?: number): void => {
      layer.close()
      resolve(index)
    }
    const panel = h('div', { class: 'phone-actions' })
    if (options.alertText) panel.append(h('p', { class: 'phone-actions-note' }, options.alertText))
    for (const [index, item] of options.itemList.entries()) {
      const style = options.itemColor ? `color:${options.itemColor}` : undefined
      panel.append(h('button', { type: 'button', style, click: () => answer(index) }, item))
    }
    panel.append(
      h(
        'button',
        { type: 'button', class: 'phone-actions-cancel', click: () => answer() },
        phone.texts.cancel,
      ),
    )
    const label = options.alertText ?? options.itemList.join(', ')
    const layer = openLayer(phone, panel, { kind: 'sheet', label, dismiss: () => answer() })
  })
}
