import { h } from '../../phone/runtime/element'
import type { FunctionInfo, LogRow, World } from './api'
import { clockText } from './clock'
import { texts } from './texts'

/** Rows kept in the page; the emulator keeps more. */
const KEPT = 300

/** The lower part: what functions did, and which there are. */
export class Drawer {
  readonly element: HTMLElement
  private readonly rows = h('ol', { class: 'log', 'aria-label': texts.log })
  private readonly latest = h('span', { class: 'latest' })
  private readonly known = new Set<number>()
  private readonly names: Map<string, string>

  constructor(world: World, devtools: HTMLElement) {
    this.names = new Map(world.people.map((person) => [person.openid, person.nickname]))
    const overview = h('div', { class: 'functions' }, ...world.functions.map(functionCard))
    const panelOf = (content: HTMLElement): HTMLElement =>
      h('div', { class: 'panel', role: 'tabpanel', tabindex: '0' }, content)
    const panels = { log: panelOf(this.rows), functions: panelOf(overview), devtools: panelOf(devtools) }
    const names = ['log', 'functions', 'devtools'] as const
    const tabs = names.map((name) =>
      h('button', { type: 'button', role: 'tab', click: () => choose(name) }, texts[name]),
    )
    const show = (name: (typeof names)[number]): void => {
      for (const [index, one] of names.entries()) {
        tabs[index]?.setAttribute('aria-selected', String(one === name))
        panels[one].hidden = one !== name
      }
    }
    const choose = (name: (typeof names)[number]): void => {
      show(name)
      open(true)
    }
    show('log')
    const toggle = h('button', {
      type: 'button',
      class: 'toggle',
      click: () => open(this.element.hasAttribute('data-closed')),
    })
    const open = (isOpen: boolean): void => {
      this.element.toggleAttribute('data-closed', !isOpen)
      toggle.textContent = isOpen ? texts.collapse : texts.expand
      toggle.setAttribute('aria-expanded', String(isOpen))
    }
    this.element = h(
      'footer',
      { class: 'drawer' },
      h('div', { class: 'tabs' }, h('div', { role: 'tablist' }, ...tabs), this.latest, toggle),
      ...Object.values(panels),
    )
    this.rows.append(h('li', { class: 'nothing' }, texts.noLog))
    // On a low window the phones need the height more.
    open(window.innerHeight >= 860)
  }

  add(row: LogRow): void {
    if (this.known.has(row.id)) return
    this.known.add(row.id)
    this.rows.querySelector('.nothing')?.remove()
    this.rows.prepend(this.row(row))
    this.latest.textContent = `${clockText(row.at)}  ${row.function}  ${texts[row.status]}  ${row.durationMs} ms`
    this.latest.dataset['status'] = row.status
    if (this.rows.childElementCount > KEPT) this.rows.lastElementChild?.remove()
  }

  private row(row: LogRow): HTMLElement {
    const person = row.openid === undefined ? '' : (this.names.get(row.openid) ?? row.openid)
    const lines = row.lines.length > 0 ? row.lines.join('\n') : texts.noLines
    const details = [lines]
    if (row.result !== undefined) details.push(`${texts.returned}: ${row.result}`)
    if (row.error !== undefined) details.push(`${texts.failed}: ${row.error}`)
    return h(
      'li',
      { 'data-status': row.status },
      h(
        'details',
        {},
        h(
          'summary',
          {},
          h('time', {}, clockText(row.at)),
          h('b', {}, row.function),
          h('span', {}, person ? `${row.source} · ${person}` : row.source),
          h('span', { class: 'number' }, `${Math.round(row.durationMs)} ms`),
          h('span', { class: 'number' }, `${row.memoryMB} MB`),
          h('span', { class: 'status' }, texts[row.status]),
        ),
        h('pre', {}, details.join('\n')),
      ),
    )
  }
}

function functionCard(info: FunctionInfo): HTMLElement {
  const list = (items: string[]): string => (items.length > 0 ? items.join(', ') : texts.noTimers)
  const timers = info.triggers.map((trigger) => `${trigger.name} ${trigger.config}`)
  return h(
    'article',
    {},
    h('h3', {}, info.name),
    h(
      'dl',
      {},
      h('dt', {}, texts.timers),
      h('dd', {}, list(timers)),
      h('dt', {}, texts.openapi),
      h('dd', {}, list(info.openapi)),
    ),
  )
}
