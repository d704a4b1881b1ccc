import { h } from '../../phone/runtime/element'
import { writeToService } from './api'
import { texts } from './texts'

/** Where the person writes to customer service: what lets the account answer (wechat.md §4.3). */
export function customerBox(openid: () => string, fail: (error: unknown) => void): HTMLElement {
  const input = h('input', {
    type: 'text',
    maxlength: '600',
    placeholder: texts.writePlaceholder,
    'aria-label': texts.writePlaceholder,
  })
  const send = h('button', { type: 'submit' }, texts.write)
  const box = h('form', { class: 'customer' }, input, send)
  box.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (text === '') return
    input.value = ''
    writeToService(openid(), text).catch(fail)
  })
  return box
}
