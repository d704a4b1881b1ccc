import { viewOf, type Builtin, type View } from './view'

/** Checkboxes and radios below a group that belong to it. */
function optionsOf(group: View): View[] {
  const tag = group.builtin.tag === 'radio-group' ? 'wx-radio' : 'wx-checkbox'
  return Array.from(group.element.querySelectorAll(tag))
    .map(viewOf)
    .filter((view) => view !== undefined)
}

const checkedValues = (group: View): string[] =>
  optionsOf(group)
    .filter((option) => option.flag('checked'))
    .map((option) => option.text('value'))

function groupOf(view: View): View | undefined {
  const host = view.element.closest(view.builtin.tag === 'radio' ? 'wx-radio-group' : 'wx-checkbox-group')
  return host ? viewOf(host) : undefined
}

function choose(view: View): void {
  if (view.flag('disabled')) return
  const group = groupOf(view)
  if (view.builtin.tag === 'radio') {
    if (view.flag('checked')) return
    for (const other of group ? optionsOf(group) : []) other.set('checked', other === view)
    view.set('checked', true)
    group?.emit('change', { value: view.text('value') })
    return
  }
  view.set('checked', !view.flag('checked'))
  group?.emit('change', { value: checkedValues(group) })
}

const option = (tag: 'checkbox' | 'radio'): Builtin => ({
  tag,
  role: tag,
  properties: { value: '', checked: false, disabled: false, color: '' },
  attach(view) {
    const mark = document.createElement('i')
    mark.className = 'phone-mark'
    mark.setAttribute('aria-hidden', 'true')
    view.element.prepend(mark)
    view.on('tap', () => choose(view))
  },
  update(view) {
    showState(view, view.flag('checked'))
  },
  activate: choose,
})

function showState(view: View, isChecked: boolean): void {
  const { element } = view
  element.toggleAttribute('data-checked', isChecked)
  element.setAttribute('aria-checked', String(isChecked))
  element.setAttribute('aria-disabled', String(view.flag('disabled')))
  element.tabIndex = view.flag('disabled') ? -1 : 0
  const color = view.text('color')
  if (color) element.style.setProperty('--accent', color)
}

const group = (tag: 'checkbox-group' | 'radio-group'): Builtin => ({
  tag,
  role: tag === 'radio-group' ? 'radiogroup' : 'group',
  properties: { name: '' },
  field: {
    value: (view) => (tag === 'radio-group' ? (checkedValues(view)[0] ?? '') : checkedValues(view)),
    reset: (view) => {
      for (const one of optionsOf(view)) one.set('checked', false)
    },
  },
})

function flip(view: View): void {
  if (view.flag('disabled')) return
  view.set('checked', !view.flag('checked'))
  view.emit('change', { value: view.flag('checked') })
}

const toggle: Builtin = {
  tag: 'switch',
  role: 'switch',
  properties: { checked: false, disabled: false, type: 'switch', color: '', name: '' },
  field: { value: (view) => view.flag('checked'), reset: (view) => view.set('checked', false) },
  attach(view) {
    const knob = document.createElement('i')
    knob.className = 'phone-knob'
    knob.setAttribute('aria-hidden', 'true')
    view.element.append(knob)
    view.on('tap', () => flip(view))
  },
  update(view) {
    view.element.setAttribute('data-type', view.text('type'))
    showState(view, view.flag('checked'))
  },
  activate: flip,
}

export const choices: Builtin[] = [
  option('checkbox'),
  option('radio'),
  group('checkbox-group'),
  group('radio-group'),
  toggle,
]
