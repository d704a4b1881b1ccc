import type { Preferences } from '../../../core/contract'
import { call, messageOf } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { type Notice, noticeOf } from '../../services/subscribing'
import { fill, inPhoneLanguage } from '../../words/language'
import { nameTabs } from '../tab-bar'
import { changeOf, type Draft, draftOf, rebased } from './draft'
import { languages, type Option, phoneZone, zoneOptions } from './options'
import { words } from './words'

interface Row {
  template: string
  title: string
  isOn: boolean
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Notice | null,
    /** Whether the last change is saved, in words. */
    status: '',
    isQuiet: false,
    from: '',
    to: '',
    /** The end as a person reads it: over midnight it is tomorrow's. */
    until: '',
    sameTime: false,
    zones: [] as Option[],
    zoneAt: 0,
    languages,
    languageAt: 0,
    rows: [] as Row[],
  },

  saved: null as Preferences | null,
  draft: null as Draft | null,
  titles: [] as { template: string; title: string }[],
  isSaving: false,
  readings: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
  },

  onShow() {
    nameTabs()
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    const reading = (this.readings += 1)
    try {
      const [preferences, { offers }] = await Promise.all([
        call('subscriber', 'preference.get', {}),
        call('subscriber', 'subscription.offer', {}),
      ])
      if (reading !== this.readings || this.isSaving) return
      const isDirty = this.saved !== null && this.draft !== null && changeOf(this.saved, this.draft) !== null
      this.titles = offers.map(({ template, title }) => ({ template, title }))
      this.saved = preferences
      // What could not be saved yet is not lost to what was read.
      if (!isDirty || this.draft === null) this.draft = draftOf(preferences, phoneZone())
      this.setData({ state: 'ready', notice: null })
      this.draw()
      if (isDirty) await this.save()
    } catch (error) {
      if (reading !== this.readings) return
      if (this.draft === null) this.setData({ state: 'failed' })
      this.setData({ notice: noticeOf('bad', messageOf(error), 'retry') })
    }
  },

  draw() {
    if (this.draft === null) return
    const { language, isQuiet, from, to, zone, muted } = this.draft
    const zones = zoneOptions(zone)
    const { nextDay } = this.data.w
    this.setData({
      isQuiet,
      from,
      to,
      until: to < from ? fill(nextDay, { time: to }) : to,
      sameTime: from === to,
      zones,
      zoneAt: zones.findIndex(({ value }) => value === zone),
      languageAt: languages.findIndex(({ value }) => value === language),
      rows: this.titles.map((one: { template: string; title: string }) => ({
        ...one,
        isOn: !muted.includes(one.template),
      })),
    })
  },

  change(part: Partial<Draft>) {
    if (this.draft === null) return
    this.draft = { ...this.draft, ...part }
    this.draw()
    void this.save()
  },

  /** One save at a time; what changes meanwhile goes out after it. */
  async save() {
    if (this.isSaving || this.draft === null || this.saved === null) return
    this.isSaving = true
    this.setData({ status: this.data.w.saving })
    try {
      for (let change = changeOf(this.saved, this.draft); change; change = changeOf(this.saved, this.draft)) {
        const sent = this.draft
        this.saved = await call('subscriber', 'preference.set', change)
        this.draft = rebased(this.draft, sent, this.saved)
      }
      this.setData({ status: this.data.w.saved, notice: null })
    } catch (error) {
      this.setData({ status: '', notice: noticeOf('bad', messageOf(error), 'retry') })
    } finally {
      this.isSaving = false
      this.draw()
    }
  },

  onQuiet(event: WechatMiniprogram.SwitchChange) {
    this.change({ isQuiet: event.detail.value })
  },

  onFrom(event: WechatMiniprogram.PickerChange) {
    this.change({ from: String(event.detail.value) })
  },

  onTo(event: WechatMiniprogram.PickerChange) {
    this.change({ to: String(event.detail.value) })
  },

  onZone(event: WechatMiniprogram.PickerChange) {
    const zone = this.data.zones[Number(event.detail.value)]
    if (zone) this.change({ zone: zone.value })
  },

  onLanguage(event: WechatMiniprogram.PickerChange) {
    const language = languages[Number(event.detail.value)]
    if (language) this.change({ language: language.value })
  },

  onTemplate(event: WechatMiniprogram.SwitchChange) {
    const { template } = event.currentTarget.dataset as { template: string }
    const muted: string[] = this.draft?.muted ?? []
    const others = muted.filter((one) => one !== template)
    this.change({ muted: event.detail.value ? others : [...others, template] })
  },
})
