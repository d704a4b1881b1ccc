import type { Offer } from '../../../core/contract'
import type { Look } from '../../components/subscribe-button/look'
import { noChoices, openSettings, readChoices } from '../../services/choices'
import { call, messageOf } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { record } from '../../services/pending'
import { promptLimit } from '../../services/prompt'
import { type Notice, noticeOf, subscribe } from '../../services/subscribing'
import { inPhoneLanguage } from '../../words/language'
import { words as subscribing } from '../../words/subscribing'
import { nameTabs } from '../tab-bar'
import { arrange, offersOf, type Scene } from './scenes'
import { words } from './words'

/** Why WeChat lets nothing through, whatever is tapped; null where it does. */
function obstacleOf(limit: number, mainSwitch: boolean): Notice | null {
  const { tooOld, mainSwitchOff } = inPhoneLanguage(subscribing)
  if (limit === 0) return noticeOf('warn', tooOld)
  return mainSwitch ? null : noticeOf('warn', mainSwitchOff, 'settings')
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    scenes: [] as Scene[],
    state: 'loading' as 'loading' | 'ready' | 'failed',
    /** What concerns the whole page: WeChat's main switch, the network. */
    notice: null as Notice | null,
    isStaff: false,
  },

  /** As the service told them last; rows show a part of it. */
  offers: [] as Offer[],
  names: [] as string[],
  choices: noChoices,
  busy: '',
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
  },

  async onShow() {
    nameTabs()
    await this.refresh()
  },

  async onPullDownRefresh() {
    await this.refresh()
    void wx.stopPullDownRefresh()
  },

  /** First what was answered and not recorded yet: what is left depends on it. */
  async refresh() {
    const failure = await this.flush()
    if (!failure)
      for (const { scene, notice } of this.data.scenes) if (notice?.action === 'retry') this.tell(scene, null)
    await this.load(failure)
  },

  async load(failure: Notice | null = null) {
    const reading = (this.readings += 1)
    try {
      const [{ offers, scenes }, choices, { role }] = await Promise.all([
        call('subscriber', 'subscription.offer', {}),
        readChoices(),
        call('subscriber', 'whoami', {}),
      ])
      if (reading !== this.readings) return
      Object.assign(this, { offers, names: scenes, choices })
      const notice = this.untold(failure) ?? obstacleOf(promptLimit(), choices.mainSwitch)
      this.setData({ state: 'ready', isStaff: role !== null, notice })
      this.draw()
    } catch (error) {
      if (reading !== this.readings) return
      // What is on the page stays: it is older, not wrong.
      if (this.data.scenes.length === 0) this.setData({ state: 'failed' })
      this.setData({ notice: this.untold(failure ?? noticeOf('bad', messageOf(error), 'retry')) })
    }
  },

  /** A scene that already says what to try again says it for the whole page. */
  untold(notice: Notice | null): Notice | null {
    return this.data.scenes.some((one) => one.notice?.action === 'retry') ? null : notice
  },

  draw() {
    const { offers, choices, busy, names } = this
    const known = { offers, choices, busy, limit: promptLimit() }
    this.setData({ scenes: arrange(names, known, this.data.scenes) })
  },

  async press(event: WechatMiniprogram.CustomEvent<{ act: Look['act'] }>) {
    const { scene } = event.currentTarget.dataset as { scene: string }
    const { act } = event.detail
    if (act === 'subscribe') return this.subscribe(scene)
    if (act === 'settings') return this.settings()
    await this.refresh()
  },

  /** The prompt comes first, in the tap itself; what it answered is recorded after. */
  async subscribe(scene: string) {
    if (this.busy !== '') return
    this.busy = scene
    this.tell(scene, null)
    this.draw()
    const { notice } = await subscribe(scene, offersOf(this.offers, scene), this.choices)
    this.busy = ''
    this.draw()
    this.tell(scene, notice)
    // Without a network there is nothing new to read, and one sentence about it is enough.
    if (notice.action !== 'retry') await this.load()
  },

  tell(scene: string, notice: Notice | null) {
    const at = this.data.scenes.findIndex((one) => one.scene === scene)
    if (at >= 0) this.setData({ [`scenes[${at}].notice`]: notice })
  },

  async settings() {
    if (await openSettings()) {
      this.data.scenes.forEach(({ scene, notice }) => {
        if (notice?.action === 'settings') this.tell(scene, null)
      })
      return this.load()
    }
    this.setData({ notice: noticeOf('warn', inPhoneLanguage(subscribing).noSettings) })
  },

  async act() {
    if (this.data.notice?.action === 'settings') return this.settings()
    await this.refresh()
  },

  /** What waited on the phone goes out. Resolves with what to say where the service refused it. */
  async flush(): Promise<Notice | null> {
    try {
      const isDone = await record()
      return isDone ? null : noticeOf('warn', inPhoneLanguage(subscribing).pending, 'retry')
    } catch (error) {
      return noticeOf('bad', messageOf(error))
    }
  },

  toggleExample(event: WechatMiniprogram.TouchEvent) {
    const { scene, template } = event.currentTarget.dataset as { scene: string; template: string }
    const at = this.data.scenes.findIndex((one) => one.scene === scene)
    const rows = this.data.scenes[at]?.rows ?? []
    const place = rows.findIndex((row) => row.template === template)
    const example = this.offers.find((offer) => offer.template === template)?.example ?? null
    const isOpen = rows[place]?.example !== null
    this.setData({ [`scenes[${at}].rows[${place}].example`]: isOpen ? null : example })
  },

  openConsole() {
    void wx.navigateTo({ url: '/console/campaigns/campaigns' })
  },
})
