/** A place where the phone lets pass what a real phone refuses, or where page code is likely wrong. */
export interface Warning {
  code:
    | 'NOT_SERIALISABLE'
    | 'SET_DATA_SIZE'
    | 'NO_TAP'
    | 'PROMPT_LIMIT'
    | 'TEMPLATE'
    | 'MISSING_API'
    | 'ROUTE'
  message: string
  page: string
}

/** Collects warnings, shows each once per page in the console and tells listeners. */
export class Warnings {
  readonly list: Warning[] = []
  private readonly listeners = new Set<(warning: Warning) => void>()
  private pageOf: () => string = () => ''

  /** Where the current page's path comes from, once there are pages. */
  nameThePage(pageOf: () => string): void {
    this.pageOf = pageOf
  }

  add(code: Warning['code'], message: string): void {
    const warning = { code, message, page: this.pageOf() }
    const isKnown = this.list.some((one) => one.message === message && one.page === warning.page)
    if (isKnown) return
    this.list.push(warning)
    console.warn(`[phone] ${message}`)
    for (const listener of this.listeners) listener(warning)
  }

  onAdd(listener: (warning: Warning) => void): void {
    this.listeners.add(listener)
  }
}
