import type { InputOf, Outputs, ParamField, Reminder, TemplateSummary } from '../../../core/contract'
import {
  type Field,
  fieldsOf,
  isComplete,
  isTooLong,
  paramsOf,
  placed,
  withFaults,
  withTyped,
} from '../../components/param-form/form'
import type { TypedDetail } from '../../components/param-form/param-form'
import { phoneZone, zoneOptions } from '../../pages/preferences/options'
import { dayOf, nowIn } from '../../pages/reminders/clock'
import { toldTime } from '../../pages/reminders/rows'
import { type Repeat, repeatChoices, repeatText, scheduleOf } from '../../pages/reminders/schedule'
import { call, CallFailure } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { Keys } from '../../services/keys'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import { words } from './words'

interface Row {
  reminder: string
  what: string
  about: string
  time: string
  isUncovered: boolean
}

type Read = [Outputs['reminder.list'], Outputs['template.list'], Outputs['whoami']]

const rowOf = ({ reminder, title, card, schedule, zone, next, createdAt, left }: Reminder): Row => ({
  reminder,
  what: card.lines[0]?.value ?? title,
  about: [title, repeatText(schedule)].filter((text) => text !== '').join(' · '),
  time: toldTime(next[0] ?? createdAt, zone),
  isUncovered: left === 0,
})

/** The param that holds the time of a reminder: the form does not ask for it. */
const timeParamOf = ({ fields }: TemplateSummary): string | null =>
  fields.find(({ format }) => format === 'date-time')?.name ?? null

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'refused',
    notice: null as Told | null,
    openid: '',
    rows: [] as Row[],
    canSend: false,
    isOpen: false,
    templates: [] as { template: string; title: string }[],
    templateAt: 0,
    fields: [] as Field[],
    today: '',
    date: '',
    time: '',
    repeats: repeatChoices(null),
    repeatAt: 0,
    zones: zoneOptions(phoneZone()),
    zoneAt: zoneOptions(phoneZone()).findIndex(({ value }) => value === phoneZone()),
    wrong: [] as string[],
    isBusy: false,
    result: null as Told | null,
  },

  known: [] as TemplateSummary[],
  /** What is asked again because no answer came is set once. */
  keys: null as Keys | null,
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad({ openid = '' }: { openid?: string }) {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    this.keys = new Keys()
    this.setData({ openid, today: dayOf(nowIn(phoneZone())) })
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    const reading = (this.readings += 1)
    const { openid } = this.data
    try {
      const [{ reminders }, { templates }, { role }]: Read = await Promise.all([
        call('staff', 'reminder.list', { openid, limit: 50 }),
        call('staff', 'template.list', {}),
        call('staff', 'whoami', {}),
      ])
      if (reading !== this.readings) return
      this.known = templates
      this.setData({
        state: 'ready',
        notice: null,
        rows: reminders.filter(({ state }) => state === 'on').map(rowOf),
        canSend: role !== 'viewer',
        templates: templates.map(({ template, title }) => ({ template, title })),
      })
      if (this.data.fields.length === 0) this.choose(0)
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (notice.isRefused) this.setData({ state: 'refused', rows: [] })
      else if (this.data.state === 'loading') this.setData({ state: 'failed' })
      this.setData({ notice })
    }
  },

  toggle() {
    this.setData({ isOpen: !this.data.isOpen, result: null })
  },

  choose(at: number) {
    const template = this.known[at]
    if (!template) return
    const time = timeParamOf(template)
    const fields = template.fields.filter(({ name }: ParamField) => name !== time)
    this.setData({ templateAt: at, fields: fieldsOf(fields, {}), result: null, wrong: [] })
  },

  onTemplate(event: WechatMiniprogram.PickerChange) {
    this.choose(Number(event.detail.value))
  },

  onTyped(event: WechatMiniprogram.CustomEvent<TypedDetail>) {
    const { name, typed } = event.detail
    this.setData({ fields: withTyped(this.data.fields, name, typed), result: null, wrong: [] })
  },

  onPart(event: WechatMiniprogram.PickerChange) {
    const { part } = event.currentTarget.dataset as { part: 'date' | 'time' }
    this.setData({ [part]: String(event.detail.value), result: null, wrong: [] })
  },

  onAt(event: WechatMiniprogram.PickerChange) {
    const { part } = event.currentTarget.dataset as { part: 'repeatAt' | 'zoneAt' }
    this.setData({ [part]: Number(event.detail.value), result: null, wrong: [] })
  },

  /** Null while something is missing, which is told. */
  wanted(): InputOf<'reminder.preview'> | null {
    const { w, fields, date, time, repeats, repeatAt, zones, zoneAt, openid, templateAt } = this.data
    const template = this.known[templateAt]
    const hasTime = date !== '' && time !== ''
    const missing = isTooLong(fields)
      ? w.tooLong
      : !isComplete(fields)
        ? w.incomplete
        : hasTime
          ? ''
          : w.pickTime
    if (missing !== '' || !template) {
      this.setData({ result: told('warn', missing) })
      return null
    }
    const repeat: Repeat = repeats[repeatAt]?.value ?? 'once'
    return {
      to: openid,
      template: template.template,
      params: paramsOf(fields),
      timeParam: timeParamOf(template),
      schedule: scheduleOf(`${date}T${time}`, repeat, null),
      zone: zones[zoneAt]?.value ?? phoneZone(),
    }
  },

  async set() {
    const { keys } = this
    if (this.data.isBusy || keys === null) return
    const wanted = this.wanted()
    if (wanted === null) return
    this.setData({ isBusy: true, result: null, wrong: [] })
    try {
      const made = await keys.ask(wanted, (key: string) =>
        call('staff', 'reminder.create', { key, ...wanted }),
      )
      const { doneNoGrant, done } = this.data.w
      const text = fill(made.left === 0 ? doneNoGrant : done, {
        time: toldTime(made.next[0] ?? made.createdAt, made.zone),
      })
      this.choose(this.data.templateAt)
      this.setData({ result: told(made.left === 0 ? 'warn' : 'info', text) })
      await this.load()
    } catch (error) {
      await this.failed(error)
    } finally {
      this.setData({ isBusy: false })
    }
  },

  async failed(error: unknown) {
    const faults = error instanceof CallFailure ? error.faults : []
    if (faults.length === 0) return this.setData({ result: await explain(error) })
    const { fields, keywords } = placed(faults)
    const wrong = [...new Set(Object.values(keywords))]
    return this.setData({ fields: withFaults(this.data.fields, fields), wrong })
  },

  async cancel(event: WechatMiniprogram.BaseEvent) {
    const { reminder } = event.currentTarget.dataset as { reminder: string }
    const { cancelTitle: title, cancelText: text, cancelYes, cancelNo } = this.data.w
    const what = this.data.rows.find((row) => row.reminder === reminder)?.what ?? ''
    const asked = { title, content: fill(text, { what }), confirmText: cancelYes, cancelText: cancelNo }
    const { confirm } = await wx.showModal(asked)
    if (!confirm || this.data.isBusy) return
    this.setData({ isBusy: true })
    try {
      await call('staff', 'reminder.cancel', { reminder })
      await this.load()
    } catch (error) {
      this.setData({ notice: await explain(error) })
    } finally {
      this.setData({ isBusy: false })
    }
  },
})
