/** How likely each fault is. */
import type { Chance } from './chance'
import type { StoreRates } from './invocation'
import type { Rates } from './wechat'

export interface FaultRates {
  store: StoreRates
  wechat: Rates
}

export const quiet: FaultRates = {
  store: { lostAnswer: 0, lateWrite: 0, failed: 0, crash: 0, pause: 0, jump: 0 },
  wechat: {
    lostAnswer: 0,
    lostRequest: 0,
    systemError: 0,
    minuteLimit: 0,
    dayLimit: 0,
    refusedValue: 0,
    banned: 0,
  },
}

/** For one seed: hardly any, usual, or many at once. */
export function ratesOf(chance: Chance): FaultRates {
  const scale = chance.of([0.3, 1, 1, 2, 4])
  return {
    store: {
      lostAnswer: 0.004 * scale,
      lateWrite: 0.004 * scale,
      failed: 0.004 * scale,
      crash: 0.003 * scale,
      pause: 0.004 * scale,
      jump: 0.003 * scale,
    },
    wechat: {
      lostAnswer: 0.02 * scale,
      lostRequest: 0.01 * scale,
      systemError: 0.01 * scale,
      minuteLimit: 0.01 * scale,
      dayLimit: 0.0005 * scale,
      refusedValue: 0.01 * scale,
      banned: 0.001 * scale,
    },
  }
}
