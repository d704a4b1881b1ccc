import type { Call } from '../../core/contract'
import type { Log, Wake } from '../../core/ports'
import type { Cloud } from './cloud'

/** Calls `dispatch` for these lanes. What goes wrong is logged and no more: the timer does the work then. */
export class WxWake implements Wake {
  constructor(
    private readonly cloud: Pick<Cloud, 'callFunction'>,
    private readonly log: Log,
  ) {}

  async wake(lanes: readonly number[], timeoutMs: number): Promise<void> {
    const data: Call<'dispatch.tick'> = { action: 'dispatch.tick', input: { lanes: [...lanes] } }
    try {
      await this.cloud.callFunction({ name: 'dispatch', data, timeout: timeoutMs })
    } catch (error) {
      this.log.info('dispatch could not be woken; the timer will do it', {
        lanes: [...lanes],
        reason: String(error),
      })
    }
  }
}
