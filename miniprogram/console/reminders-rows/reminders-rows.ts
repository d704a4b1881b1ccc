import type { ParamField, ReminderRow, ReminderSeries } from '../../../core/contract'
import { toldTime } from '../../pages/reminders/rows'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import { count } from '../figures'
import { beforeText } from '../reminders-series/rule'
import { type Events, eventsOf, type Wrong } from './events'
import { Importing } from './importing'
import { words } from './words'

/** Rows of one call and one setData. */
const LIMIT = 50
/** Wrong events that are shown. */
const SHOWN = 20

interface Row {
  row: string
  at: string
  due: string
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'refused',
    notice: null as Told | null,
    name: '',
    about: '',
    columns: '',
    example: '',
    canWrite: false,
    counted: '',
    start: '',
    phase: 'table' as 'table' | 'busy' | 'stopped' | 'done',
    percent: 0,
    progress: '',
    result: '',
    wrong: [] as string[],
    wrongMore: '',
    rows: [] as Row[],
    cursor: '',
    isLoadingMore: false,
    isRemoving: false,
  },

  id: '',
  series: null as ReminderSeries | null,
  fields: [] as ParamField[],
  found: { events: [], wrong: [], people: 0 } as Events,
  importing: null as Importing | null,
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad({ series = '' }: { series?: string }) {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    this.id = series
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  onReachBottom() {
    if (this.data.cursor !== '') void this.more()
  },

  async load() {
    const reading = (this.readings += 1)
    try {
      const [{ series }, { templates }, { role }, { rows, cursor }] = await Promise.all([
        call('staff', 'reminder.series.list', {}),
        call('staff', 'template.list', {}),
        call('staff', 'whoami', {}),
        call('staff', 'reminder.rows.list', { series: this.id, limit: LIMIT }),
      ])
      if (reading !== this.readings) return
      const known = series.find((one) => one.series === this.id)
      if (!known) return this.setData({ state: 'failed', notice: told('warn', this.data.w.gone) })
      this.series = known
      const template = templates.find((one) => one.template === known.template)
      this.fields = (template?.fields ?? []).filter(({ name }) => name !== known.timeParam)
      this.describe(known, template?.title ?? known.template)
      this.setData({ state: 'ready', notice: null, canWrite: role !== 'viewer', rows: [] })
      this.show(rows, cursor)
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (notice.isRefused) this.setData({ state: 'refused', rows: [] })
      else if (this.data.state === 'loading') this.setData({ state: 'failed' })
      this.setData({ notice, isLoadingMore: false })
    }
  },

  describe({ name, before }: ReminderSeries, title: string) {
    const { w } = this.data
    const fields = this.fields.map((field: ParamField) => field.title).join(w.comma)
    this.setData({
      name,
      about: `${title} · ${beforeText(before)}`,
      columns: fill(w.columns, { fields }),
      example: ['row', 'at', 'openid', ...this.fields.map((field: ParamField) => field.name)].join(','),
    })
  },

  show(rows: readonly ReminderRow[], cursor: string | null) {
    const zone = this.series?.zone ?? ''
    const at = this.data.rows.length
    const added = rows.map(({ row, at: event, dueAt, people }, place) => [
      `rows[${at + place}]`,
      {
        row,
        at: event.replace('T', ' '),
        due: fill(this.data.w.due, { time: toldTime(dueAt, zone), people: count(people) }),
      } satisfies Row,
    ])
    this.setData({ ...Object.fromEntries(added), cursor: cursor ?? '', isLoadingMore: false })
  },

  async more() {
    if (this.data.isLoadingMore) return
    const reading = (this.readings += 1)
    this.setData({ isLoadingMore: true })
    try {
      const input = { series: this.id, limit: LIMIT, cursor: this.data.cursor }
      const { rows, cursor } = await call('staff', 'reminder.rows.list', input)
      if (reading === this.readings) this.show(rows, cursor)
    } catch (error) {
      const notice = await explain(error)
      if (reading === this.readings) this.setData({ notice, isLoadingMore: false })
    }
  },

  onTable(event: WechatMiniprogram.CustomEvent<{ text: string }>) {
    const { w } = this.data
    const found = eventsOf(event.detail.text, this.fields)
    this.found = found
    this.importing = null
    const facts = { rows: count(found.events.length), people: count(found.people) }
    this.setData({
      counted: found.events.length > 0 ? fill(w.counted, facts) : '',
      start: found.events.length > 0 ? fill(w.start, facts) : '',
      phase: 'table',
      result: '',
    })
    this.tellWrong(found.wrong)
  },

  tellWrong(wrong: readonly Wrong[]) {
    const { w } = this.data
    const shown = wrong.slice(0, SHOWN)
    const lineOf = ({ row, lines, words: said }: Wrong) =>
      fill(w.wrongLine, { lines: lines.join(w.comma), row, words: said })
    this.setData({
      wrong: shown.map(lineOf),
      wrongMore: wrong.length > SHOWN ? fill(w.wrongMore, { count: count(wrong.length - SHOWN) }) : '',
    })
  },

  /** From the beginning, or from where it was stopped by bad weather. */
  async begin() {
    if (this.data.phase === 'busy' || this.found.events.length === 0) return
    this.importing ??= new Importing(this.id, this.found.events, [...this.found.wrong])
    const { importing } = this
    this.setData({ phase: 'busy', notice: null, result: '' })
    try {
      while (!importing.isOver) {
        await importing.next()
        this.tellProgress(importing)
      }
      const { tally, refused } = importing
      const facts = { ...tally, refused: refused.length }
      this.importing = null
      this.setData({ phase: 'done', result: fill(this.data.w.done, facts) })
      await this.load()
    } catch (error) {
      this.setData({ phase: 'stopped', notice: await explain(error) })
    }
  },

  tellProgress({ done, events, refused }: Importing) {
    const facts = { done: count(done), total: count(events.length) }
    this.setData({
      percent: Math.floor((done * 100) / events.length),
      progress: fill(this.data.w.progress, facts),
    })
    this.tellWrong(refused)
  },

  /** The notice's button: reads anew, or goes on with the import that was stopped. */
  async act() {
    await (this.data.phase === 'stopped' ? this.begin() : this.load())
  },

  async remove(event: WechatMiniprogram.BaseEvent) {
    const { row } = event.currentTarget.dataset as { row: string }
    const { removeTitle: title, removeText, removeYes, removeNo, removed } = this.data.w
    if (this.data.isRemoving) return
    const content = fill(removeText, { row })
    const asked = { title, content, confirmText: removeYes, cancelText: removeNo, confirmColor: '#b3261e' }
    const { confirm } = await wx.showModal(asked)
    if (!confirm || this.data.isRemoving) return
    this.setData({ isRemoving: true, notice: null })
    try {
      await call('staff', 'reminder.rows.remove', { series: this.id, rows: [row] })
      void wx.showToast({ title: removed, icon: 'success' })
      await this.load()
    } catch (error) {
      this.setData({ notice: await explain(error) })
    } finally {
      this.setData({ isRemoving: false })
    }
  },
})
