import type { Offer } from '../../../core/contract'
import { call, messageOf } from '../../services/cloud'
import {
  type AnsweredPrompt,
  type Choices,
  choices,
  prompt,
  PromptFailure,
  recordAll,
} from '../../services/prompt'
import { nameTabs } from '../../services/tab-bar'
import { fill } from '../../words/language'
import { wordsOf } from '../../words/words'

/** Old clients take three ids in one prompt (wechat.md §5). */
const MAX_PROMPT = 3

interface Row extends Offer {
  status: string
  note: string
  noteTone: 'info' | 'warn'
  isOpen: boolean
}

interface Scene {
  scene: string
  title: string
  rows: Row[]
  button: string
}

interface Notice {
  tone: 'info' | 'warn' | 'bad'
  text: string
  action: '' | 'settings' | 'retry'
  label: string
}

/** One sentence for each way that WeChat opens no sheet (wechat.md §5); the rest quote WeChat. */
const promptWords: Record<number, 'promptNetwork' | 'promptBanned' | 'promptHidden' | 'mainSwitchOff'> = {
  10002: 'promptNetwork',
  10003: 'promptNetwork',
  10005: 'promptHidden',
  20004: 'mainSwitchOff',
  20005: 'promptBanned',
}

Page({
  data: {
    w: wordsOf('subscriptions'),
    scenes: [] as Scene[],
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Notice | null,
    isStaff: false,
    isBusy: false,
  },

  onLoad() {
    nameTabs()
    void wx.setNavigationBarTitle({ title: this.data.w.title })
  },

  async onShow() {
    await this.flush()
    await this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    try {
      const [{ offers, scenes }, kept, { role }] = await Promise.all([
        call('subscriber', 'subscription.offer', {}),
        choices(),
        call('subscriber', 'whoami', {}),
      ])
      this.setData({ scenes: this.arrange(scenes, offers, kept), isStaff: role !== null, state: 'ready' })
      if (!kept.mainSwitch) this.notify('warn', this.data.w.mainSwitchOff, 'settings')
      else if (this.data.notice?.text === this.data.w.mainSwitchOff) this.setData({ notice: null })
    } catch (error) {
      // What is on the page stays: it is older, not wrong.
      if (this.data.scenes.length === 0) this.setData({ state: 'failed' })
      this.notify('bad', messageOf(error), 'retry')
    }
  },

  arrange(scenes: string[], offers: Offer[], { kept }: Choices): Scene[] {
    const { w } = this.data
    const open = new Set(
      this.data.scenes.flatMap(({ rows }) => rows.filter((row) => row.isOpen).map((row) => row.template)),
    )
    return scenes.flatMap((scene) => {
      const rows = offers
        .filter((offer) => offer.scenes.includes(scene))
        .map((offer): Row => {
          const { kind, left, templateId, template } = offer
          const choice = kept[templateId]
          const standing =
            choice === undefined ? '' : choice.startsWith('accept') ? w.keptAccept : w.keptReject
          const subscribed = kind === 'one-time' ? fill(w.left, { count: left }) : w.longTerm
          return {
            ...offer,
            status: left > 0 ? subscribed : w.none,
            note: standing,
            noteTone: choice !== undefined && !choice.startsWith('accept') ? 'warn' : 'info',
            isOpen: open.has(template),
          }
        })
      if (rows.length === 0) return []
      const button = rows.every(({ left }) => left > 0) ? w.subscribeAgain : w.subscribe
      const done = rows.every(({ left, kind }) => left > 0 && kind === 'long-term')
      return [{ scene, title: w.scenes[scene] ?? scene, rows, button: done ? w.subscribed : button }]
    })
  },

  /** The prompt comes first, in the tap itself; what it answered is recorded after. */
  async subscribe(event: WechatMiniprogram.TouchEvent) {
    const { scene } = event.currentTarget.dataset as { scene: string }
    const rows = this.data.scenes.find((one) => one.scene === scene)?.rows ?? []
    if (this.data.isBusy || rows.length === 0) return
    if (typeof wx.requestSubscribeMessage !== 'function') return this.notify('warn', this.data.w.tooOld)
    this.setData({ isBusy: true })
    try {
      const answered = await prompt(
        scene,
        rows.slice(0, MAX_PROMPT).map(({ templateId }) => templateId),
      )
      await this.explain(answered, rows)
      await this.flush(answered)
      await this.load()
    } catch (error) {
      this.explainFailure(error)
    } finally {
      this.setData({ isBusy: false })
    }
  },

  async explain({ answers }: AnsweredPrompt, rows: Row[]) {
    const { w } = this.data
    const given = Object.values(answers)
    const accepted = given.filter((answer) => answer.startsWith('accept')).length
    const banned = rows.find(({ templateId }) => answers[templateId] === 'ban')
    if (banned) return this.notify('warn', fill(w.banned, { title: banned.title }))
    if (accepted > 0) {
      this.notify('info', fill(w.accepted, { count: accepted }))
      return
    }
    if (given.includes('filter')) return this.notify('warn', w.filtered)
    const { kept } = await choices()
    const standing = Object.keys(answers).some((id) => kept[id] === 'reject')
    if (standing) this.notify('warn', w.standingReject, 'settings')
    else this.notify('info', w.rejected)
  },

  explainFailure(error: unknown) {
    const { w } = this.data
    if (!(error instanceof PromptFailure)) return this.notify('bad', messageOf(error))
    const { code, message } = error
    const word = code === undefined ? undefined : promptWords[code]
    const text = word ? fill(w[word], { code: String(code) }) : fill(w.promptFailed, { reason: message })
    this.notify('warn', text, code === 20004 ? 'settings' : '')
  },

  /** Records what was answered, now or before; what cannot be recorded yet stays on the phone. */
  async flush(answered?: AnsweredPrompt) {
    try {
      if (!(await recordAll(answered))) this.notify('warn', this.data.w.pending, 'retry')
    } catch (error) {
      this.notify('bad', messageOf(error))
    }
  },

  notify(tone: Notice['tone'], text: string, action: Notice['action'] = '') {
    const { settings, retry } = this.data.w
    this.setData({ notice: { tone, text, action, label: action === '' ? '' : { settings, retry }[action] } })
  },

  async act() {
    const action = this.data.notice?.action
    if (action === 'settings') {
      await wx.openSetting({ withSubscriptions: true })
      this.setData({ notice: null })
    }
    if (action === 'retry') {
      this.setData({ notice: null })
      await this.flush()
    }
    await this.load()
  },

  toggleExample(event: WechatMiniprogram.TouchEvent) {
    const { template } = event.currentTarget.dataset as { template: string }
    this.data.scenes.forEach(({ rows }, at) =>
      rows.forEach((row, place) => {
        if (row.template === template) this.setData({ [`scenes[${at}].rows[${place}].isOpen`]: !row.isOpen })
      }),
    )
  },

  openConsole() {
    void wx.navigateTo({ url: '/console/send/send' })
  },
})
