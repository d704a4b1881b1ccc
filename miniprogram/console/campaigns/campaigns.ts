import type { DispatchState, Outputs, Role } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { colleague } from '../colleagues'
import { explain, type Told } from '../failure'
import { fastest, type Pace, paceOf, Polling } from '../polling'
import { changesOf, type Row, rowOf } from './rows'
import { words } from './words'

const PAGE = 20
/** Those that are looked at again and again; what is older hardly changes. */
const LOOK = 40

type Listed = Outputs['campaign.list']['campaigns']

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'refused',
    notice: null as Told | null,
    rows: [] as Row[],
    /** From where earlier ones go on; 0 at the end. */
    next: 0,
    isLoadingMore: false,
    role: null as Role | null,
    /** Since when and by whom all sending is stopped; '' is not. */
    stopped: '',
    isStopping: false,
  },

  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,
  polling: null as Polling | null,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    this.polling = new Polling(() => this.look())
  },

  onShow() {
    return this.load()
  },

  onHide() {
    this.polling?.stop()
  },

  onUnload() {
    this.polling?.stop()
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
      const [listed, state, { role }] = await Promise.all([
        call('staff', 'campaign.list', { limit: PAGE }),
        call('staff', 'dispatch.state', {}),
        call('staff', 'whoami', {}),
      ])
      if (reading !== this.readings) return
      this.setData({ state: 'ready', notice: null, role, next: listed.next ?? 0, isLoadingMore: false })
      this.show(listed.campaigns, [])
      await this.tellStop(state)
      this.polling?.go(this.pace(listed.campaigns))
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (notice.isRefused) {
        this.polling?.stop()
        return this.setData({ state: 'refused', rows: [], notice })
      }
      // What is on the page stays: it is older, not wrong.
      if (this.data.rows.length === 0) this.setData({ state: 'failed' })
      this.setData({ notice, isLoadingMore: false })
    }
  },

  pace(campaigns: Listed): Pace {
    const now = Date.now()
    return fastest(campaigns.map((campaign) => paceOf(campaign, now)))
  },

  /** One look while something moves; what was opened stays. */
  async look(): Promise<Pace> {
    const reading = this.readings
    const limit = Math.min(LOOK, Math.max(PAGE, this.data.rows.length))
    try {
      const { campaigns } = await call('staff', 'campaign.list', { limit })
      if (reading !== this.readings) return this.pace(campaigns)
      if (this.data.notice?.act === 'retry') this.setData({ notice: null })
      const seen = new Set(campaigns.map(({ campaign }) => campaign))
      this.show(
        campaigns,
        this.data.rows.filter(({ campaign }) => !seen.has(campaign)),
      )
      return this.pace(campaigns)
    } catch (error) {
      const notice = await explain(error)
      if (reading === this.readings) this.setData({ notice })
      if (notice.isRefused) {
        this.setData({ state: 'refused', rows: [] })
        return 'stop'
      }
      throw error
    }
  },

  show(campaigns: Listed, older: Row[]) {
    const now = Date.now()
    const rows = campaigns.map((one) => rowOf(one, now))
    for (const change of changesOf(this.data.rows, [...rows, ...older])) this.setData(change)
  },

  async more() {
    if (this.data.isLoadingMore) return
    const reading = (this.readings += 1)
    this.setData({ isLoadingMore: true })
    try {
      const input = { limit: PAGE, before: this.data.next }
      const { campaigns, next = 0 } = await call('staff', 'campaign.list', input)
      if (reading !== this.readings) return
      const { rows } = this.data
      const now = Date.now()
      const added = campaigns.map((one) => rowOf(one, now))
      for (const change of changesOf(rows, [...rows, ...added])) this.setData(change)
      this.setData({ next, notice: null, isLoadingMore: false })
    } catch (error) {
      const notice = await explain(error)
      if (reading === this.readings) this.setData({ notice, isLoadingMore: false })
    }
  },

  async tellStop({ stopped }: DispatchState) {
    if (!stopped) return this.setData({ stopped: '' })
    const facts = { time: timeOf(stopped.at, Date.now()), by: await colleague(stopped.by) }
    this.setData({ stopped: fill(this.data.w.stopped, facts) })
  },

  async stopAll() {
    if (this.data.isStopping) return
    const { stopTitle: title, stopText: content, stop: confirmText, back: cancelText } = this.data.w
    const { confirm } = await wx.showModal({
      title,
      content,
      confirmText,
      cancelText,
      confirmColor: '#b3261e',
    })
    if (confirm) await this.switchAll('dispatch.stop')
  },

  async releaseAll() {
    if (this.data.isStopping) return
    const { releaseTitle: title, releaseText: content, releaseYes, releaseNo } = this.data.w
    const asked = { title, content, confirmText: releaseYes, cancelText: releaseNo }
    const { confirm } = await wx.showModal(asked)
    if (confirm) await this.switchAll('dispatch.release')
  },

  async switchAll(action: 'dispatch.stop' | 'dispatch.release') {
    if (this.data.isStopping) return
    this.setData({ isStopping: true, notice: null })
    try {
      await this.tellStop(await call('staff', action, {}))
      await this.load()
    } catch (error) {
      this.setData({ notice: await explain(error) })
    } finally {
      this.setData({ isStopping: false })
    }
  },

  open(event: WechatMiniprogram.BaseEvent) {
    const { campaign, state } = event.currentTarget.dataset as { campaign: string; state: string }
    const page = state === 'draft' ? 'review/review' : 'campaign/campaign'
    void wx.navigateTo({ url: `/console/${page}?campaign=${campaign}` })
  },

  compose() {
    void wx.navigateTo({ url: '/console/compose/compose' })
  },

  sendOne() {
    void wx.navigateTo({ url: '/console/send/send' })
  },

  audiences() {
    void wx.navigateTo({ url: '/console/audiences/audiences' })
  },

  reminders() {
    void wx.navigateTo({ url: '/console/reminders/reminders' })
  },

  templates() {
    void wx.navigateTo({ url: '/console/templates/templates' })
  },
})
