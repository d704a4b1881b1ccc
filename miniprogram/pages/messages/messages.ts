import { call, messageOf } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { type Notice, noticeOf } from '../../services/subscribing'
import { fill, inPhoneLanguage } from '../../words/language'
import { nameTabs } from '../tab-bar'
import { type Item, itemOf } from './items'
import { words } from './words'

/** A query arrives as it was written; what was not written by encodeURIComponent is shown as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch (error) {
    if (error instanceof URIError) return value
    throw error
  }
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    items: [] as Item[],
    /** From where `more` goes on; 0 at the end. */
    next: 0,
    state: 'loading' as 'loading' | 'ready' | 'failed',
    isLoadingMore: false,
    notice: null as Notice | null,
    opened: '',
  },

  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad(query: Record<string, string | undefined>) {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    const what = Object.values(query).find((value) => value !== undefined && value !== '')
    if (what !== undefined) this.setData({ opened: fill(this.data.w.opened, { what: decoded(what) }) })
  },

  onShow() {
    nameTabs()
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  onReachBottom() {
    if (this.data.next > 0) void this.more()
  },

  async load() {
    const reading = (this.readings += 1)
    try {
      const { messages, next = 0 } = await call('subscriber', 'message.mine', {})
      if (reading !== this.readings) return
      const now = Date.now()
      const items = messages.map((message) => itemOf(message, now))
      this.setData({ items, next, state: 'ready', notice: null, isLoadingMore: false })
    } catch (error) {
      if (reading !== this.readings) return
      const state = this.data.items.length > 0 ? 'ready' : 'failed'
      this.setData({ state, notice: noticeOf('bad', messageOf(error), 'retry'), isLoadingMore: false })
    }
  },

  async more() {
    if (this.data.isLoadingMore) return
    const reading = (this.readings += 1)
    this.setData({ isLoadingMore: true })
    try {
      const { messages, next = 0 } = await call('subscriber', 'message.mine', { before: this.data.next })
      // Read anew meanwhile: what was earlier than the old list may be in the new one.
      if (reading !== this.readings) return
      const now = Date.now()
      const at = this.data.items.length
      const added = messages.map((message, place) => [`items[${at + place}]`, itemOf(message, now)])
      this.setData({ ...Object.fromEntries(added), next, notice: null, isLoadingMore: false })
    } catch (error) {
      if (reading !== this.readings) return
      this.setData({ notice: noticeOf('bad', messageOf(error), 'retry'), isLoadingMore: false })
    }
  },

  /** Where the message leads: a page of this Mini Program. A tab page takes no query. */
  open(event: WechatMiniprogram.CustomEvent<{ page?: string }>) {
    const { page } = event.detail
    if (!page) return
    const url = `/${page}`
    const fail = () => this.setData({ notice: noticeOf('warn', this.data.w.noPage) })
    wx.navigateTo({ url, fail: () => wx.switchTab({ url: url.replace(/\?.*$/, ''), fail }) })
  },
})
