import { phoneZone, zoneOptions } from '../../pages/preferences/options'
import { dayAfter, dayOf, nowIn } from '../../pages/reminders/clock'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told } from '../failure'
import { type Row, rowOf } from './board'
import { words } from './words'

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'refused',
    notice: null as Told | null,
    day: '',
    /** The day as a person reads it. */
    dayName: '',
    zones: zoneOptions(phoneZone()),
    zoneAt: 0,
    rows: [] as Row[],
    isCut: false,
  },

  titles: new Map<string, string>(),
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    const zone = phoneZone()
    this.setData({ zoneAt: this.data.zones.findIndex(({ value }) => value === zone) })
    this.turn(dayOf(nowIn(zone)))
  },

  onShow() {
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  zone(): string {
    return this.data.zones[this.data.zoneAt]?.value ?? phoneZone()
  },

  turn(day: string) {
    const isToday = day === dayOf(nowIn(this.zone()))
    this.setData({ day, dayName: isToday ? fill(this.data.w.today, { day }) : day })
  },

  async load() {
    const reading = (this.readings += 1)
    const { day } = this.data
    try {
      const [{ templates, more }] = await Promise.all([
        call('staff', 'reminder.board', { day, zone: this.zone() }),
        this.readTitles(),
      ])
      if (reading !== this.readings) return
      const rows = templates.map((one) => rowOf(one, this.titles.get(one.template) ?? one.template))
      this.setData({ state: 'ready', notice: null, rows, isCut: more })
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      // The figures of another day are not those of this one.
      const state = notice.isRefused ? 'refused' : 'failed'
      this.setData({ state, rows: [], isCut: false, notice })
    }
  },

  /** Templates change with a deployment only: they are read once. */
  async readTitles() {
    if (this.titles.size > 0) return
    const { templates } = await call('staff', 'template.list', {})
    this.titles = new Map(templates.map(({ template, title }) => [template, title]))
  },

  earlier() {
    this.turn(dayAfter(this.data.day, -1))
    return this.load()
  },

  later() {
    this.turn(dayAfter(this.data.day))
    return this.load()
  },

  onDay(event: WechatMiniprogram.PickerChange) {
    this.turn(String(event.detail.value))
    return this.load()
  },

  onZone(event: WechatMiniprogram.PickerChange) {
    this.setData({ zoneAt: Number(event.detail.value) })
    this.turn(this.data.day)
    return this.load()
  },

  openMissed() {
    void wx.navigateTo({ url: '/console/reminders-missed/reminders-missed' })
  },

  openUndeliverable() {
    void wx.navigateTo({ url: '/console/people/people?reminders=undeliverable' })
  },

  openSeries() {
    void wx.navigateTo({ url: '/console/reminders-series/reminders-series' })
  },
})
