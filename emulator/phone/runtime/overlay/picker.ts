import type { Phone } from '../phone'
import { h } from '../element'
import { openLayer } from './layer'
import type { Columns } from './picker-columns'

const ROW_HEIGHT = 44

export interface PickerOptions extends Columns {
  title: string
  /** What is chosen, for who does not see it. */
  label: string
  /** A column was moved; says what the columns are now. */
  changed(column: number, value: number, indexes: number[]): Columns
}

/** The picker sheet: columns that scroll; resolves with the chosen indexes, undefined when it is cancelled. */
export function openPicker(phone: Phone, options: PickerOptions): Promise<number[] | undefined> {
  return new Promise((resolve) => {
    let state: Columns = { columns: options.columns, indexes: options.indexes }
    const label = options.title || options.label || phone.texts.pickStart
    const wheels = h('div', { class: 'phone-wheels' })
    const answer = (isDone: boolean): void => {
      layer.close()
      resolve(isDone ? state.indexes : undefined)
    }
    const choose = (column: number, value: number): void => {
      if (state.indexes[column] === value) return
      const indexes = state.indexes.map((index, at) => (at === column ? value : index))
      state = options.changed(column, value, indexes)
      draw()
    }
    const draw = (): void => {
      for (const [at, items] of state.columns.entries()) {
        const existing = wheels.children.item(at)
        const chosen = state.indexes[at] ?? 0
        if (existing instanceof HTMLElement && existing.childElementCount === items.length)
          mark(existing, chosen)
        else {
          const made = wheel(`${label} ${at + 1}`, items, chosen, (value) => choose(at, value))
          if (existing) existing.replaceWith(made)
          else wheels.append(made)
          made.scrollTop = chosen * ROW_HEIGHT
        }
      }
    }
    const panel = h(
      'div',
      { class: 'phone-picker' },
      h(
        'header',
        {},
        h('button', { type: 'button', click: () => answer(false) }, phone.texts.cancel),
        h('h2', {}, options.title),
        h('button', { type: 'button', class: 'phone-strong', click: () => answer(true) }, phone.texts.ok),
      ),
      wheels,
    )
    const layer = openLayer(phone, panel, {
      kind: 'sheet',
      label,
      dismiss: () => answer(false),
    })
    draw()
  })
}

function wheel(label: string, items: string[], chosen: number, choose: (index: number) => void): HTMLElement {
  const list = h('div', { class: 'phone-wheel', role: 'listbox', 'aria-label': label, tabindex: '0' })
  list.append(
    ...items.map((text, index) =>
      h(
        'div',
        { role: 'option', 'aria-selected': String(index === chosen), click: () => turn(list, index, choose) },
        text,
      ),
    ),
  )
  list.addEventListener('scrollend', () => choose(Math.round(list.scrollTop / ROW_HEIGHT)))
  list.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (!step) return
    event.preventDefault()
    const now = Array.from(list.children).findIndex((item) => item.getAttribute('aria-selected') === 'true')
    turn(list, Math.max(0, Math.min(items.length - 1, now + step)), choose)
  })
  return list
}

function turn(list: HTMLElement, index: number, choose: (index: number) => void): void {
  list.scrollTo?.({ top: index * ROW_HEIGHT, behavior: 'smooth' })
  choose(index)
}

function mark(list: HTMLElement, chosen: number): void {
  for (const [index, item] of Array.from(list.children).entries()) {
    item.setAttribute('aria-selected', String(index === chosen))
  }
}
