import { seeded } from '../../emulator/faults/seeded'

/** Every draw of a seed, in the order it is asked for: the same seed is the same run. */
export class Chance {
  private readonly next: () => number

  constructor(seed: number) {
    this.next = seeded(seed, 'simulator')
  }

  is(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0]
  }

  /** Mostly small, now and then large: latencies are like that. */
  latency(usual: number, worst: number): number {
    return this.is(0.04) ? this.whole(usual, worst) : this.whole(1, usual)
  }
}
