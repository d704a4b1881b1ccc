import {
  failedLook,
  loadingLook,
  type Look,
  lookOf,
  type Situation,
} from '../../components/subscribe-button/look'
import { noChoices } from '../../services/choices'
import { fontScale } from '../../services/device'
import type { Askable } from '../../services/prompt'
import { type Notice, noticeOf } from '../../services/subscribing'
import { fill, inPhoneLanguage } from '../../words/language'
import { words as subscribing } from '../../words/subscribing'
import { words } from './words'

const w = inPhoneLanguage(words)

const template = (change: Partial<Askable> = {}): Askable => ({
  template: 'example',
  templateId: 'example',
  title: w.example,
  kind: 'one-time',
  left: 0,
  ...change,
})

const numbered = (count: number): Askable[] =>
  Array.from({ length: count }, (_, at) => {
    const name = `${w.example} ${at + 1}`
    return template({ template: name, templateId: name, title: name })
  })

/** The button of one template, or of what the change says. */
const of = (change: Partial<Situation>): Look =>
  lookOf({ offers: [template()], choices: noChoices, limit: 3, ...change })
const kept = (choice: string): Look => of({ choices: { mainSwitch: true, kept: { example: choice } } })

const looks: Record<keyof typeof w.states, Look> = {
  open: of({}),
  own: of({ label: w.ownLabel }),
  part: of({ offers: numbered(5) }),
  busy: of({ isBusy: true }),
  again: of({ offers: [template({ left: 2 })] }),
  silent: kept('accept'),
  done: of({ offers: [template({ kind: 'long-term', left: 1 })] }),
  refused: kept('reject'),
  off: of({ choices: { mainSwitch: false, kept: {} } }),
  banned: kept('ban'),
  nothing: of({ offers: [] }),
  old: of({ limit: 0 }),
  loading: loadingLook(),
  failed: failedLook(w.offline),
}

/** What stands below the button once it was tapped. */
function notices(): Notice[] {
  const s = inPhoneLanguage(subscribing)
  return [
    noticeOf('info', fill(s.accepted, { count: 1 })),
    noticeOf('info', s.silent),
    noticeOf('info', s.rejected),
    noticeOf('warn', s.standingReject, 'settings'),
    noticeOf('warn', s.pending, 'retry'),
    noticeOf('warn', fill(s.promptNetwork, { code: 10002 })),
  ]
}

/** Every look of subscribe-button, for who builds with it. */
Page({
  data: {
    w,
    scale: fontScale(),
    states: Object.entries(looks).map(([kind, look]) => ({
      kind,
      name: w.states[kind as keyof typeof w.states],
      look,
    })),
    taps: notices().map((notice, at) => ({ at, look: of({ offers: [template({ left: 1 })] }), notice })),
    log: '',
    presses: 0,
    pressed: '',
  },

  onLoad() {
    void wx.setNavigationBarTitle({ title: w.title })
  },

  pressed() {
    const presses = this.data.presses + 1
    this.setData({ presses, pressed: `press ${presses}` })
  },

  /** Shows what the live button tells its page. */
  told(event: WechatMiniprogram.CustomEvent<Record<string, unknown>>) {
    this.setData({ log: `${event.type} ${JSON.stringify(event.detail)}` })
  },
})
