import { createRequire } from 'node:module'
import { join } from 'node:path'

/** A queue of jobs, one for each person, whose outcomes it keeps. */
export interface Queue {
  fill(openids: readonly string[]): Promise<void>
  /** Works until this many jobs are done; `deliver` gives WeChat's errcode. */
  work(jobs: number, deliver: (openid: string) => Promise<number>): Promise<void>
  /** Jobs by errcode, as the database has them. */
  stored(): Promise<Record<string, number>>
  close(): Promise<void>
}

export interface QueueOptions {
  /** Where the packages are installed: they are no part of this project, so no bundle holds them. */
  folder: string
  database: string
  /** Sends at once. */
  concurrency: number
}

export type OpenQueue = (options: QueueOptions) => Promise<Queue>

/** A package of the peers, typed by what is used of it: without the packages the project must compile. */
export const load = (folder: string, name: string): unknown =>
  createRequire(join(folder, 'package.json'))(name) as unknown

/** So many at once, in the order of asking. */
export class Permits {
  private readonly waiting: (() => void)[] = []

  constructor(private free: number) {}

  async with<T>(run: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = this.waiting.shift()
      if (next) next()
      else this.free += 1
    }
  }
}
