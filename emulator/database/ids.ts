/**
 * Ids of 32 hex digits, as the platform generates them. Time comes first: a seeded `random` starts over with the
 * process, time does not.
 */
export function idSource(now: () => number, random: () => number): () => string {
  let count = 0
  return () => {
    count = (count + 1) % 0x1_0000
    return `${hex(now(), 12)}${hex(count, 4)}${word(random)}${word(random)}`
  }
}

const hex = (value: number, digits: number): string =>
  Math.floor(Math.max(0, value)).toString(16).padStart(digits, '0').slice(-digits)

const word = (random: () => number): string => hex(random() * 0x1_0000_0000, 8)
