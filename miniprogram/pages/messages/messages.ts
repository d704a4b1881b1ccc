import type { Card, MineMessage } from '../../../core/contract'
import { call, messageOf } from '../../services/cloud'
import { nameTabs } from '../../services/tab-bar'
import { fill } from '../../words/language'
import { wordsOf } from '../../words/words'

interface Item {
  id: string
  card: Card
  time: string
}

const two = (n: number) => String(n).padStart(2, '0')

/** The phone's own clock: 11-21 15:30. */
function timeOf(at: number): string {
  const date = new Date(at)
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** A query arrives as it was written; what was not written by encodeURIComponent is shown as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch (error) {
    if (error instanceof URIError) return value
    throw error
  }
}

const itemOf = ({ id, card, sentAt }: MineMessage): Item => ({ id, card, time: timeOf(sentAt) })

Page({
  data: {
    w: wordsOf('messages'),
    items: [] as Item[],
    next: 0,
    state: 'loading' as 'loading' | 'ready' | 'failed',
    failure: '',
    opened: '',
  },

  onLoad(query: Record<string, string | undefined>) {
    nameTabs()
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    const what = Object.values(query).find((value) => value !== undefined && value !== '')
    if (what !== undefined) this.setData({ opened: fill(this.data.w.opened, { what: decoded(what) }) })
  },

  onShow() {
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    try {
      const { messages, next = 0 } = await call('subscriber', 'message.mine', {})
      this.setData({ items: messages.map(itemOf), next, state: 'ready', failure: '' })
    } catch (error) {
      this.setData({ state: this.data.items.length > 0 ? 'ready' : 'failed', failure: messageOf(error) })
    }
  },

  async more() {
    try {
      const { messages, next = 0 } = await call('subscriber', 'message.mine', { before: this.data.next })
      this.setData({ items: [...this.data.items, ...messages.map(itemOf)], next, failure: '' })
    } catch (error) {
      this.setData({ failure: messageOf(error) })
    }
  },

  /** Where the message leads: a page of this Mini Program. A tab page takes no query. */
  open(event: WechatMiniprogram.CustomEvent<{ page?: string }>) {
    const { page } = event.detail
    if (!page || page.startsWith('pages/messages/')) return
    const url = `/${page}`
    wx.navigateTo({ url, fail: () => wx.switchTab({ url: url.replace(/\?.*$/, '') }) })
  },
})
