import type { ActivityRow } from '../../phone/runtime/activity'
import { h } from '../../phone/runtime/element'
import { clockText } from './clock'
import { texts } from './texts'

export interface WatchedPhone {
  name: string
  rows: readonly ActivityRow[]
}

// The phones are other documents: looking twice a second is enough for eyes and costs nothing while hidden.
const LOOK_EVERY_MS = 500
const SHOWN = 200

/** What page code did on all open phones, newest first. */
export class Devtools {
  readonly element = h('ol', { class: 'log', 'aria-label': texts.devtools })
  private shown = ''

  constructor(private readonly phones: () => WatchedPhone[]) {
    setInterval(() => {
      if (this.element.offsetParent !== null) this.draw()
    }, LOOK_EVERY_MS)
  }

  draw(): void {
    const rows = this.phones()
      .flatMap(({ name, rows: own }) => own.map((row) => ({ name, row })))
      .sort((one, other) => other.row.at - one.row.at || other.row.id - one.row.id)
      .slice(0, SHOWN)
    const now = rows.map(({ name, row }) => `${name}${row.id}`).join()
    if (now === this.shown && now !== '') return
    this.shown = now
    const lines = rows.map(({ name, row }) => activityLine(name, row))
    this.element.replaceChildren(
      ...(lines.length > 0 ? lines : [h('li', { class: 'nothing' }, texts.noActivity)]),
    )
  }
}

function activityLine(name: string, row: ActivityRow): HTMLElement {
  const size = row.bytes === undefined ? '' : `${(row.bytes / 1024).toFixed(1)} KB`
  const time = row.durationMs === undefined ? '' : `${row.durationMs} ms`
  return h(
    'li',
    { class: 'activity', 'data-status': row.isFailed ? 'error' : 'ok' },
    h('time', {}, clockText(row.at)),
    h('b', {}, row.kind),
    h('span', {}, name),
    h('span', { class: 'what' }, row.text),
    h('span', { class: 'number' }, size || time),
  )
}
