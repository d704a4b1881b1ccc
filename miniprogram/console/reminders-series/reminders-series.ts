import type { ReminderSeries, TemplateSummary } from '../../../core/contract'
import { phoneZone, zoneOptions } from '../../pages/preferences/options'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { newId } from '../../services/identifier'
import { inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import { beforeText, type Draft, emptyDraft, faultsOf, inputOf, timeParamsOf } from './rule'
import { words } from './words'

interface Row {
  series: string
  name: string
  about: string
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'refused',
    notice: null as Told | null,
    rows: [] as Row[],
    canWrite: false,
    isOpen: false,
    draft: emptyDraft(phoneZone()),
    templates: [] as { template: string; title: string }[],
    templateAt: 0,
    timeParams: [] as { value: string | null; name: string }[],
    timeParamAt: 0,
    zones: zoneOptions(phoneZone()),
    zoneAt: 0,
    faults: {} as Record<string, string>,
    isMaking: false,
    result: null as Told | null,
  },

  known: [] as TemplateSummary[],
  /** Belongs to one rule: the same key makes one, however often the button is tapped. */
  key: newId(),
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    const zone = phoneZone()
    this.setData({ zoneAt: this.data.zones.findIndex(({ value }) => value === zone) })
  },

  onShow() {
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    const reading = (this.readings += 1)
    try {
      const [{ series }, { templates }, { role }] = await Promise.all([
        call('staff', 'reminder.series.list', {}),
        call('staff', 'template.list', {}),
        call('staff', 'whoami', {}),
      ])
      if (reading !== this.readings) return
      this.known = templates
      const titleOf = (key: string) => templates.find(({ template }) => template === key)?.title ?? key
      const rowOf = ({ series: id, name, template, before }: ReminderSeries): Row => ({
        series: id,
        name,
        about: `${titleOf(template)} · ${beforeText(before)}`,
      })
      this.setData({
        state: 'ready',
        notice: null,
        rows: series.map(rowOf),
        canWrite: role !== 'viewer',
        templates: templates.map(({ template, title }) => ({ template, title })),
      })
      if (this.data.draft.template === '') this.chooseTemplate(0)
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (notice.isRefused) this.setData({ state: 'refused', rows: [] })
      else if (this.data.rows.length === 0) this.setData({ state: 'failed' })
      this.setData({ notice })
    }
  },

  toggle() {
    const isOpen = !this.data.isOpen
    const none = this.data.templates.length === 0 ? told('warn', this.data.w.noTemplates) : null
    this.setData({ isOpen: isOpen && none === null, notice: none })
  },

  change(part: Partial<Draft>) {
    // Another rule needs another key; while one is being made it stays that one's.
    if (!this.data.isMaking) this.key = newId()
    this.setData({ draft: { ...this.data.draft, ...part }, faults: {}, result: null })
  },

  chooseTemplate(at: number) {
    const template = this.known[at]
    if (!template) return
    const timeParams = timeParamsOf(template)
    this.change({ template: template.template, timeParam: timeParams[0]?.value ?? null })
    this.setData({ templateAt: at, timeParams, timeParamAt: 0 })
  },

  onTemplate(event: WechatMiniprogram.PickerChange) {
    this.chooseTemplate(Number(event.detail.value))
  },

  onTimeParam(event: WechatMiniprogram.PickerChange) {
    const at = Number(event.detail.value)
    this.setData({ timeParamAt: at })
    this.change({ timeParam: this.data.timeParams[at]?.value ?? null })
  },

  onText(event: WechatMiniprogram.Input) {
    const { name } = event.currentTarget.dataset as { name: 'name' | 'days' | 'minutes' }
    this.change({ [name]: event.detail.value })
  },

  onKind(event: WechatMiniprogram.RadioGroupChange) {
    this.change({ kind: event.detail.value as Draft['kind'] })
  },

  onAt(event: WechatMiniprogram.PickerChange) {
    this.change({ at: String(event.detail.value) })
  },

  onZone(event: WechatMiniprogram.PickerChange) {
    const zoneAt = Number(event.detail.value)
    this.setData({ zoneAt })
    this.change({ zone: this.data.zones[zoneAt]?.value ?? phoneZone() })
  },

  async make() {
    const { draft, isMaking } = this.data
    if (isMaking) return
    const faults = faultsOf(draft)
    if (Object.keys(faults).length > 0) return this.setData({ faults })
    this.setData({ isMaking: true, result: null })
    try {
      const { series } = await call('staff', 'reminder.series.create', { key: this.key, ...inputOf(draft) })
      this.key = newId()
      this.setData({ isOpen: false, draft: { ...draft, name: '' } })
      this.openRows(series)
    } catch (error) {
      // Not reached or not answered: the key stays, so that asking again makes no second one.
      this.setData({ result: await explain(error) })
    } finally {
      this.setData({ isMaking: false })
    }
  },

  open(event: WechatMiniprogram.BaseEvent) {
    this.openRows((event.currentTarget.dataset as { series: string }).series)
  },

  openRows(series: string) {
    void wx.navigateTo({ url: `/console/reminders-rows/reminders-rows?series=${series}` })
  },
})
