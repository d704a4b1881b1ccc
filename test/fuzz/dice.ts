/** Draws from a seeded stream, in the forms that mutations need. */
export interface Dice {
  /** A whole number from 0 up to `below` (excluded). */
  below(below: number): number
  chance(rate: number): boolean
  pick<T>(list: readonly T[]): T
  bytes(count: number): Buffer
}

export function diceOf(random: () => number): Dice {
  const below = (limit: number): number => Math.floor(random() * limit)
  return {
    below,
    chance: (rate) => random() < rate,
    pick(list) {
      const one = list[below(list.length)]
      if (one === undefined) throw new Error('nothing to pick from')
      return one
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  }
}
