import type { Card, TemplateSummary } from '../../../core/contract'
import { call, CallFailure, messageOf } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { newId } from '../../services/identifier'
import { inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import {
  type Field,
  fieldsOf,
  isComplete,
  isTooLong,
  paramsOf,
  placed,
  withFaults,
  withTyped,
} from '../../components/param-form/form'
import type { TypedDetail } from '../../components/param-form/param-form'
import { words } from './words'

/** The preview follows the typing once it rests. */
const REST_MS = 300

interface Result {
  tone: 'info' | 'warn' | 'bad'
  text: string
  again: string
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    templates: [] as TemplateSummary[],
    at: 0,
    fields: [] as Field[],
    toMe: true,
    openid: '',
    card: null as Card | null,
    faults: {} as Record<string, string>,
    /** What is wrong with keywords, where there is no card to show it on. */
    problems: [] as string[],
    isSending: false,
    result: null as Result | null,
  },

  /** Belongs to one message: the same key sends once, however often the button is tapped. */
  key: '',
  resting: 0,
  /** Counts previews, so that a late answer does not overwrite a newer one. */
  asked: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    return this.load()
  },

  onUnload() {
    clearTimeout(this.resting)
  },

  async load() {
    this.setData({ state: 'loading', notice: null })
    try {
      const { templates } = await call('staff', 'template.list', {})
      const none = templates.length === 0 ? told('warn', this.data.w.noTemplates) : null
      this.setData({ templates, state: none ? 'failed' : 'ready', notice: none })
      this.choose(0)
    } catch (error) {
      this.setData({ state: 'failed', notice: await explain(error) })
    }
  },

  choose(at: number) {
    const template = this.data.templates[at]
    if (!template) return
    this.key = newId()
    this.setData({
      at,
      fields: fieldsOf(template.fields, {}),
      card: null,
      faults: {},
      problems: [],
      result: null,
    })
  },

  onTemplate(event: WechatMiniprogram.PickerChange) {
    this.choose(Number(event.detail.value))
  },

  fillExample() {
    const template = this.data.templates[this.data.at]
    if (!template) return
    this.setData({ fields: fieldsOf(template.fields, template.example) })
    this.changed()
  },

  onTyped(event: WechatMiniprogram.CustomEvent<TypedDetail>) {
    const { name, typed } = event.detail
    const at = this.data.fields.findIndex((field) => field.name === name)
    const field = withTyped(this.data.fields, name, typed)[at]
    if (!field) return
    this.setData({ [`fields[${at}]`]: field })
    this.changed()
  },

  onTo(event: WechatMiniprogram.RadioGroupChange) {
    this.setData({ toMe: event.detail.value === 'me' })
    this.changed()
  },

  onOpenid(event: WechatMiniprogram.Input) {
    this.setData({ openid: event.detail.value.trim() })
    this.changed()
  },

  /** Another message needs another key; the outcome of the last one is no longer of this form. */
  changed() {
    if (!this.data.isSending) this.key = newId()
    this.setData({ result: null })
    clearTimeout(this.resting)
    this.resting = setTimeout(() => void this.preview(), REST_MS) as unknown as number
  },

  async preview() {
    const template = this.data.templates[this.data.at]
    if (!template || !isComplete(this.data.fields))
      return this.setData({ card: null, faults: {}, problems: [] })
    this.asked += 1
    const mine = this.asked
    try {
      const params = paramsOf(this.data.fields)
      const { card } = await call('staff', 'template.preview', { template: template.template, params })
      if (mine === this.asked) this.show(card, [])
    } catch (error) {
      if (mine !== this.asked) return
      if (error instanceof CallFailure && error.faults.length > 0) this.show(null, error.faults)
      else this.setData({ result: { tone: 'warn', text: messageOf(error), again: '' } })
    }
  },

  show(card: Card | null, faults: CallFailure['faults']) {
    const { fields, keywords } = placed(faults)
    const problems = card ? [] : Object.values(keywords)
    this.setData({ card, faults: keywords, problems, fields: withFaults(this.data.fields, fields) })
  },

  async send() {
    const template = this.data.templates[this.data.at]
    if (this.data.isSending || !template) return
    const { toMe, openid, fields, w } = this.data
    if (isTooLong(fields)) return this.setData({ result: { tone: 'warn', text: w.tooLong, again: '' } })
    if (!isComplete(fields) || (!toMe && openid === ''))
      return this.setData({ result: { tone: 'warn', text: w.incomplete, again: '' } })
    this.setData({ isSending: true, result: null })
    try {
      const input = {
        key: this.key,
        to: toMe ? 'me' : openid,
        template: template.template,
        params: paramsOf(fields),
      }
      const { state, outcome, words, card } = await call('staff', 'send.one', input)
      this.show(card, [])
      const tone =
        outcome === 'sent' ? 'info' : outcome === 'failed' || outcome === 'invalid' ? 'bad' : 'warn'
      this.setData({ result: { tone, text: words, again: state === 'waiting' ? w.askAgain : '' } })
      if (state === 'done') this.key = newId()
    } catch (error) {
      if (error instanceof CallFailure && error.faults.length > 0) this.show(this.data.card, error.faults)
      // Not reached or not answered: the key stays, so that asking again cannot send twice.
      const again = error instanceof CallFailure && error.code === 'OFFLINE' ? w.askAgain : ''
      const { text } = await explain(error)
      this.setData({ result: { tone: 'bad', text, again } })
    } finally {
      this.setData({ isSending: false })
    }
  },
})
