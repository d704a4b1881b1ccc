import type { CampaignDetail, Card, DryRun } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import { type Fact, factsOf, namesOf, type Names } from '../facts'
import { count } from '../figures'
import { nowParts } from '../../components/param-form/form'
import { type FoundView, lookedAt, nothing, reached, viewOf, withPart } from './found'
import { words } from './words'

/** What is offered for a later start: the next full hour. */
const HOUR = 3_600_000

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    name: '',
    facts: [] as Fact[],
    card: null as Card | null,
    canAct: false,
    /** Said where the campaign has a test group. */
    test: '',
    isCounting: false,
    found: null as FoundView | null,
    /** Why the dry run stands still before its end. */
    unfinished: '',
    isLater: false,
    date: '',
    time: '',
    isPast: false,
    busy: '',
  },

  campaign: '',
  detail: null as CampaignDetail | null,
  names: null as Names | null,
  found: nothing,
  /** Where the dry run goes on; null at its end. */
  cursor: null as string | null,
  isCounted: false,
  /** Counts dry runs, so that one that is no longer wanted ends. */
  runs: 0,
  readings: 0,

  onLoad({ campaign = '' }: Record<string, string | undefined>) {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    this.campaign = campaign
    const { date, time } = nowParts(new Date(Date.now() + HOUR))
    this.setData({ date, time: time.replace(/\d\d$/, '00') })
    return this.load()
  },

  onUnload() {
    this.runs += 1
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    const reading = (this.readings += 1)
    this.setData({ notice: null })
    try {
      const [detail, { role }] = await Promise.all([
        call('staff', 'campaign.get', { campaign: this.campaign }),
        call('staff', 'whoami', {}),
      ])
      if (detail.state !== 'draft') {
        this.leave()
        return
      }
      const names = await namesOf(detail)
      if (reading !== this.readings) return
      this.setData({ state: 'ready', canAct: role !== 'viewer' })
      this.show(detail, names)
      void this.countAll()
    } catch (error) {
      await this.fail(error, reading)
    }
  },

  /** It is no draft any more: what there is to see is on its own page. */
  leave() {
    void wx.redirectTo({ url: `/console/campaign/campaign?campaign=${this.campaign}` })
  },

  async fail(error: unknown, reading: number) {
    const notice = await explain(error)
    if (reading !== this.readings) return
    if (notice.isRefused || this.detail === null) this.setData({ state: 'failed' })
    this.setData({ notice })
  },

  show(detail: CampaignDetail, names: Names) {
    this.detail = detail
    this.names = names
    const { name, card = null, testGroup } = detail
    const test = testGroup.length > 0 ? fill(this.data.w.testFirst, { count: testGroup.length }) : ''
    this.setData({ name, card, test, facts: factsOf(detail, names, Date.now()) })
  },

  countAll() {
    this.found = nothing
    this.cursor = null
    return this.count()
  },

  goOn() {
    return this.cursor === null ? this.countAll() : this.count()
  },

  /** Part by part, from where it stopped. */
  async count() {
    const run = (this.runs += 1)
    this.isCounted = false
    this.setData({ isCounting: true, unfinished: '' })
    try {
      do {
        const input = { campaign: this.campaign, ...(this.cursor !== null && { cursor: this.cursor }) }
        const part: DryRun = await call('staff', 'campaign.dryRun', input)
        if (run !== this.runs) return
        this.found = withPart(this.found, part)
        this.cursor = part.cursor
        this.setData({ found: viewOf(this.found, this.detail?.progress.quotaLeft ?? null) })
      } while (this.cursor !== null)
      this.isCounted = true
    } catch (error) {
      const { text, isRefused } = await explain(error)
      if (run !== this.runs) return
      if (isRefused) await this.fail(error, this.readings)
      else this.setData({ unfinished: fill(this.data.w.unfinished, { reason: text }) })
    } finally {
      if (run === this.runs) this.setData({ isCounting: false })
    }
  },

  people(event: WechatMiniprogram.BaseEvent) {
    const { reason } = event.currentTarget.dataset as { reason: string }
    void wx.navigateTo({ url: `/console/people/people?campaign=${this.campaign}&reason=${reason}` })
  },

  edit() {
    void wx.redirectTo({ url: `/console/compose/compose?campaign=${this.campaign}` })
  },

  onWhen(event: WechatMiniprogram.RadioGroupChange) {
    this.setData({ isLater: event.detail.value === 'later', isPast: false })
  },

  onDate(event: WechatMiniprogram.PickerChange) {
    this.setData({ date: String(event.detail.value), isPast: false })
  },

  onTime(event: WechatMiniprogram.PickerChange) {
    this.setData({ time: String(event.detail.value), isPast: false })
  },

  /** In the phone's own time. */
  startAt(): number {
    const [year = 0, month = 1, day = 1] = this.data.date.split('-').map(Number)
    const [hour = 0, minute = 0] = this.data.time.split(':').map(Number)
    return new Date(year, month - 1, day, hour, minute).getTime()
  },

  async submit() {
    if (this.data.busy !== '' || this.detail === null) return
    const { isLater } = this.data
    const startAt = this.startAt()
    if (isLater && startAt <= Date.now()) return this.setData({ isPast: true })
    // From here on a second tap does nothing: the dialog of the first is open, or its call under way.
    this.setData({ busy: 'asking', notice: null })
    const reading = (this.readings += 1)
    try {
      if (!(await this.confirmed(isLater ? startAt : null))) return
      this.setData({ busy: 'submit' })
      if (!(await this.isAsSeen())) return
      const expected = this.isCounted ? { expected: lookedAt(this.found) } : {}
      const { campaign, version } = this.detail
      const input = { campaign, version, ...expected }
      if (isLater) await call('staff', 'campaign.schedule', { ...input, startAt })
      else await call('staff', 'campaign.start', input)
      this.leave()
    } catch (error) {
      await this.fail(error, reading)
    } finally {
      this.setData({ busy: '' })
    }
  },

  async confirmed(startAt: number | null): Promise<boolean> {
    const { w, name } = this.data
    const facts = {
      count: count(reached(this.found)),
      time: startAt === null ? '' : timeOf(startAt, Date.now()),
      name,
      audience: this.names?.audience ?? '',
    }
    const titles = this.isCounted
      ? { now: w.startTitle, later: w.scheduleTitle }
      : { now: w.startTitleOpen, later: w.scheduleTitleOpen }
    const more = [this.isCounted ? '' : w.unknownCount, this.data.test].filter((text) => text !== '')
    const { confirm } = await wx.showModal({
      title: fill(startAt === null ? titles.now : titles.later, facts),
      content: [fill(w.confirmText, facts), ...more].join('\n'),
      confirmText: startAt === null ? w.send : w.setTime,
      cancelText: w.back,
    })
    return confirm
  },

  /** Nothing is sent that the person has not seen: an edit by somebody else is shown first. */
  async isAsSeen(): Promise<boolean> {
    const latest = await call('staff', 'campaign.get', { campaign: this.campaign })
    if (latest.version === this.detail?.version) return true
    if (latest.state !== 'draft') this.leave()
    else {
      this.show(latest, await namesOf(latest))
      this.setData({ notice: told('warn', this.data.w.changed) })
      void this.countAll()
    }
    return false
  },

  async discard() {
    if (this.data.busy !== '') return
    this.setData({ busy: 'asking', notice: null })
    const reading = (this.readings += 1)
    try {
      const {
        discardTitle: title,
        discardText: content,
        discardYes: confirmText,
        back: cancelText,
      } = this.data.w
      const { confirm } = await wx.showModal({
        title,
        content,
        confirmText,
        cancelText,
        confirmColor: '#b3261e',
      })
      if (!confirm) return
      await call('staff', 'campaign.cancel', { campaign: this.campaign })
      void wx.redirectTo({ url: '/console/campaigns/campaigns' })
    } catch (error) {
      await this.fail(error, reading)
    } finally {
      this.setData({ busy: '' })
    }
  },
})
