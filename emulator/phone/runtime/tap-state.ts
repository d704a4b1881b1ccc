/**
 * Whether the code that runs now was caused by a tap (wechat.md §5): true in a tap handler and through `await` of
 * microtasks, handed on by a few APIs, lost in timers and any other new macrotask.
 */
export class TapState {
  private tap: object | undefined
  private readonly channel = typeof MessageChannel === 'undefined' ? undefined : new MessageChannel()
  private readonly waiting: (() => void)[] = []

  constructor() {
    this.channel?.port1.addEventListener('message', () => this.waiting.shift()?.())
    this.channel?.port1.start()
  }

  isActive(): boolean {
    return this.tap !== undefined
  }

  /** Runs a handler of a tap; the state lasts until the macrotask that it runs in is over. */
  during<T>(run: () => T): T {
    const tap = {}
    this.tap = tap
    this.macrotask(() => {
      if (this.tap === tap) this.tap = undefined
    })
    return run()
  }

  /** Runs code of a new macrotask that no tap caused. */
  outside<T>(run: () => T): T {
    this.tap = undefined
    return run()
  }

  /**
   * The way an API calls back: in a macrotask of its own, with the tap state if `isTap`. What it calls and the
   * microtasks behind it share that state.
   */
  callBack(isTap: boolean, run: () => void): void {
    this.macrotask(() => (isTap ? this.during(run) : this.outside(run)))
  }

  /** The timers that page code sees: each call is a new macrotask, so no tap reaches it. */
  timers(): Pick<typeof globalThis, 'setTimeout' | 'setInterval' | 'requestAnimationFrame'> {
    const wrap =
      (start: (run: () => void, ms?: number) => number) =>
      (handler: TimerHandler, ms?: number, ...args: unknown[]): number => {
        if (typeof handler !== 'function')
          throw new TypeError(`a timer needs a function, not ${typeof handler}`)
        return start(() => this.outside(() => handler(...args)), ms)
      }
    const timeout = wrap((run, ms) => window.setTimeout(run, ms))
    const interval = wrap((run, ms) => window.setInterval(run, ms))
    return {
      setTimeout: timeout as typeof setTimeout,
      setInterval: interval as typeof setInterval,
      requestAnimationFrame: (run) => window.requestAnimationFrame((time) => this.outside(() => run(time))),
    }
  }

  private macrotask(run: () => void): void {
    if (!this.channel) {
      window.setTimeout(run, 0)
      return
    }
    this.waiting.push(run)
    this.channel.port2.postMessage(null)
  }
}
