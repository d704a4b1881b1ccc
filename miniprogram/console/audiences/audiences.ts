import type { Audience, TemplateSummary } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told } from '../failure'
import { count } from '../figures'
import { words } from './words'

/** Lists that are shown at once: some hundred bytes each, far below what one setData may carry. */
const SHOWN = 50

interface Row {
  audience: string
  name: string
  sealed: boolean
  badge: string
  about: string
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    rows: [] as Row[],
    hasMore: false,
    canChange: false,
    /** The list that something is done to, and what. */
    busy: '',
    doing: '' as '' | 'seal' | 'remove',
  },

  all: [] as Row[],
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
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
      const [{ audiences }, { templates }, { role }] = await Promise.all([
        call('staff', 'audience.list', {}),
        call('staff', 'template.list', {}),
        call('staff', 'whoami', {}),
      ])
      if (reading !== this.readings) return
      const now = Date.now()
      this.all = audiences.map((one) => this.rowOf(one, templates, now))
      this.setData({ state: 'ready', notice: null, canChange: role !== 'viewer', rows: [] })
      this.more()
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (notice.isRefused) this.setData({ rows: [] })
      if (this.data.rows.length === 0) this.setData({ state: 'failed' })
      this.setData({ notice })
    }
  },

  more() {
    const at = this.data.rows.length
    const added = this.all
      .slice(at, at + SHOWN)
      .map((row: Row, place: number) => [`rows[${at + place}]`, row])
    this.setData({ ...Object.fromEntries(added), hasMore: at + added.length < this.all.length })
  },

  rowOf(
    { audience, name, template, people, sealed, createdAt }: Audience,
    templates: TemplateSummary[],
    now: number,
  ): Row {
    const { w } = this.data
    const title = templates.find((one) => one.template === template)?.title ?? template ?? w.openidOnly
    const about = [
      ...(people === null ? [] : [fill(w.people, { count: count(people) })]),
      title,
      fill(w.made, { time: timeOf(createdAt, now) }),
    ]
    return { audience, name, sealed, badge: sealed ? w.sealed : w.open, about: about.join(' · ') }
  },

  create() {
    void wx.navigateTo({ url: '/console/import/import' })
  },

  add(event: WechatMiniprogram.BaseEvent) {
    const { audience } = event.currentTarget.dataset as { audience: string }
    void wx.navigateTo({ url: `/console/import/import?audience=${audience}` })
  },

  use(event: WechatMiniprogram.BaseEvent) {
    const { audience } = event.currentTarget.dataset as { audience: string }
    void wx.navigateTo({ url: `/console/compose/compose?audience=${audience}` })
  },

  seal(event: WechatMiniprogram.BaseEvent) {
    const { sealTitle: title, sealText: content, sealYes: confirmText } = this.data.w
    return this.confirmed(event, 'seal', { title, content, confirmText })
  },

  remove(event: WechatMiniprogram.BaseEvent) {
    const { removeTitle: title, removeText: content, removeYes: confirmText } = this.data.w
    return this.confirmed(event, 'remove', { title, content, confirmText, confirmColor: '#b3261e' })
  },

  /** One at a time; asks before what cannot be undone. */
  async confirmed(
    event: WechatMiniprogram.BaseEvent,
    doing: 'seal' | 'remove',
    modal: { title: string; content: string; confirmText: string; confirmColor?: string },
  ) {
    if (this.data.busy !== '') return
    const { audience, name } = event.currentTarget.dataset as { audience: string; name: string }
    this.setData({ busy: audience, doing, notice: null })
    try {
      const title = fill(modal.title, { name })
      const { confirm } = await wx.showModal({ ...modal, title, cancelText: this.data.w.no })
      if (!confirm) return
      await call('staff', `audience.${doing}`, { audience })
      await this.load()
    } catch (error) {
      this.setData({ notice: await explain(error) })
    } finally {
      this.setData({ busy: '', doing: '' })
    }
  },
})
