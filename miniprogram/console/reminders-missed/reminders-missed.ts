import type { ReminderTime } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import { count } from '../figures'
import { words } from './words'

/** Rows of one call and one setData. */
const LIMIT = 50
/** Times that are sent by one call (core/contract/reminder.ts). */
const MOST = 1000

interface Row {
  id: string
  openid: string
  about: string
  time: string
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'refused',
    notice: null as Told | null,
    rows: [] as Row[],
    sendAll: '',
    /** From where earlier ones go on; 0 at the end. */
    cursor: null as string | null,
    isLoadingMore: false,
    isSending: false,
    canSend: false,
  },

  titles: new Map<string, string>(),
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  onReachBottom() {
    if (this.data.cursor !== null) void this.more()
  },

  async load() {
    const reading = (this.readings += 1)
    try {
      const [{ reminders, cursor }, { role }, { templates }] = await Promise.all([
        call('staff', 'reminder.missed', { limit: LIMIT }),
        call('staff', 'whoami', {}),
        call('staff', 'template.list', {}),
      ])
      if (reading !== this.readings) return
      this.titles = new Map(templates.map(({ template, title }) => [template, title]))
      this.setData({
        state: 'ready',
        notice: null,
        rows: [],
        cursor,
        isLoadingMore: false,
        canSend: role !== 'viewer',
      })
      this.show(reminders)
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (notice.isRefused) this.setData({ state: 'refused', rows: [] })
      else if (this.data.rows.length === 0) this.setData({ state: 'failed' })
      this.setData({ notice, isLoadingMore: false })
    }
  },

  async more() {
    if (this.data.isLoadingMore) return
    const reading = (this.readings += 1)
    this.setData({ isLoadingMore: true })
    try {
      const { reminders, cursor } = await call('staff', 'reminder.missed', {
        limit: LIMIT,
        ...(this.data.cursor !== null && { cursor: this.data.cursor }),
      })
      if (reading !== this.readings) return
      this.setData({ cursor, notice: null, isLoadingMore: false })
      this.show(reminders)
    } catch (error) {
      const notice = await explain(error)
      if (reading === this.readings) this.setData({ notice, isLoadingMore: false })
    }
  },

  show(reminders: readonly ReminderTime[]) {
    const now = Date.now()
    const at = this.data.rows.length
    const added = reminders.map(({ id, openid, template, at: due }, place) => [
      `rows[${at + place}]`,
      { id, openid, about: this.titles.get(template) ?? template, time: timeOf(due, now) } satisfies Row,
    ])
    const sendAll = fill(this.data.w.sendAll, { count: count(at + reminders.length) })
    this.setData({ ...Object.fromEntries(added), sendAll })
  },

  sendOne(event: WechatMiniprogram.BaseEvent) {
    return this.send([(event.currentTarget.dataset as { id: string }).id])
  },

  sendListed() {
    return this.send(this.data.rows.map(({ id }) => id))
  },

  /** Sending twice sends once: what goes out is missed no more. */
  async send(reminders: string[]) {
    if (this.data.isSending || reminders.length === 0) return
    const { sendTitle: title, sendText, sendYes, sendNo, sent, gone } = this.data.w
    const content = fill(sendText, { count: count(reminders.length) })
    const { confirm } = await wx.showModal({ title, content, confirmText: sendYes, cancelText: sendNo })
    if (!confirm || this.data.isSending) return
    this.setData({ isSending: true, notice: null })
    try {
      const waiting = await this.sendAll(reminders)
      await this.load()
      const others = reminders.length - waiting
      const text = fill(others > 0 ? gone : sent, { count: count(waiting), others: count(others) })
      if (this.data.notice === null) this.setData({ notice: told('info', text) })
    } catch (error) {
      this.setData({ notice: await explain(error) })
    } finally {
      this.setData({ isSending: false })
    }
  },

  async sendAll(reminders: string[]): Promise<number> {
    let sum = 0
    for (let at = 0; at < reminders.length; at += MOST) {
      const some = reminders.slice(at, at + MOST)
      const { waiting } = await call('staff', 'reminder.sendMissed', { reminders: some })
      sum += waiting
    }
    return sum
  },
})
