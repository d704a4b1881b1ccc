import { type Errcode, WeChatError } from './errcodes'
import type { QuotaLimits } from './quotas-schema'

const SECOND_MS = 1000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Days are counted in China's time. */
const CHINA_OFFSET_MS = 8 * 3_600_000

/** Counts in windows of fixed length. */
class Counter {
  private window = Number.NaN
  private count = 0

  constructor(
    private readonly limit: number | undefined,
    private readonly lengthMs: number,
  ) {}

  /** One more; false when the window is full. */
  take(now: number): boolean {
    const window = Math.floor((now + CHINA_OFFSET_MS) / this.lengthMs)
    if (window !== this.window) {
      this.window = window
      this.count = 0
    }
    this.count += 1
    return this.limit === undefined || this.count <= this.limit
  }
}

interface ApiQuota {
  counter: Counter
  errcode: Errcode
}

/** Who has called how often: WeChat's quotas, and the environment's (wechat.md §8). Not kept over a restart. */
export class Quotas {
  private readonly cloudCalls: Counter
  private readonly environment: Counter
  private readonly byApi: ReadonlyMap<string, readonly ApiQuota[]>

  constructor(
    private readonly limits: QuotaLimits,
    private readonly now: () => number,
  ) {
    this.cloudCalls = new Counter(limits.cloudCallsPerMinute, MINUTE_MS)
    this.environment = new Counter(limits.environmentCallsPerSecond, SECOND_MS)
    this.byApi = new Map<string, readonly ApiQuota[]>([
      [
        'subscribeMessage.send',
        [
          { counter: new Counter(limits.sendsPerMinute, MINUTE_MS), errcode: 45011 },
          { counter: new Counter(limits.sendsPerDay, DAY_MS), errcode: 45009 },
        ],
      ],
      [
        'security.msgSecCheck',
        [
          { counter: new Counter(limits.securityChecksPerMinute, MINUTE_MS), errcode: 44991 },
          { counter: new Counter(limits.securityChecksPerDay, DAY_MS), errcode: 45009 },
        ],
      ],
    ])
  }

  /** Counts one call of an open API; throws the errcode of the first quota that it exceeds. */
  takeApi(api: string, door: 'cloud' | 'https'): void {
    const now = this.now()
    if (door === 'cloud' && !this.cloudCalls.take(now)) throw new WeChatError(45011)
    for (const { counter, errcode } of this.byApi.get(api) ?? [])
      if (!counter.take(now)) throw new WeChatError(errcode)
  }

  /** Counts one request of the environment; false when it is over its calls a second. */
  takeEnvironment(isCloudCall: boolean): boolean {
    return (isCloudCall && !this.limits.cloudCallsCountForEnvironment) || this.environment.take(this.now())
  }
}
