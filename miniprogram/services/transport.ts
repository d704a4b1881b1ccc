/** How calls get to the cloud functions. */
export interface Transport {
  /** Once, when the Mini Program is launched. */
  start(): void
  /** What the function returned. Rejects where it was not reached or did not answer; `errMsg` tells which. */
  callFunction(name: string, data: unknown): Promise<unknown>
}
