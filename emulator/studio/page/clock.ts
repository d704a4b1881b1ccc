import { h } from '../../phone/runtime/element'
import { advanceClock } from './api'
import { language, texts } from './texts'

const two = (value: number): string => String(value).padStart(2, '0')

/** `14:05:09` in the browser's time zone. */
export function clockText(at: number): string {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

const MINUTE = 60_000
const STEPS = [
  { text: texts.minute, ms: MINUTE },
  { text: texts.hour, ms: 60 * MINUTE },
  { text: texts.day, ms: 24 * 60 * MINUTE },
]

/** The emulator's time and the buttons that move it. */
export class Clock {
  readonly element: HTMLElement
  private readonly shown = h('time', {})
  private offsetMs = 0

  constructor(now: number, fail: (error: unknown) => void) {
    const steps = STEPS.map(({ text, ms }) =>
      h(
        'button',
        { type: 'button', click: () => void advanceClock(ms).then((moved) => this.set(moved), fail) },
        text,
      ),
    )
    this.element = h('div', { class: 'clock', role: 'group', 'aria-label': texts.time }, this.shown, ...steps)
    this.set(now)
    setInterval(() => this.draw(), 1000)
  }

  set(now: number): void {
    this.offsetMs = now - Date.now()
    this.draw()
  }

  private draw(): void {
    const now = Date.now() + this.offsetMs
    const day = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', {
      month: 'short',
      day: 'numeric',
      weekday: 'short',
    })
    this.shown.textContent = `${day.format(now)} ${clockText(now)}`
    // A moved clock is worth seeing: it explains what the timers do.
    this.element.toggleAttribute('data-moved', Math.abs(this.offsetMs) > 2000)
  }
}
