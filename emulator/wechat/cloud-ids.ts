import type { Clock } from '../clock'
import type { GroupCommit } from './group-commit'
import { numberOf, type Store, textOf } from './store'

/** A cloudID is good for five minutes (wechat.md §10). */
const LIFE_MS = 5 * 60_000

const FAULTS = {
  invalid: { errCode: -601005, errMsg: 'cloudID invalid.' },
  expired: { errCode: -601006, errMsg: 'cloudID expired.' },
  foreign: { errCode: -601007, errMsg: 'cloudID user mismatch.' },
} as const

/** What a cloudID stands for, or why it stands for nothing. */
export type OpenData =
  | { cloudID: string; data: Record<string, unknown> }
  | { cloudID: string; errCode: number; errMsg: string }

export interface CloudIdsOptions {
  store: Store
  writes: GroupCommit
  appid: string
  clock: Clock
  random: () => number
}

/** Open data (steps, phone numbers …) that a phone hands to functions by a cloudID, on disk. */
export class CloudIds {
  private readonly insert
  private readonly find

  constructor(private readonly options: CloudIdsOptions) {
    this.insert = options.store.prepare('INSERT INTO cloudids VALUES (?, ?, ?, ?, ?)')
    this.find = options.store.prepare(
      'SELECT openid, data, madeAt, expiresAt FROM cloudids WHERE cloudid = ?',
    )
  }

  /** What an open-data API gives the phone beside its encrypted data. */
  async issue(openid: string, data: Record<string, unknown>): Promise<string> {
    const { clock, random, writes } = this.options
    const cloudId = `1_${Array.from({ length: 8 }, () => Math.floor(random() * 0x1_0000_0000).toString(36)).join('')}`
    const now = clock.now()
    await writes.run(() => this.insert.run(cloudId, openid, JSON.stringify(data), now, now + LIFE_MS))
    return cloudId
  }

  /** The data with WeChat's watermark, for the person it belongs to. */
  resolve(openid: string | undefined, cloudID: string): OpenData {
    const row = this.find.get(cloudID)
    const data = textOf(row, 'data')
    if (data === undefined) return { cloudID, ...FAULTS.invalid }
    if (textOf(row, 'openid') !== openid) return { cloudID, ...FAULTS.foreign }
    if ((numberOf(row, 'expiresAt') ?? 0) <= this.options.clock.now()) return { cloudID, ...FAULTS.expired }
    const timestamp = Math.floor((numberOf(row, 'madeAt') ?? 0) / 1000)
    return { cloudID, data: { ...JSON.parse(data), watermark: { appid: this.options.appid, timestamp } } }
  }
}
