import type { Outcome } from '../../../core/contract'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told } from '../failure'
import { count } from '../figures'
import { words as shared } from '../words'
import { type Person, type Query, type Source, sourceOf } from './source'
import { words } from './words'

/** Parts that are read one after the other where none of them has anybody: then a person says whether to go on. */
const EMPTY_PARTS = 5
/** Rows of one setData, so that it stays small; the rest of a large part follows. */
const ROWS = 100

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    headline: '',
    lead: '',
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    people: [] as Person[],
    counted: '',
    hasMore: false,
    isLoadingMore: false,
  },

  source: null as Source | null,
  cursor: null as string | null,
  /** Read and not shown yet. */
  waiting: [] as Person[],
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad(query: Query) {
    const { w } = this.data
    const { outcomes } = inPhoneLanguage(shared)
    void wx.setNavigationBarTitle({ title: w.title })
    this.source = sourceOf({ ...query, ...(query.code && { code: decodeURIComponent(query.code) }) })
    if (query.reminders !== undefined) {
      this.setData({ headline: w.undeliverable, lead: w.undeliverableLead })
      return this.load()
    }
    const isDryRun = query.reason !== undefined
    const outcome = outcomes[query.outcome as Outcome] ?? ''
    this.setData({
      headline: isDryRun ? (query.reason === 'sendable' ? w.wouldGet : w.wouldNot) : outcome,
      lead: isDryRun ? w.dryRun : w.tap,
    })
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  onReachBottom() {
    if (this.data.hasMore) void this.more()
  },

  /** From the beginning. What is on the page stays until there is something newer. */
  load() {
    this.setData({ notice: null })
    return this.read(null)
  },

  more() {
    if (this.data.isLoadingMore) return undefined
    if (this.waiting.length > 0) return this.show([])
    return this.read(this.cursor)
  },

  async read(from: string | null) {
    if (this.source === null) return
    const reading = (this.readings += 1)
    this.setData({ isLoadingMore: true })
    try {
      let part = await this.source(from)
      for (let parts = 1; part.people.length === 0 && part.cursor !== null && parts < EMPTY_PARTS; parts += 1)
        part = await this.source(part.cursor)
      if (reading !== this.readings) return
      this.cursor = part.cursor
      if (from === null) {
        this.waiting = []
        this.setData({ people: [] })
      }
      this.setData({ state: 'ready', notice: null, isLoadingMore: false })
      this.show(part.people)
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (notice.isRefused) this.setData({ people: [], hasMore: false })
      if (this.data.people.length === 0) this.setData({ state: 'failed' })
      this.setData({ notice, isLoadingMore: false })
    }
  },

  show(read: Person[]) {
    const all: Person[] = [...this.waiting, ...read]
    const at = this.data.people.length
    const shown = all.slice(0, ROWS)
    this.waiting = all.slice(ROWS)
    const added = shown.map((person, place) => [`people[${at + place}]`, person])
    this.setData({
      ...Object.fromEntries(added),
      counted: fill(this.data.w.count, { count: count(at + shown.length) }),
      hasMore: this.waiting.length > 0 || this.cursor !== null,
    })
  },

  open(event: WechatMiniprogram.BaseEvent) {
    const { openid } = event.currentTarget.dataset as { openid: string }
    void wx.navigateTo({ url: `/console/person/person?openid=${openid}` })
  },
})
