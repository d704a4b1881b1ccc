import { laneOf } from '../../core/delivery/lanes'

/** Of the length that WeChat's have. */
export const openidOf = (i: number): string => `oBenchPerson${String(i).padStart(16, '0')}`

/**
 * Everybody in the order in which a campaign comes to them: lane by lane, in the order of their ids. A store that has
 * written to somebody writes to a neighbour at less cost.
 */
export function inOrder(people: number, lanes: number): string[] {
  const openids = Array.from({ length: people }, (_, i) => openidOf(i))
  const laneIn = new Map(openids.map((openid) => [openid, laneOf(openid, lanes)]))
  const at = (openid: string): number => laneIn.get(openid) ?? 0
  return openids.sort((a, b) => at(a) - at(b) || (a < b ? -1 : 1))
}
