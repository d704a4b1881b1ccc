import type { Clock } from '../../core/ports'

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // A timer of no milliseconds takes one: whoever only lets others go first need not wait for it.
  sleep: (ms) => new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve))),
}
