/** A stream of numbers from 0 up to 1 (1 excluded), the same for the same seed and name, on every machine. */
export function seeded(seed: number, name: string): () => number {
  let state = (seed ^ hashOf(name)) >>> 0
  // mulberry32: small, even, and 32 bits of state are enough for draws of one rule.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
