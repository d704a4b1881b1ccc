import { noChoices, openSettings, readChoices } from '../../services/choices'
import { call, messageOf } from '../../services/cloud'
import { record } from '../../services/pending'
import { type Askable, promptLimit } from '../../services/prompt'
import { type Notice, noticeOf, subscribe } from '../../services/subscribing'
import { inPhoneLanguage } from '../../words/language'
import { words } from '../../words/subscribing'
import { failedLook, loadingLook, type Look, lookOf } from './look'

/**
 * A button that subscribes to the templates of a scene. Fires `accept` and `refuse` `{ scene, templates }` and `fail`
 * `{ scene, code, message }`; what happened also stands below the button. docs/subscribe-button.md shows its use.
 */
Component({
  properties: {
    scene: { type: String, value: '' },
    /** Takes the place of "Subscribe". */
    label: { type: String, value: '' },
  },

  data: {
    look: loadingLook() as Look,
    notice: null as Notice | null,
    offers: [] as Askable[],
    choices: noChoices,
    isBusy: false,
    /** Counts readings, so that a late answer does not overwrite a newer one. */
    readings: 0,
  },

  observers: {
    scene(scene: string) {
      if (scene !== '') void this.load()
    },
  },

  pageLifetimes: {
    // A message may have been sent meanwhile, or a choice changed in the settings.
    show() {
      if (this.data.offers.length > 0) void this.load()
    },
  },

  methods: {
    async load() {
      const readings = this.data.readings + 1
      this.setData({ readings })
      const { scene } = this.data
      try {
        const [{ offers }, choices] = await Promise.all([
          call('subscriber', 'subscription.offer', { scene }),
          readChoices(),
        ])
        if (readings !== this.data.readings) return
        const known = offers.map(({ template, templateId, title, kind, left }) => ({
          template,
          templateId,
          title,
          kind,
          left,
        }))
        this.setData({ offers: known, choices })
        this.show()
      } catch (error) {
        // What is on the page stays: it is older, not wrong.
        if (readings === this.data.readings && this.data.offers.length === 0)
          this.setData({ look: failedLook(messageOf(error)) })
      }
    },

    show() {
      const { offers, choices, isBusy, label } = this.data
      this.setData({ look: lookOf({ offers, choices, isBusy, label, limit: promptLimit() }) })
    },

    async press(event: WechatMiniprogram.CustomEvent<{ act: Look['act'] }>) {
      const { act } = event.detail
      if (act === 'subscribe') return this.subscribe()
      if (act === 'settings' && !(await openSettings()))
        this.setData({ notice: noticeOf('warn', inPhoneLanguage(words).noSettings) })
      else this.setData({ notice: null })
      if (act === 'retry') await this.flush()
      await this.load()
    },

    /** The prompt comes first, in the tap itself; everything else follows. */
    async subscribe() {
      if (this.data.isBusy) return
      const { scene, offers, choices } = this.data
      this.setData({ isBusy: true, notice: null })
      this.show()
      const { accepted, refused, failure, notice } = await subscribe(scene, offers, choices)
      this.setData({ isBusy: false, notice })
      if (failure) this.triggerEvent('fail', { scene, ...failure })
      else if (accepted.length > 0) this.triggerEvent('accept', { scene, templates: accepted })
      else this.triggerEvent('refuse', { scene, templates: refused })
      await this.load()
      this.show()
    },

    async flush() {
      try {
        await record()
      } catch (error) {
        this.setData({ notice: noticeOf('bad', messageOf(error)) })
      }
    },
  },
})
