/** What WeChat may tell of the person: a phone number, and the group that they came from. */
import type { KeptOpenData } from '../../../../core/contract'
import { call, messageOf } from '../../../services/cloud'
import { type Notice, noticeOf } from '../../../services/subscribing'
import { fill, inPhoneLanguage } from '../../../words/language'
import { enteredGroup, groupCloudID, reasonOf } from './source'
import { words } from './words'

/** Enough of a group id to tell two groups apart. */
const END = 4

interface GroupRow {
  group: string
  name: string
  leave: string
}

Component({
  data: {
    w: inPhoneLanguage(words),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Notice | null,
    isBusy: false,
    /** '' where none is kept. */
    phone: '',
    forgetPhone: '',
    canGive: false,
    groups: [] as GroupRow[],
    /** Whether the person came from a group that they can join. */
    canJoin: false,
    /** What could not be kept yet: the retry of the notice hands it in again. '' for none. */
    unkept: '',
  },
  lifetimes: {
    attached() {
      void this.load()
    },
  },
  pageLifetimes: {
    show() {
      void this.load()
    },
  },
  methods: {
    load() {
      return this.run(() => call('subscriber', 'openData.mine', {}))
    },

    /** One at a time: a second tap meanwhile does nothing. */
    async run(action: () => Promise<KeptOpenData>) {
      if (this.data.isBusy) return false
      this.setData({ isBusy: true })
      try {
        this.show(await action())
        this.setData({ notice: null, unkept: '' })
        return true
      } catch (error) {
        const state = this.data.state === 'ready' ? 'ready' : 'failed'
        this.setData({ state, notice: noticeOf('bad', messageOf(error), 'retry') })
        return false
      } finally {
        this.setData({ isBusy: false })
      }
    },

    retry() {
      const { unkept } = this.data
      return unkept ? this.keep(unkept) : this.load()
    },

    show({ phone, groups, canKeepPhone }: KeptOpenData) {
      const { w, state, canJoin } = this.data
      const shown = phone?.masked ?? (phone ? w.unreadable : '')
      const rows = groups.map((group): GroupRow => {
        const id = group.slice(-END)
        return { group, name: fill(w.group, { id }), leave: fill(w.leaveGroup, { id }) }
      })
      this.setData({
        state: 'ready',
        phone: shown,
        forgetPhone: fill(w.forgetPhone, { number: shown }),
        canGive: canKeepPhone,
        groups: rows,
        canJoin: state === 'ready' ? canJoin : enteredGroup(),
      })
    },

    /** Keeps what the cloudID stands for; without one says why there is none. */
    async keep(cloudID: string | undefined): Promise<boolean> {
      if (!cloudID) {
        this.setData({ notice: noticeOf('warn', this.data.w.noCloudId) })
        return false
      }
      this.setData({ unkept: cloudID })
      return this.run(() => call('subscriber', 'openData.keep', {}, cloudID))
    },

    async onPhone(event: WechatMiniprogram.CustomEvent<{ errMsg: string; cloudID?: string }>) {
      const { errMsg, cloudID } = event.detail
      if (errMsg.endsWith(':ok')) {
        await this.keep(cloudID)
        return
      }
      // Who declines in WeChat's own sheet knows that they did.
      if (/deny|cancel/.test(errMsg)) return
      const text = fill(this.data.w.phoneFailed, { reason: reasonOf(errMsg) })
      this.setData({ notice: noticeOf('warn', text) })
    },

    async onJoin() {
      if (this.data.isBusy) return
      try {
        if (await this.keep(await groupCloudID())) this.setData({ canJoin: false })
      } catch (error) {
        const { errMsg = String(error) } = (error ?? {}) as { errMsg?: string }
        const text = fill(this.data.w.groupFailed, { reason: reasonOf(errMsg) })
        this.setData({ notice: noticeOf('warn', text) })
      }
    },

    onForget() {
      void this.run(() => call('subscriber', 'openData.forget', { phone: true }))
    },

    onLeave(event: WechatMiniprogram.TouchEvent) {
      const { group } = event.currentTarget.dataset as { group: string }
      void this.run(() => call('subscriber', 'openData.forget', { group }))
    },
  },
})
