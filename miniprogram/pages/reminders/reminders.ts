import type { Card, Offer, Reminder } from '../../../core/contract'
import { type Field, isComplete, withTyped } from '../../components/param-form/form'
import type { TypedDetail } from '../../components/param-form/param-form'
import { noChoices, openSettings } from '../../services/choices'
import { call, CallFailure, messageOf } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { promptLimit } from '../../services/prompt'
import { type Notice, noticeOf, type Outcome, subscribe } from '../../services/subscribing'
import { inPhoneLanguage } from '../../words/language'
import { words as subscribing } from '../../words/subscribing'
import type { Option } from '../preferences/options'
import { nameTabs } from '../tab-bar'
import {
  type Draft,
  draftOf,
  emptyDraft,
  forget,
  isRemindable,
  keep,
  rebased,
  type Remindable,
  wantedOf,
  withFields,
} from './draft'
import { forecastOf, type Forecast } from './forecast'
import { draftFor, faultsIn, formOf, missingIn, withGrant } from './form'
import { readAll } from './reading'
import { moreOf, type Row, rowsOf } from './rows'
import type { Choice, Repeat, When } from './schedule'
import { Setting } from './setting'
import { isToCancel, savedNotice } from './telling'
import { words } from './words'

/** The card follows the typing once it rests. */
const REST_MS = 300
/** Rows of one setData, so that it stays small; the rest are shown when they are asked for. */
const ROWS = 20

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Notice | null,
    templates: [] as Choice<string>[],
    template: '',
    fields: [] as Field[],
    whens: [] as Choice<When>[],
    when: 'evening' as When,
    today: '',
    date: '',
    time: '',
    repeats: [] as Choice<Repeat>[],
    repeat: 'once' as Repeat,
    zones: [] as Option[],
    zoneAt: 0,
    forecast: null as Forecast | null,
    /** What is wrong with the time or the message. */
    wrong: [] as string[],
    isOpen: false,
    card: null as Card | null,
    isChanging: false,
    isBusy: false,
    /** What the last tap came to. */
    result: null as Notice | null,
    rows: [] as Row[],
    hasMore: false,
  },

  offers: [] as Offer[],
  reminders: [] as Reminder[],
  choices: noChoices,
  draft: null as Draft | null,
  setting: new Setting(),
  shown: ROWS,
  resting: 0,
  /** The times that the service told of what is chosen; null where it was not asked yet. */
  next: null as number[] | null,
  /** Count readings and previews, so that a late answer does not overwrite a newer one. */
  readings: 0,
  asked: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    this.setting = new Setting()
  },

  onShow() {
    nameTabs()
    return this.load()
  },

  onUnload() {
    clearTimeout(this.resting)
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    const reading = (this.readings += 1)
    try {
      const read = await readAll()
      if (reading !== this.readings) return
      Object.assign(this, read)
      this.setData({ state: 'ready', notice: null })
      this.begin()
      this.list()
    } catch (error) {
      if (reading !== this.readings) return
      // What is on the page stays: it is older, not wrong.
      if (this.draft === null) this.setData({ state: 'failed' })
      this.setData({ notice: noticeOf('bad', messageOf(error), 'retry') })
    }
  },

  begin() {
    this.draft = draftFor(this.offers, this.draft)
    if (this.draft === null) this.setData({ templates: [] })
    this.form()
  },

  offer(): Remindable | undefined {
    return this.offers.filter(isRemindable).find(({ template }: Offer) => template === this.draft?.template)
  },

  /** The form as its draft says. */
  form() {
    const [draft, offer] = [this.draft, this.offer()]
    if (draft && offer) this.setData(formOf(draft, offer, this.offers))
    this.foresee()
  },

  foresee() {
    const [draft, offer] = [this.draft, this.offer()]
    if (draft && offer) this.setData({ forecast: forecastOf(draft, offer, this.reminders, this.next) })
  },

  list() {
    const all = rowsOf(this.reminders, this.offers, this.data.rows)
    this.setData({ rows: all.slice(0, this.shown), hasMore: all.length > this.shown })
  },

  more() {
    this.shown += ROWS
    this.list()
  },

  /** Another reminder is another thing to ask for; what became of the last one is no longer of this form. */
  change(part: Partial<Draft>) {
    if (this.draft === null) return
    this.draft = { ...this.draft, ...part }
    if (this.draft.of === null) keep(this.draft)
    this.setting.changed()
    this.next = null
    this.setData({ result: null, wrong: [] })
    clearTimeout(this.resting)
    this.resting = setTimeout(() => void this.preview(), REST_MS) as unknown as number
  },

  choose(part: Partial<Draft>) {
    this.change(part)
    this.form()
  },

  onTyped(event: WechatMiniprogram.CustomEvent<TypedDetail>) {
    const { name, typed } = event.detail
    const fields = withTyped(this.data.fields, name, typed)
    const at = fields.findIndex((field) => field.name === name)
    if (this.draft === null || at < 0) return
    this.setData({ [`fields[${at}]`]: fields[at] })
    this.change(withFields(this.draft, fields))
  },

  onWhen(event: WechatMiniprogram.BaseEvent) {
    const { value } = event.currentTarget.dataset as { value: When }
    // A day that is picked begins with today.
    this.choose(
      value === 'picked' ? { when: value, date: this.draft?.date || this.data.today } : { when: value },
    )
  },

  onChip(event: WechatMiniprogram.BaseEvent) {
    const { name, value } = event.currentTarget.dataset as { name: 'template' | 'repeat'; value: string }
    this.choose({ [name]: value })
  },

  /** A part of a time that is picked: its day or its hour. */
  onPart(event: WechatMiniprogram.PickerChange) {
    const { part } = event.currentTarget.dataset as { part: 'date' | 'time' }
    this.choose({ [part]: String(event.detail.value) })
  },

  onZone(event: WechatMiniprogram.PickerChange) {
    const zone = this.data.zones[Number(event.detail.value)]
    if (zone) this.choose({ zone: zone.value })
  },

  /** The times and the card as the service makes them. Where it is not reached, setting it will say so. */
  async preview() {
    const [draft, offer] = [this.draft, this.offer()]
    const wanted = draft && offer ? wantedOf(draft, offer) : null
    if (wanted === null || !isComplete(this.data.fields)) return this.setData({ card: null })
    const mine = (this.asked += 1)
    try {
      const { next, card } = await call('subscriber', 'reminder.preview', wanted)
      if (mine !== this.asked) return
      this.next = next
      this.setData({ card: this.data.isOpen ? card : null, wrong: [] })
      this.foresee()
    } catch (error) {
      if (mine === this.asked) this.tellFaults(error)
    }
  },

  tellFaults(error: unknown): boolean {
    const found = faultsIn(error, this.data.fields)
    if (found) this.setData(found)
    return found !== null
  },

  async toggleExample() {
    this.setData({ isOpen: !this.data.isOpen, card: null })
    if (this.data.isOpen) await this.preview()
  },

  /** WeChat's sheet opens in the tap itself; what it answered and the reminder are written after. */
  async set() {
    const [draft, offer] = [this.draft, this.offer()]
    if (this.data.isBusy || draft === null || !offer) return
    const missing = missingIn(draft, offer, this.data.fields)
    if (missing !== '') return this.setData({ result: noticeOf('warn', missing) })
    clearTimeout(this.resting)
    this.setData({ isBusy: true, result: null, wrong: [] })
    const asked = this.data.forecast?.isCovered ? null : await this.ask(offer)
    try {
      const saved = await this.setting.save(draft, offer)
      if (saved) await this.done(draft, saved, asked)
    } catch (error) {
      await this.failed(error)
    } finally {
      this.setData({ isBusy: false })
    }
  },

  /** Never throws. A grant that was given counts at once: trying again does not ask again. */
  async ask(offer: Offer): Promise<Outcome | null> {
    if (promptLimit() === 0) return null
    const outcome = await subscribe(offer.scenes[0] ?? '', [offer], this.choices)
    if (outcome.accepted.length === 0) return outcome
    this.offers = withGrant(this.offers, offer.template)
    this.foresee()
    return outcome
  },

  async done(draft: Draft, saved: Reminder, asked: Outcome | null) {
    // What was typed meanwhile is of the next one.
    if (this.draft === draft) {
      forget()
      this.turnTo(emptyDraft(draft.template, draft.zone), null)
    }
    await this.load()
    const isUncovered = this.data.rows.find(({ reminder }) => reminder === saved.reminder)?.isWarning ?? false
    this.setData({ result: savedNotice(saved, draft.of === null, isUncovered, asked) })
  },

  async failed(error: unknown) {
    if (this.tellFaults(error)) return
    const code = error instanceof CallFailure ? error.code : ''
    const isPassing = code === 'OFFLINE' || code === 'STORE_FAILED' || code === 'REMINDER_STATE'
    const result = noticeOf('bad', messageOf(error), isPassing ? 'retry' : '')
    const { of } = this.draft ?? {}
    if (!of || (code !== 'REMINDER_STATE' && code !== 'REMINDER_UNKNOWN')) return this.setData({ result })
    // Changed elsewhere: what was typed stays, and saving it again is of the version that is there now.
    await this.load()
    const now = this.reminders.find(({ reminder }: Reminder) => reminder === of.reminder)
    if (this.draft) this.draft = rebased(this.draft, now)
    this.setting.changed()
    this.form()
    this.setData({ result: now ? result : noticeOf('warn', this.data.w.gone) })
  },

  async act() {
    if (this.data.result?.action !== 'settings') await this.set()
    else if (await openSettings()) await this.load()
    else this.setData({ result: noticeOf('warn', inPhoneLanguage(subscribing).noSettings) })
  },

  toggle(event: WechatMiniprogram.BaseEvent) {
    const { at, one } = this.rowOf(event)
    if (one) this.setData({ [`rows[${at}].more`]: this.data.rows[at]?.more ? null : moreOf(one) })
  },

  rowOf(event: WechatMiniprogram.BaseEvent): { at: number; one: Reminder | undefined } {
    const { reminder } = event.currentTarget.dataset as { reminder: string }
    const at = this.data.rows.findIndex((row) => row.reminder === reminder)
    return { at, one: this.reminders.find((other: Reminder) => other.reminder === reminder) }
  },

  /** One more message of its template: the prompt opens in the tap. */
  async allow(event: WechatMiniprogram.BaseEvent) {
    const { one } = this.rowOf(event)
    const offer = this.offers.find(({ template }: Offer) => template === one?.template)
    if (this.data.isBusy || !offer) return
    this.setData({ isBusy: true })
    const outcome = await this.ask(offer)
    const notice = outcome?.notice ?? noticeOf('warn', inPhoneLanguage(subscribing).tooOld)
    // What waits to be recorded is recorded by reading the page anew, which the notice above it does.
    this.setData(notice.action === 'retry' ? { isBusy: false, notice } : { isBusy: false, result: notice })
    if (notice.action !== 'retry') await this.load()
  },

  startChange(event: WechatMiniprogram.BaseEvent) {
    const { one } = this.rowOf(event)
    if (!one || this.data.isBusy) return
    this.turnTo(draftOf(one), one.next)
    void wx.pageScrollTo({ scrollTop: 0 })
  },

  /** Back to what was being set before, if anything was. */
  leave() {
    this.turnTo(null, null)
  },

  turnTo(draft: Draft | null, next: number[] | null) {
    Object.assign(this, { draft, next })
    this.setting.changed()
    this.setData({ result: null, wrong: [], card: null, isOpen: false })
    this.begin()
  },

  async cancel(event: WechatMiniprogram.BaseEvent) {
    const { at, one } = this.rowOf(event)
    if (!one || this.data.isBusy) return
    if (!(await isToCancel(this.data.rows[at]?.what ?? one.title)) || this.data.isBusy) return
    this.setData({ isBusy: true })
    try {
      await call('subscriber', 'reminder.cancel', { reminder: one.reminder })
      if (this.draft?.of?.reminder === one.reminder) this.leave()
      void wx.showToast({ title: this.data.w.cancelled, icon: 'success' })
      await this.load()
    } catch (error) {
      this.setData({ notice: noticeOf('bad', messageOf(error), 'retry') })
    } finally {
      this.setData({ isBusy: false })
    }
  },
})
