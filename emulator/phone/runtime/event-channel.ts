type Listener = (...args: unknown[]) => void

/** The channel between a page and the one it opened (wx.navigateTo). */
export class EventChannel {
  private readonly listeners = new Map<string, { run: Listener; isOnce: boolean }[]>()

  on(name: string, run: Listener): void {
    this.add(name, run, false)
  }

  once(name: string, run: Listener): void {
    this.add(name, run, true)
  }

  /** Without a function every listener of the event goes. */
  off(name: string, run?: Listener): void {
    const left = run ? (this.listeners.get(name) ?? []).filter((one) => one.run !== run) : []
    this.listeners.set(name, left)
  }

  emit(name: string, ...args: unknown[]): void {
    const called = this.listeners.get(name) ?? []
    this.listeners.set(
      name,
      called.filter((one) => !one.isOnce),
    )
    for (const { run } of called) run(...args)
  }

  private add(name: string, run: Listener, isOnce: boolean): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), { run, isOnce }])
  }
}
