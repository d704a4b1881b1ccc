import type { Phone } from '../phone'

/** What page code hands to an API: its parameters and, in the old style, three callbacks. */
export type Options = Record<string, unknown>
type Callback = (outcome: unknown) => void

/** How an API failed, in WeChat's words without the `name:fail` that goes before them. */
export class ApiFailure extends Error {
  override name = 'ApiFailure'

  constructor(
    readonly reason: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(reason)
  }
}

/**
 * What the tap state is in the callbacks: 'lost' for most, 'inherited' where WeChat hands it on, 'fresh' where the
 * answer is itself a tap (wechat.md §5).
 */
export type TapRule = 'lost' | 'inherited' | 'fresh'

export type Api = (options?: unknown) => unknown

/**
 * An asynchronous API in both styles: with success, fail or complete it calls them, without it returns a promise.
 * `run` gives what comes with success (errMsg is added); `about` says in the activity what the call was for.
 */
export function asyncApi(
  phone: Phone,
  name: string,
  run: (options: Options) => unknown,
  tap: TapRule = 'lost',
  about: (options: Options) => string = () => '',
): Api {
  return (given) => {
    const options = isRecord(given) ? given : {}
    const isTap = tap === 'fresh' || (tap === 'inherited' && phone.taps.isActive())
    const { success, fail, complete } = options
    const began = performance.now()
    const outcome = settled(name, () => run(options))
    void outcome.then(({ isOk, value }) => {
      const durationMs = Math.round(performance.now() - began)
      const text = [value['errMsg'], about(options)].filter(Boolean).join('  ')
      phone.activity.add({ kind: 'api', text, durationMs, isFailed: !isOk })
    })
    if ([success, fail, complete].some((one) => typeof one === 'function')) {
      void outcome.then(({ isOk, value }) => {
        phone.taps.callBack(isTap, () => {
          call(isOk ? success : fail, value)
          call(complete, value)
        })
      })
      return undefined
    }
    return new Promise((resolve, reject) => {
      void outcome.then(({ isOk, value }) => {
        // WeChat rejects with a plain object that has errMsg, not with an Error.
        // oxlint-disable-next-line prefer-promise-reject-errors
        phone.taps.callBack(isTap, () => (isOk ? resolve(value) : reject(value)))
      })
    })
  }
}

async function settled(
  name: string,
  run: () => unknown,
): Promise<{ isOk: boolean; value: Record<string, unknown> }> {
  try {
    const result = await run()
    const details = isRecord(result) ? result : {}
    return { isOk: true, value: { errMsg: `${name}:ok`, ...details } }
  } catch (error) {
    const details = error instanceof ApiFailure ? error.details : {}
    const reason = error instanceof Error ? error.message : String(error)
    const value = { errMsg: `${name}:fail ${reason}`, ...details }
    // wx.cloud fails with an Error that has errCode and errMsg (WeChat's page of cloud error codes), the rest without.
    return {
      isOk: false,
      value: name.startsWith('cloud.') ? Object.assign(new Error(value.errMsg), value) : value,
    }
  }
}

function call(callback: unknown, value: unknown): void {
  if (typeof callback === 'function') (callback as Callback)(value)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const stringOf = (value: unknown, otherwise = ''): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : otherwise

export const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise

/** JSON there and back, as everything that leaves page code on a phone. */
export function copied(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown)
}

/** An object whose missing members fail by name instead of with "undefined is not a function". */
export function withMissing(
  phone: Phone,
  path: string,
  members: Record<string, unknown>,
): Record<string, unknown> {
  return new Proxy(members, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target || key === 'then' || key === 'toJSON')
        return Reflect.get(target, key)
      return () => {
        const message = `${path}.${key} is not available in this phone`
        phone.warnings.add('MISSING_API', message)
        throw new Error(message)
      }
    },
  })
}
