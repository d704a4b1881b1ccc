import type { Builtin, View } from './view'

type TextControl = HTMLInputElement | HTMLTextAreaElement

const shared = {
  value: '',
  name: '',
  placeholder: '',
  placeholderStyle: '',
  placeholderClass: '',
  disabled: false,
  maxlength: 140,
  focus: false,
  autoFocus: false,
  cursorSpacing: 0,
  cursor: -1,
  confirmType: '',
  confirmHold: false,
  adjustPosition: true,
  holdKeyboard: false,
}

const KEYBOARDS: Record<string, string> = {
  number: 'numeric',
  digit: 'decimal',
  idcard: 'text',
  'safe-password': 'text',
}

function wire(view: View, control: TextControl): void {
  view.element.prepend(control)
  let isComposing = false
  const told = (): void => {
    const value = control.value
    view.set('value', value)
    view.emit('input', { value, cursor: control.selectionStart ?? value.length, keyCode: 0 })
    if (view.flag('autoHeight')) grow(view, control)
  }
  control.addEventListener('compositionstart', () => {
    isComposing = true
  })
  control.addEventListener('compositionend', () => {
    isComposing = false
    told()
  })
  control.addEventListener('input', () => {
    if (!isComposing) told()
  })
  control.addEventListener('focus', () => view.emit('focus', { value: control.value, height: 0 }))
  control.addEventListener('blur', () => {
    view.emit('blur', { value: control.value, cursor: control.selectionStart ?? 0 })
  })
  control.addEventListener('change', () => view.emit('change', { value: control.value }))
  control.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter' || event.isComposing) return
    if (control instanceof HTMLTextAreaElement && view.text('confirmType') === '') return
    view.emit('confirm', { value: control.value })
    if (!view.flag('confirmHold')) control.blur()
  })
}

function update(view: View, control: TextControl): void {
  const value = view.text('value')
  // Setting an equal value would move the caret.
  if (control.value !== value) control.value = value
  control.placeholder = view.text('placeholder')
  control.disabled = view.flag('disabled')
  const max = view.number('maxlength')
  if (max >= 0) control.maxLength = max
  else control.removeAttribute('maxlength')
  control.setAttribute('aria-label', view.text('ariaLabel') || view.text('placeholder') || view.text('name'))
  if (view.element.hasAttribute('aria-labelledby')) control.removeAttribute('aria-label')
  view.element.removeAttribute('aria-label')
  const wantsFocus = view.flag('focus') || view.flag('autoFocus')
  if (wantsFocus && !view.element.hasAttribute('data-focused')) control.focus()
  view.element.toggleAttribute('data-focused', wantsFocus)
}

function grow(view: View, control: TextControl): void {
  control.style.height = 'auto'
  control.style.height = `${control.scrollHeight}px`
  view.emit('linechange', { height: control.scrollHeight, lineCount: control.value.split('\n').length })
}

const controlOf = (view: View): TextControl | null =>
  view.element.querySelector<TextControl>('input, textarea')
const field: Builtin['field'] = {
  value: (view) => view.text('value'),
  reset: (view) => view.set('value', ''),
}
const activate = (view: View): void => controlOf(view)?.focus()

const input: Builtin = {
  tag: 'input',
  properties: { ...shared, type: 'text', password: false },
  field,
  activate,
  attach(view) {
    wire(view, document.createElement('input'))
  },
  update(view) {
    const control = controlOf(view)
    if (!(control instanceof HTMLInputElement)) return
    control.type = view.flag('password') ? 'password' : 'text'
    control.inputMode = KEYBOARDS[view.text('type')] ?? 'text'
    update(view, control)
  },
}

const textarea: Builtin = {
  tag: 'textarea',
  properties: { ...shared, autoHeight: false, fixed: false, showConfirmBar: true },
  field,
  activate,
  attach(view) {
    wire(view, document.createElement('textarea'))
  },
  update(view) {
    const control = controlOf(view)
    if (!control) return
    update(view, control)
    view.element.toggleAttribute('data-auto-height', view.flag('autoHeight'))
    if (view.flag('autoHeight')) grow(view, control)
  },
}

export const entries: Builtin[] = [input, textarea]
