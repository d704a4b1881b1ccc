import type { ActivityRow } from '../../phone/runtime/activity'
import { h } from '../../phone/runtime/element'
import { clockText } from './clock'
import { texts } from './texts'

export interface WatchedPhone {
  name: string
  rows: readonly ActivityRow[]
}

interface Line {
  name: string
  row: ActivityRow
}

// The phones are other documents: looking twice a second is enough for eyes and costs nothing while hidden.
const LOOK_EVERY_MS = 500
const SHOWN = 200

const kinds = ['all', 'api', 'setData', 'page', 'warning'] as const
type Kind = (typeof kinds)[number]

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`

/** What page code did on all open phones, newest first: everything, or one kind of it. */
export class Devtools {
  private readonly list = h('ol', { class: 'log', 'aria-label': texts.devtools })
  private readonly chips = kinds.map((kind) =>
    h('button', { type: 'button', click: () => this.choose(kind) }),
  )
  readonly element = h(
    'div',
    { class: 'devtools' },
    h('div', { class: 'chips', role: 'group', 'aria-label': texts.devtools }, ...this.chips),
    this.list,
  )
  private kind: Kind = 'all'
  private shown = ''

  constructor(private readonly phones: () => WatchedPhone[]) {
    this.drawChips([])
    setInterval(() => {
      if (this.element.offsetParent !== null) this.draw()
    }, LOOK_EVERY_MS)
  }

  draw(): void {
    const all = this.phones()
      .flatMap(({ name, rows }): Line[] => rows.map((row) => ({ name, row })))
      .sort((one, other) => other.row.at - one.row.at || other.row.id - one.row.id)
    const lines = all.filter(({ row }) => this.kind === 'all' || row.kind === this.kind).slice(0, SHOWN)
    const now = `${this.kind} ${lines.map(({ name, row }) => `${name}${row.id}`).join()}`
    if (now === this.shown) return
    this.shown = now
    this.drawChips(all)
    this.list.replaceChildren(
      ...(lines.length > 0 ? lines.map(activityLine) : [h('li', { class: 'nothing' }, texts.noActivity)]),
    )
  }

  private choose(kind: Kind): void {
    this.kind = kind
    this.draw()
  }

  /** How many there are of each kind; of setData also the largest, which is what a phone suffers from. */
  private drawChips(all: readonly Line[]): void {
    const largest = Math.max(0, ...all.map(({ row }) => row.bytes ?? 0))
    for (const [at, kind] of kinds.entries()) {
      const count = kind === 'all' ? all.length : all.filter(({ row }) => row.kind === kind).length
      const more = kind === 'setData' && largest > 0 ? ` · ${texts.largest} ${kilobytes(largest)}` : ''
      const chip = this.chips[at]
      chip?.replaceChildren(`${texts[`kind-${kind}`]} ${count}${more}`)
      chip?.setAttribute('aria-pressed', String(kind === this.kind))
      chip?.toggleAttribute('data-bad', kind === 'warning' && count > 0)
    }
  }
}

function activityLine({ name, row }: Line): HTMLElement {
  const size = row.bytes === undefined ? '' : kilobytes(row.bytes)
  const time = row.durationMs === undefined ? '' : `${row.durationMs} ms`
  return h(
    'li',
    { class: 'activity', 'data-status': row.isFailed ? 'error' : 'ok' },
    h('time', {}, clockText(row.at)),
    h('b', {}, texts[`kind-${row.kind}`]),
    h('span', {}, name),
    h('span', { class: 'what', title: row.text }, row.text),
    h('span', { class: 'number' }, size || time),
  )
}
