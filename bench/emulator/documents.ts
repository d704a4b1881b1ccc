/** The documents that are measured: what a subscriber's quota looks like, about 200 bytes each. */

export const COLLECTION = 'people'

/** Documents with the same value of `group`, which are spread over the whole collection. */
export const PER_GROUP = 10

export const DECLARED = {
  collections: {
    [COLLECTION]: {
      indexes: [
        { name: 'group', keys: [['group', 1]] },
        { name: 'at', keys: [['at', -1]] },
      ],
    },
  },
}

const FIRST_AT = Date.UTC(2026, 0, 1)
const MINUTE_MS = 60_000

export const groupsOf = (size: number): number => Math.max(1, Math.ceil(size / PER_GROUP))
export const idOf = (i: number): string => `oPerson${i.toString(36).padStart(21, '0')}`
export const atOf = (i: number): number => FIRST_AT + i * MINUTE_MS

/** The document of number `i` of `size`, as its EJSON text. */
export function documentOf(i: number, size: number): { id: string; text: string } {
  const id = idOf(i)
  const group = i % groupsOf(size)
  return {
    id,
    text: `{"_id":"${id}","group":"g${group}","at":{"$date":{"$numberLong":"${atOf(i)}"}},"left":{"$numberInt":"1"},"granted":{"$numberInt":"3"},"tags":["vip","shanghai"],"nickname":"顾客${i}","language":"zh_CN"}`,
  }
}

/** The texts of documents `from` to before `to`. */
export const textsOf = (from: number, to: number, size: number): string[] =>
  Array.from({ length: to - from }, (_, at) => documentOf(from + at, size).text)

/** The number below `limit` that comes at place `at` of an order without order: the same each time, spread evenly. */
export const scatteredAt = (at: number, limit: number): number =>
  Math.floor(((at * GOLDEN + 0.5) % 1) * limit)

export function* scattered(limit: number): Generator<number> {
  for (let at = 0; ; at++) yield scatteredAt(at, limit)
}

const GOLDEN = 0.618_033_988_749_895
