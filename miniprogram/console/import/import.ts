import type { ParamField, TemplateSummary } from '../../../core/contract'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { Keys } from '../../services/keys'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import { count } from '../figures'
import { Importing } from './importing'
import { type Rows, rowsOf, type Wrong } from './rows'
import { words } from './words'

/** Lines with a fault that are named. */
const NAMED = 20

/** A list that is asked for again, because its answer was lost, is the same list. */
const keys = new Keys()

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    headline: '',
    /** Whether rows go into a list that is there already: its name and template stay. */
    isMore: false,
    name: '',
    templates: [] as { key: string; title: string }[],
    at: 0,
    example: '',
    counted: '',
    wrong: '',
    wrongLines: [] as string[],
    start: '',
    /** Importing, or ended early: the rows stay as they are meanwhile. */
    phase: 'table' as 'table' | 'busy' | 'stopped' | 'done' | 'sealing',
    percent: 0,
    progress: '',
    result: '',
    refused: [] as string[],
    refusedMore: '',
  },

  audience: null as string | null,
  summaries: [] as TemplateSummary[],
  text: '',
  read: { rows: [], wrong: [], columns: [] } as Rows,
  importing: null as Importing | null,

  onLoad({ audience }: { audience?: string }) {
    this.audience = audience ?? null
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    return this.load()
  },

  async load() {
    const { w } = this.data
    try {
      const [{ templates }, { audiences }] = await Promise.all([
        call('staff', 'template.list', {}),
        call('staff', 'audience.list', {}),
      ])
      this.summaries = templates
      const choices = [
        { key: '', title: w.openidOnly },
        ...templates.map(({ template, title }) => ({ key: template, title })),
      ]
      const list = audiences.find((one) => one.audience === this.audience)
      const at = choices.findIndex(({ key }) => key === (list?.template ?? ''))
      const headline = list ? fill(w.more, { name: list.name }) : w.headline
      const name = list?.name ?? this.data.name
      this.setData({
        state: 'ready',
        notice: null,
        templates: choices,
        at: Math.max(0, at),
        headline,
        name,
        isMore: list !== undefined,
      })
      this.recount()
    } catch (error) {
      const notice = await explain(error)
      if (this.data.state === 'loading') this.setData({ state: 'failed' })
      this.setData({ notice })
    }
  },

  template(): string {
    return this.data.templates[this.data.at]?.key ?? ''
  },

  fields(): ParamField[] {
    return this.summaries.find((one: TemplateSummary) => one.template === this.template())?.fields ?? []
  },

  /** What the table comes to, for the template that is chosen. */
  recount() {
    const { w } = this.data
    const fields = this.fields()
    this.read = rowsOf(this.text, fields)
    const { rows, wrong, columns } = this.read
    const facts = { count: count(rows.length), columns: columns.join(', ') }
    this.setData({
      example: fill(w.example, {
        columns: ['openid', ...fields.map(({ title }: ParamField) => title)].join(','),
      }),
      counted: rows.length > 0 ? fill(w.counted, facts) : '',
      wrong: wrong.length > 0 ? fill(w.wrong, { count: count(wrong.length) }) : '',
      wrongLines: this.linesOf(wrong),
      start: rows.length > 0 ? fill(w.start, facts) : '',
    })
  },

  linesOf(wrong: readonly Wrong[]): string[] {
    return wrong.slice(0, NAMED).map((one) => fill(this.data.w.line, { line: one.line, words: one.words }))
  },

  onName(event: WechatMiniprogram.Input) {
    this.setData({ name: event.detail.value, notice: null })
  },

  onTemplate(event: WechatMiniprogram.PickerChange) {
    this.setData({ at: Number(event.detail.value) })
    this.recount()
  },

  onTable(event: WechatMiniprogram.CustomEvent<{ text: string }>) {
    this.text = event.detail.text
    this.recount()
  },

  begin() {
    const { w, name, phase } = this.data
    if (phase === 'busy' || this.read.rows.length === 0) return undefined
    if (name.trim() === '') return this.setData({ notice: told('warn', w.nameMissing) })
    if (phase === 'table') this.importing = new Importing(this.read.rows, this.audience)
    return this.goOn()
  },

  /** Until all rows are in, or a call fails: then it goes on where it stands. */
  async goOn() {
    const { importing } = this
    if (importing === null || this.data.phase === 'busy') return
    this.setData({ phase: 'busy', notice: null })
    try {
      const audience = await importing.open(keys, { name: this.data.name.trim(), template: this.template() })
      this.audience = audience
      for (this.tell(importing); !importing.isOver; this.tell(importing)) await importing.next(audience)
      this.setData({ phase: 'done' })
    } catch (error) {
      const { text, tone, ...rest } = await explain(error)
      // The button of the page goes on.
      this.setData({ phase: 'stopped', notice: { ...rest, tone, text, act: '', label: '' } })
    }
  },

  tell({ done, rows, tally }: Importing) {
    const { w } = this.data
    const percent = Math.floor((done / Math.max(1, rows.length)) * 100)
    const { added, replaced, repeated, refused } = tally
    const counts = { added, replaced, repeated, refused: refused.length }
    const figures = Object.entries(counts).map(([name, value]): [string, string] => [name, count(value)])
    const unnamed = refused.length - NAMED
    this.setData({
      percent,
      progress: fill(w.progress, { percent }),
      start: fill(w.importing, { done: count(done), total: count(rows.length) }),
      result: fill(w.result, Object.fromEntries(figures)),
      refused: this.linesOf(refused),
      refusedMore: unnamed > 0 ? fill(w.refusedMore, { count: count(unnamed) }) : '',
    })
  },

  /** The list stays; another table can go into it. */
  again() {
    this.text = ''
    this.importing = null
    const { name, w } = this.data
    this.setData({
      phase: 'table',
      isMore: true,
      headline: fill(w.more, { name }),
      result: '',
      refused: [],
      refusedMore: '',
    })
    this.recount()
  },

  async seal() {
    const { w, name, phase } = this.data
    if (this.audience === null || phase !== 'done') return
    this.setData({ phase: 'sealing', notice: null })
    try {
      const { confirm } = await wx.showModal({
        title: fill(w.sealTitle, { name }),
        content: [this.data.result, w.sealText].join('\n'),
        confirmText: w.sealYes,
        cancelText: w.no,
      })
      if (confirm) {
        await call('staff', 'audience.seal', { audience: this.audience })
        void wx.redirectTo({ url: '/console/audiences/audiences' })
      }
    } catch (error) {
      this.setData({ notice: await explain(error) })
    } finally {
      this.setData({ phase: 'done' })
    }
  },
})
