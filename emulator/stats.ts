/** What the bill and the benchmarks read: counts since the start. */
export class Stats {
  private readonly calls: Record<string, number> = {}
  private readonly sends: Record<string, number> = {}
  private readonly refusals: Record<string, number> = {}

  /** One request of the gateway, by action; a cloud call and a function by its name. */
  call(kind: string): void {
    this.calls[kind] = (this.calls[kind] ?? 0) + 1
  }

  /** One answer of an open API; of those that send messages, the errcode is counted. */
  answer(api: string, errcode: number): void {
    if (api.endsWith('.send')) this.sends[errcode] = (this.sends[errcode] ?? 0) + 1
  }

  /** One request that the gateway answered with an error, by code. */
  refusal(code: string): void {
    this.refusals[code] = (this.refusals[code] ?? 0) + 1
  }

  read(): { calls: Record<string, number>; sends: Record<string, number>; refusals: Record<string, number> } {
    return { calls: { ...this.calls }, sends: { ...this.sends }, refusals: { ...this.refusals } }
  }
}
