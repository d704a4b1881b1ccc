import type * as glassEasel from 'glass-easel'
import type { CodeSpace } from 'glass-easel-miniprogram-adapter'
import type { Phone } from '../phone'

export type PropertyDefault = string | number | boolean | null | unknown[]

/** What a field gives to the form it is in. */
export interface Field {
  value(view: View): unknown
  reset(view: View): void
}

/** One built-in component, described: its element is the host itself, its children are the slot. */
export interface Builtin {
  tag: string
  /** Defaults; the type of the default is the type of the property, null takes anything. */
  properties?: Record<string, PropertyDefault>
  role?: string
  /** Takes part in hover-class and hover-stay-time. */
  hover?: boolean
  attach?(view: View): void
  /** After attach for the first time and after each change of a property. */
  update?(view: View): void
  field?: Field
  /** What a tap on a label does. */
  activate?(view: View): void
}

// WXML writes aria-label; the compiler makes it ariaLabel. Each ends up as the attribute of the same name. The list is
// the one of WeChat's page on accessibility, as far as web content has the same.
const ARIA = (
  'Label Role Hidden Checked Disabled Selected Expanded Pressed Live Modal Level Haspopup Describedby Labelledby ' +
  'Current Busy Valuemin Valuemax Valuenow Valuetext Activedescendant Atomic Controls Details Errormessage Flowto ' +
  'Invalid Keyshortcuts Multiline Multiselectable Orientation Owns Placeholder Posinset Readonly Relevant Required ' +
  'Roledescription Setsize Sort'
)
  .split(' ')
  .map((name) => [`aria${name}`, name === 'Role' ? 'role' : `aria-${name.toLowerCase()}`] as const)

const TAPPED = new Set(['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'option', 'menuitem'])

const HOVER: Record<string, PropertyDefault> = {
  hoverClass: 'none',
  hoverStopPropagation: false,
  hoverStartTime: 50,
  hoverStayTime: 400,
}

const views = new WeakMap<Element, View>()

/** The built-in component an element is the host of. */
export const viewOf = (element: Element): View | undefined => views.get(element)

/** A built-in component on the screen. */
export class View {
  readonly element: HTMLElement
  private readonly cleanups: (() => void)[] = []

  constructor(
    readonly phone: Phone,
    readonly builtin: Builtin,
    readonly component: glassEasel.GeneralComponent,
  ) {
    this.element = component.getBackendElement() as unknown as HTMLElement
    views.set(this.element, this)
  }

  get(name: string): unknown {
    return (this.component.data as Record<string, unknown>)[name]
  }

  text(name: string): string {
    const value = this.get(name)
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }

  flag(name: string): boolean {
    return Boolean(this.get(name))
  }

  number(name: string): number {
    return Number(this.get(name))
  }

  /** Changes a property from inside, as typing in an input does; `model:` bindings follow. */
  set(name: string, value: unknown): void {
    this.component.setData({ [name]: value })
  }

  emit(type: string, detail: unknown = {}): void {
    this.component.triggerEvent(type, detail, { bubbles: false, composed: false })
  }

  on(type: string, run: () => void): void {
    this.component.addListener(type, () => run())
  }

  /** Undone when the component leaves. */
  later(undo: () => void): void {
    this.cleanups.push(undo)
  }

  release(): void {
    for (const undo of this.cleanups.splice(0)) undo()
  }

  /** The component or page whose WXML this is written in. */
  owner(): glassEasel.GeneralComponent | undefined {
    return this.component.ownerShadowRoot?.getHostNode()
  }

  /** Shows the name of aria attributes that page code gave, else the built-in's own. */
  describe(role: string | undefined): void {
    for (const [property, attribute] of ARIA) {
      const value = this.get(property)
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        this.element.setAttribute(attribute, String(value))
      }
    }
    if (role && this.get('ariaRole') === null) this.element.setAttribute('role', role)
    // What says that it can be tapped can be reached without a finger, too.
    if (TAPPED.has(this.text('ariaRole')) && !this.element.hasAttribute('tabindex')) this.element.tabIndex = 0
  }
}

/** Makes a described component known to the app's WXML. */
export function registerBuiltin(space: CodeSpace, phone: Phone, builtin: Builtin): void {
  const defaults: Record<string, PropertyDefault> = {
    hidden: false,
    ...(builtin.hover ? HOVER : undefined),
    ...Object.fromEntries(ARIA.map(([property]) => [property, null])),
    ...builtin.properties,
  }
  const attached = new WeakMap<glassEasel.GeneralComponent, View>()
  const show = (component: glassEasel.GeneralComponent): void => {
    const view = attached.get(component)
    if (!view) return
    view.element.toggleAttribute('hidden', view.flag('hidden'))
    view.describe(builtin.role)
    builtin.update?.(view)
  }
  const definition = space.getComponentSpace().defineComponent({
    is: `builtin/${builtin.tag}`,
    options: { multipleSlots: false },
    properties: Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [name, propertyOf(value)]),
    ),
    observers: Object.keys(defaults).map((fields) => ({
      fields,
      observer(this: unknown) {
        show(this as glassEasel.GeneralComponent)
      },
    })),
    lifetimes: {
      attached(this: unknown) {
        const component = this as glassEasel.GeneralComponent
        const view = new View(phone, builtin, component)
        attached.set(component, view)
        if (builtin.hover) watchHover(view)
        builtin.attach?.(view)
        show(component)
      },
      detached(this: unknown) {
        attached.get(this as glassEasel.GeneralComponent)?.release()
      },
    },
  })
  space.getComponentSpace().setGlobalUsingComponent(builtin.tag, definition.general())
}

function propertyOf(value: PropertyDefault) {
  if (Array.isArray(value)) return { type: Array, value }
  if (typeof value === 'string') return { type: String, value }
  if (typeof value === 'number') return { type: Number, value }
  if (typeof value === 'boolean') return { type: Boolean, value }
  return { type: null, value }
}

function watchHover(view: View): void {
  let timer = 0
  const toggle = (isOn: boolean, ms: number): void => {
    window.clearTimeout(timer)
    const hoverClass = view.text('hoverClass')
    if (!hoverClass || hoverClass === 'none' || view.get('disabled') === true) return
    timer = window.setTimeout(() => view.component.toggleNodeClass(hoverClass, isOn), ms)
  }
  view.on('touchstart', () => toggle(true, view.number('hoverStartTime')))
  view.on('touchend', () => toggle(false, view.number('hoverStayTime')))
  view.on('touchcancel', () => toggle(false, 0))
  view.later(() => window.clearTimeout(timer))
}
