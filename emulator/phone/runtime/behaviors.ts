import type * as glassEasel from 'glass-easel'
import type { SetDataMeter } from './set-data'

/** Which form behaviors a custom component has; their names are strings in page code. */
export type FormBehavior = 'form-field' | 'form-field-group' | 'form-field-button'

/** What `this` is in page code. */
interface Caller {
  _$: glassEasel.GeneralComponent
  setData(data: Record<string, unknown>, done?: () => void): void
}

const byPath = new Map<string, Set<FormBehavior>>()
const FORM_BEHAVIORS: readonly string[] = ['form-field', 'form-field-group', 'form-field-button']

export function formBehaviorsOf(component: glassEasel.GeneralComponent): Set<FormBehavior> {
  return byPath.get(component.is) ?? new Set()
}

/**
 * `behaviors: ['wx://form-field']` in page code are strings where the framework wants behaviors: they are noted and
 * what they add (the properties `name` and `value`) is put into the definition.
 */
export function withoutNamedBehaviors(
  path: string,
  definition: Record<string, unknown>,
): Record<string, unknown> {
  const listed = Array.isArray(definition['behaviors']) ? (definition['behaviors'] as unknown[]) : []
  const names = listed.filter((one) => typeof one === 'string').map((one) => one.replace('wx://', ''))
  if (names.length === 0) return definition
  const found = byPath.get(path) ?? new Set()
  for (const name of names) if (FORM_BEHAVIORS.includes(name)) found.add(name as FormBehavior)
  byPath.set(path, found)
  const properties = definition['properties'] as Record<string, unknown> | undefined
  const added = names.includes('form-field') ? { name: String, value: null } : {}
  return {
    ...definition,
    behaviors: listed.filter((one) => typeof one !== 'string'),
    properties: { ...added, ...properties },
  }
}

/**
 * On every page and custom component: `ready` is the host's to fire, since the framework only knows attached; and
 * setData goes over the meter.
 */
export function readyBehavior(
  space: glassEasel.ComponentSpace,
  meter: SetDataMeter,
): glassEasel.GeneralBehavior {
  return space
    .defineBehavior({
      lifetimes: {
        created(this: unknown) {
          const caller = this as Caller
          const setData = caller.setData.bind(caller)
          caller.setData = (data, done) => setData(meter.checked(caller._$.is, data), done)
        },
        attached(this: unknown) {
          const component = (this as Caller)._$
          queueMicrotask(() => component.triggerLifetime('ready', []))
        },
      },
    })
    .general()
}
