import type { DeliveryRow, Outputs } from '../../../core/contract'
import { timeOf } from '../../pages/messages/items'
import { languages } from '../../pages/preferences/options'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { explain, type Told, told } from '../failure'
import { sentence } from '../sentence'
import { words as shared } from '../words'
import { words } from './words'

/** As the service has it: core/contract/shapes.ts. */
const TAG = /^[\p{L}\p{N}_:-]{1,40}$/u
/** Messages that are shown at once. */
const SHOWN = 30

type Person = Outputs['person.get']

interface Sent {
  id: string
  words: string
  time: string
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    openid: '',
    lead: '',
    facts: [] as { name: string; value: string }[],
    tags: [] as { tag: string; remove: string }[],
    groups: [] as { group: string; hint: string }[],
    canTag: false,
    typed: '',
    fault: '',
    isSaving: false,
    sent: [] as Sent[],
    hasMore: false,
  },

  deliveries: [] as DeliveryRow[],
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad({ openid = '' }: { openid?: string }) {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    this.setData({ openid })
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    const reading = (this.readings += 1)
    const { openid } = this.data
    try {
      const [person, { deliveries }, { role }] = await Promise.all([
        call('staff', 'person.get', { openid }),
        call('staff', 'person.deliveries', { openid }),
        call('staff', 'whoami', {}),
      ])
      if (reading !== this.readings) return
      this.deliveries = [...deliveries].sort((a, b) => b.at - a.at)
      this.setData({ state: 'ready', notice: null, canTag: role !== 'viewer', sent: [] })
      this.show(person)
      this.more()
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (this.data.state === 'loading' || notice.isRefused) this.setData({ state: 'failed' })
      this.setData({ notice })
    }
  },

  show({ isKnown, language, seenAt, phone, muted, tags, groups }: Person) {
    const { w } = this.data
    const { comma } = inPhoneLanguage(shared)
    const seen = seenAt === null ? w.never : timeOf(seenAt, Date.now())
    const facts = [
      { name: w.seen, value: seen },
      { name: w.language, value: languages.find(({ value }) => value === language)?.name ?? language },
      { name: w.phone, value: phone === null ? w.noPhone : (phone.masked ?? w.unreadable) },
      ...(muted.length > 0 ? [{ name: w.muted, value: muted.join(comma) }] : []),
    ]
    this.setData({
      lead: isKnown ? '' : w.unknown,
      facts,
      tags: tags.map((tag) => ({ tag, remove: fill(w.removeTag, { tag }) })),
      groups: groups.map((group) => ({ group, hint: fill(w.groupHint, { tag: `group:${group}` }) })),
    })
  },

  more() {
    const at = this.data.sent.length
    const now = Date.now()
    const rows = this.deliveries.slice(at, at + SHOWN)
    const added = rows.map((row: DeliveryRow, place: number): [string, Sent] => [
      `sent[${at + place}]`,
      { id: String(at + place), words: sentence(row.words), time: timeOf(row.at, now) },
    ])
    this.setData({ ...Object.fromEntries(added), hasMore: at + rows.length < this.deliveries.length })
  },

  onTyped(event: WechatMiniprogram.Input) {
    this.setData({ typed: event.detail.value, fault: '' })
  },

  add() {
    const { w, typed } = this.data
    const add = typed.split(/[\s,，、]+/).filter((tag) => tag !== '')
    const wrong = add.find((tag) => !TAG.test(tag))
    if (wrong !== undefined) return this.setData({ fault: fill(w.wrongTag, { tag: wrong }) })
    return add.length === 0 ? undefined : this.change({ add })
  },

  remove(event: WechatMiniprogram.BaseEvent) {
    const { tag } = event.currentTarget.dataset as { tag: string }
    return this.change({ remove: [tag] })
  },

  /** One change at a time. What was typed goes when it is kept, and not before. */
  async change(wanted: { add?: string[]; remove?: string[] }) {
    if (this.data.isSaving) return
    const { openid } = this.data
    this.setData({ isSaving: true, notice: null })
    try {
      await call('staff', 'person.tag', { openids: [openid], ...wanted })
      if (wanted.add) this.setData({ typed: '' })
      this.show(await call('staff', 'person.get', { openid }))
    } catch (error) {
      const notice = await explain(error)
      // The change can be made again by the same button.
      this.setData({ notice: notice.isRefused ? notice : told(notice.tone, notice.text) })
    } finally {
      this.setData({ isSaving: false })
    }
  },

  reminders() {
    void wx.navigateTo({ url: `/console/reminders-person/reminders-person?openid=${this.data.openid}` })
  },

  async copy() {
    const { openid, w } = this.data
    try {
      await wx.setClipboardData({ data: openid })
      void wx.showToast({ title: w.copied, icon: 'success' })
    } catch (error) {
      console.warn('setClipboardData', error)
      void wx.showToast({ title: w.notCopied, icon: 'none' })
    }
  },
})
