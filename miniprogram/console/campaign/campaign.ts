import type { CampaignDetail } from '../../../core/contract'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { Keys } from '../../services/keys'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import { namesOf, type Names } from '../facts'
import { count } from '../figures'
import { type Pace, paceOf, Polling } from '../polling'
import { readRate } from '../rate'
import { words as shared } from '../words'
import { type Act, type Redriven, redriven } from './acts'
import { changesOf, type View, viewOf } from './view'
import { words } from './words'

interface Choice {
  outcome: Redriven
  label: string
  isOn: boolean
}

/** Of all pages that this phone opens: a page that is left and opened again asks with the same key. */
const keys = new Keys()

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    view: null as View | null,
    canAct: false,
    /** The act that is under way; nothing else can be done meanwhile. */
    busy: '',
    /** What is said of the bar that was tapped. */
    bar: '',
    /** The rate as it is typed; null while it is not changed. */
    rate: null as string | null,
    rateFault: '',
    /** Outcomes to send again to; empty while nobody wants to. */
    choices: [] as Choice[],
  },

  campaign: '',
  detail: null as CampaignDetail | null,
  names: null as Names | null,
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,
  polling: null as Polling | null,

  onLoad({ campaign = '' }: Record<string, string | undefined>) {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    this.campaign = campaign
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

  async load() {
    const reading = (this.readings += 1)
    try {
      const [detail, { role }] = await Promise.all([
        call('staff', 'campaign.get', { campaign: this.campaign }),
        call('staff', 'whoami', {}),
      ])
      const names = this.names ?? (await namesOf(detail))
      if (reading !== this.readings) return
      this.names = names
      this.setData({ state: 'ready', notice: null, canAct: role !== 'viewer' })
      this.show(detail)
      this.polling?.go(paceOf(detail, Date.now()))
    } catch (error) {
      await this.fail(error, reading)
    }
  },

  async look(): Promise<Pace> {
    const reading = this.readings
    try {
      const detail = await call('staff', 'campaign.get', { campaign: this.campaign })
      if (reading !== this.readings) return paceOf(detail, Date.now())
      if (this.data.notice?.act === 'retry') this.setData({ notice: null })
      this.show(detail)
      return paceOf(detail, Date.now())
    } catch (error) {
      const { isRefused, act } = await this.fail(error, reading)
      // Only what may be there again later is asked for again.
      if (isRefused || act === '') return 'stop'
      throw error
    }
  },

  async fail(error: unknown, reading: number): Promise<Told> {
    const notice = await explain(error)
    if (reading !== this.readings) return notice
    if (notice.isRefused) this.setData({ state: 'failed', view: null, canAct: false })
    else if (this.data.view === null) this.setData({ state: 'failed' })
    this.setData({ notice })
    return notice
  },

  show(detail: CampaignDetail) {
    if (this.names === null) return
    this.detail = detail
    const changes = changesOf(this.data.view, viewOf(detail, this.names, Date.now()))
    if (Object.keys(changes).length > 0) this.setData(changes)
  },

  /** One act at a time; its reply is the campaign as it is then. */
  async act(event: WechatMiniprogram.BaseEvent) {
    const { act } = event.currentTarget.dataset as { act: Act }
    if (this.data.busy !== '') return
    if (act === 'review') this.review(this.campaign)
    else if (act === 'redrive') this.offerRedrive()
    else if (act === 'clone') await this.clone()
    else if (await this.confirm(act))
      await this.run(act, () => call('staff', `campaign.${act}`, { campaign: this.campaign }))
  },

  /** Asks before what sends, or cannot be undone. */
  async confirm(act: Act): Promise<boolean> {
    const { w } = this.data
    const reason = this.data.view?.reason ?? ''
    const audience = this.names?.audience ?? ''
    const asked: Partial<Record<Act, { title: string; content: string; confirmText: string }>> = {
      start: { title: w.startTitle, content: fill(w.startText, { audience }), confirmText: w.startYes },
      resume: { title: w.resumeTitle, content: fill(w.resumeText, { reason }), confirmText: w.resumeYes },
      cancel: { title: w.cancelTitle, content: w.cancelText, confirmText: w.cancelYes },
    }
    const modal = asked[act]
    if (!modal) return true
    const { confirm } = await wx.showModal({ ...modal, cancelText: w.no })
    return confirm
  },

  /** Resolves with the campaign that it led to; undefined where it failed, which is told. */
  async run(act: string, work: () => Promise<CampaignDetail>): Promise<CampaignDetail | undefined> {
    if (this.data.busy !== '') return undefined
    this.setData({ busy: act, notice: null })
    const reading = (this.readings += 1)
    try {
      const detail = await work()
      if (detail.campaign === this.campaign) {
        this.show(detail)
        this.polling?.go(paceOf(detail, Date.now()))
      }
      return detail
    } catch (error) {
      await this.fail(error, reading)
      return undefined
    } finally {
      this.setData({ busy: '' })
    }
  },

  review(campaign: string) {
    const url = `/console/review/review?campaign=${campaign}`
    // A draft has only one page; a copy comes on top of what it is of.
    void (campaign === this.campaign ? wx.redirectTo({ url }) : wx.navigateTo({ url }))
  },

  async clone() {
    const { cloneUnserved, cloneAll } = this.data.w
    const closed = () => ({ tapIndex: -1 })
    const { tapIndex } = await wx.showActionSheet({ itemList: [cloneUnserved, cloneAll] }).catch(closed)
    if (tapIndex < 0) return
    const input = { campaign: this.campaign, unserved: tapIndex === 0 }
    const ask = (key: string) => call('staff', 'campaign.clone', { ...input, key })
    const copy = await this.run('clone', () => keys.ask(input, ask))
    if (copy) this.review(copy.campaign)
  },

  offerRedrive() {
    const { outcomes = {} } = this.detail?.progress ?? {}
    const { outcomes: names } = inPhoneLanguage(shared)
    const choices = redriven
      .filter(({ outcome }) => (outcomes[outcome] ?? 0) > 0)
      .map(({ outcome, isUsual }): Choice => {
        const facts = { outcome: names[outcome], count: count(outcomes[outcome] ?? 0) }
        return { outcome, isOn: isUsual, label: fill(this.data.w.choice, facts) }
      })
    this.setData({ choices })
  },

  onChoices(event: WechatMiniprogram.CheckboxGroupChange) {
    const chosen = event.detail.value
    this.setData({
      choices: this.data.choices.map((one) => ({ ...one, isOn: chosen.includes(one.outcome) })),
    })
  },

  leaveRedrive() {
    this.setData({ choices: [] })
  },

  async redrive() {
    const outcomes = this.data.choices.filter(({ isOn }) => isOn).map(({ outcome }) => outcome)
    if (outcomes.length === 0) return this.setData({ notice: told('warn', this.data.w.redriveNone) })
    const input = { campaign: this.campaign, outcomes }
    const ask = (key: string) => call('staff', 'campaign.redrive', { ...input, key })
    const made = await this.run('redrive', () => keys.ask(input, ask))
    if (!made) return
    this.setData({ choices: [] })
    this.review(made.campaign)
  },

  changeRate() {
    const rate = this.detail?.rate ?? null
    this.setData({ rate: rate === null ? '' : String(rate), rateFault: '' })
  },

  onRate(event: WechatMiniprogram.Input) {
    this.setData({ rate: event.detail.value, rateFault: '' })
  },

  leaveRate() {
    this.setData({ rate: null, rateFault: '' })
  },

  async saveRate() {
    const rate = readRate(this.data.rate ?? '')
    if (rate === undefined) return this.setData({ rateFault: this.data.w.rateWrong })
    const input = { campaign: this.campaign, rate }
    if (await this.run('adjust', () => call('staff', 'campaign.adjust', input))) this.leaveRate()
  },

  showBar(event: WechatMiniprogram.BaseEvent) {
    const { label } = event.currentTarget.dataset as { label: string }
    this.setData({ bar: label })
  },

  people(event: WechatMiniprogram.BaseEvent) {
    const { outcome, code = '' } = event.currentTarget.dataset as { outcome: string; code?: string }
    const query = code === '' ? `outcome=${outcome}` : `outcome=${outcome}&code=${encodeURIComponent(code)}`
    void wx.navigateTo({ url: `/console/people/people?campaign=${this.campaign}&${query}` })
  },
})
