/** Timers of page code that would wait for a second or more: they wait for the test instead. */

/** The phone's own timers (a tap, a rest after typing) are shorter. */
const LONG_MS = 1000

export interface HeldTimers {
  /** Delays of those that wait now, in milliseconds. */
  waiting(): number[]
  /** Lets those that wait now go off. */
  fire(): void
  release(): void
}

type Later = (act: () => void, ms?: number, ...rest: unknown[]) => unknown

export function holdTimers(): HeldTimers {
  const { setTimeout: set, clearTimeout: clear } = globalThis
  const held = new Map<number, { act: () => void; ms: number }>()
  // No real timer has a negative id.
  let made = 0
  const later: Later = (act, ms = 0, ...rest) => {
    if (ms < LONG_MS) return (set as Later)(act, ms, ...rest)
    made -= 1
    held.set(made, { act, ms })
    return made
  }
  const forget = (timer?: number | NodeJS.Timeout) => {
    if (typeof timer === 'number' && held.delete(timer)) return
    clear(timer)
  }
  Object.assign(globalThis, { setTimeout: later, clearTimeout: forget })
  return {
    waiting: () => [...held.values()].map(({ ms }) => ms),
    fire() {
      const due = [...held.values()]
      held.clear()
      for (const { act } of due) act()
    },
    release: () => void Object.assign(globalThis, { setTimeout: set, clearTimeout: clear }),
  }
}
