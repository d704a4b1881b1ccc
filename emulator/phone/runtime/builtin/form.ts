import type * as glassEasel from 'glass-easel'
import { formBehaviorsOf } from '../behaviors'
import { viewOf, type Builtin, type View } from './view'

type Component = glassEasel.GeneralComponent & { __wxElement?: never }
type Host = Element & { __wxElement?: Component }

/** Fields of a form: built-in ones, and custom components with the behavior wx://form-field. */
function fieldsOf(form: View): { name: string; value: () => unknown; reset: () => void }[] {
  const found: { name: string; value: () => unknown; reset: () => void }[] = []
  for (const element of Array.from(form.element.querySelectorAll<Host>('*'))) {
    const view = viewOf(element)
    if (view) {
      const { field } = view.builtin
      const name = view.text('name')
      if (!field || !name || !belongsTo(view.component, form)) continue
      found.push({ name, value: () => field.value(view), reset: () => field.reset(view) })
      continue
    }
    const component = element.__wxElement
    if (!component || !formBehaviorsOf(component).has('form-field') || !belongsTo(component, form)) continue
    const data = component.data as Record<string, unknown>
    if (typeof data['name'] === 'string' && data['name']) {
      found.push({ name: data['name'], value: () => data['value'], reset: () => undefined })
    }
  }
  return found
}

/** A field inside a custom component is the form's only if that component says it is a form-field-group. */
function belongsTo(field: glassEasel.GeneralComponent, form: View): boolean {
  const formOwner = form.owner()
  for (let owner = field.ownerShadowRoot?.getHostNode(); owner && owner !== formOwner; ) {
    if (!formBehaviorsOf(owner).has('form-field-group')) return false
    owner = owner.ownerShadowRoot?.getHostNode()
  }
  return true
}

/** Submits the form at `element`; with report-submit a formId comes along (the right to one template message). */
export function submitForm(element: Element, button: Element): void {
  const form = viewOf(element)
  if (!form) return
  const value = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value()]))
  const target = { id: button.id, dataset: {} }
  if (!form.flag('reportSubmit')) {
    form.emit('submit', { value, target, formId: '' })
    return
  }
  form.phone.host.formId().then((formId) => {
    form.phone.taps.callBack(false, () => form.emit('submit', { value, target, formId }))
  }, form.phone.fail)
}

export function resetForm(element: Element): void {
  const form = viewOf(element)
  if (!form) return
  for (const field of fieldsOf(form)) field.reset()
  form.emit('reset')
}

const form: Builtin = {
  tag: 'form',
  role: 'form',
  properties: { reportSubmit: false, reportSubmitTimeout: 0 },
}

const CONTROLS = 'wx-checkbox, wx-radio, wx-switch, wx-input, wx-textarea, wx-button, wx-picker, wx-slider'
let labels = 0

/** Taps on the label are taps on its control, and the label names the control. */
const label: Builtin = {
  tag: 'label',
  properties: { for: '' },
  attach(view) {
    const { element } = view
    if (!element.id) element.id = `label-${(labels += 1)}`
    const target = (): Element | null => {
      const id = view.text('for')
      return id
        ? element.ownerDocument.querySelector(`[id$="--${CSS.escape(id)}"]`)
        : element.querySelector(CONTROLS)
    }
    // Controls below are attached before or after the label; the name is due when all are.
    queueMicrotask(() => {
      const control = target()
      const named = control?.querySelector('input, textarea') ?? control
      if (named && !named.hasAttribute('aria-label')) named.setAttribute('aria-labelledby', element.id)
    })
    view.component.addListener('tap', (event) => {
      const control = target()
      const touched = (event as { detail?: unknown; mark?: unknown; target: unknown }).target as Component
      const from = touched.getBackendElement() as unknown as Element | null
      // The control handles its own taps.
      if (!control || (from && control.contains(from))) return
      const built = viewOf(control)
      built?.builtin.activate?.(built)
    })
  },
}

export const forms: Builtin[] = [form, label]
