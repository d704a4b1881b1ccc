import type { Call } from '../../core/contract'
import { adviceOf } from '../../core/explain/answers'
import type { Log, Wake } from '../../core/ports'
import type { Cloud } from './cloud'

/** The SDK's error, with what to do about it where its code is known. */
function reasonOf(error: unknown): string {
  const { errCode = Number.NaN } = (error ?? {}) as { errCode?: number }
  return `${String(error)}${adviceOf(errCode)?.en ?? ''}`
}

/** Calls `dispatch` for these lanes. What goes wrong is logged and no more: the timer does the work then. */
export class WxWake implements Wake {
  constructor(
    private readonly cloud: Pick<Cloud, 'callFunction' | 'getWXContext' | 'openapi'>,
    private readonly log: Log,
  ) {}

  async wakeAt(delayMs: number): Promise<void> {
    const call: Call<'dispatch.tick'> = { action: 'dispatch.tick', input: {} }
    try {
      const { ENV } = this.cloud.getWXContext()
      await this.cloud.openapi.cloudbase.addDelayedFunctionTask({
        env: ENV,
        functionName: 'dispatch',
        delayTime: Math.ceil(delayMs / 1_000),
        data: JSON.stringify(call),
      })
    } catch (error) {
      this.log.info('no task to wake dispatch could be added; the timer will do it', {
        delayMs,
        reason: reasonOf(error),
      })
    }
  }

  async wake(lanes: readonly number[], timeoutMs: number): Promise<void> {
    const data: Call<'dispatch.tick'> = { action: 'dispatch.tick', input: { lanes: [...lanes] } }
    try {
      await this.cloud.callFunction({ name: 'dispatch', data, timeout: timeoutMs })
    } catch (error) {
      this.log.info('dispatch could not be woken; the timer will do it', {
        lanes: [...lanes],
        reason: reasonOf(error),
      })
    }
  }
}
