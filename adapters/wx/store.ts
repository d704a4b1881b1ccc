/** The Store port on the cloud document database, through wx-server-sdk. */
import type { Collection, Database } from './cloud'
import { systemClock } from '../system/clock'
import { collections } from '../../core/collections'
import { ServiceError } from '../../core/errors'
import { adviceOf } from '../../core/explain/answers'
import {
  type Change,
  type Doc,
  type NewDoc,
  oneOf,
  ServerTime,
  type Store,
  Test,
  type Value,
  type Where,
} from '../../core/ports'

interface SdkError {
  errCode?: number
  errMsg?: string
  message?: string
}

const textOf = (error: unknown): string => {
  const { errMsg, message } = (error ?? {}) as SdkError
  return errMsg ?? message ?? String(error)
}

/** The SDK loses the platform's string code: only the text tells (wechat.md §11). */
const isDuplicate = (error: unknown) => /E11000|DATABASE_DUPLICATE_WRITE|duplicate key/i.test(textOf(error))
const isMissingCollection = (error: unknown) =>
  (error as SdkError | null)?.errCode === -502005 ||
  /collection not exists|Table not exist/i.test(textOf(error))

/** What the environment refused before it did anything: too many requests in a second, or at once (wechat.md §11). */
const isRefusedByQuota = (error: unknown) =>
  [-501003, -501004].includes((error as SdkError | null)?.errCode ?? 0)

/** Tries of one call that the environment's quota refuses, the first included. */
const TRIES = 6
/** The first wait; each is twice the one before. The quota is counted by the second, so together they span several. */
const WAIT_MS = 100

/** Documents of one call: with some kilobytes each the request stays small. */
const INSERTED_AT_ONCE = 500

/** How the store waits. */
export interface Patience {
  sleep(ms: number): Promise<void>
  /** From 0 up to 1: instances that were refused together must not come back together. */
  random(): number
}

/**
 * Dates come back as Date objects; the port speaks epoch milliseconds. In place: what the SDK has just parsed is
 * nobody else's, and a copy of the thousand people of a page is the larger part of this.
 */
function plain(value: unknown): Value {
  if (typeof value !== 'object' || value === null) return value as Value
  if (value instanceof Date) return value.getTime()
  const inner = value as Record<string, unknown>
  for (const key of Object.keys(inner)) {
    const one = inner[key]
    if (typeof one === 'object' && one !== null) inner[key] = plain(one)
  }
  return value as Value
}

export class WxStore implements Store {
  private readonly command: Database['command']

  constructor(
    private readonly database: Database,
    private readonly patience: Patience = { sleep: systemClock.sleep, random: Math.random },
  ) {
    this.command = database.command
  }

  async get<T extends Doc>(collection: string, id: string): Promise<T | null> {
    // where() and not doc().get(): a document that is not there is an answer, not an error.
    return (await this.find<T>(collection, { where: { _id: id }, limit: 1 }))[0] ?? null
  }

  async find<T extends Doc>(
    collection: string,
    { where, order = [], limit, fields }: Parameters<Store['find']>[1],
  ): Promise<T[]> {
    if (limit === 0) return []
    return this.call(collection, async (of) => {
      let query = of.where(this.where(where)).limit(limit)
      for (const [field, direction] of order) query = query.orderBy(field, direction)
      if (fields) query = query.field(Object.fromEntries(fields.map((field) => [field, true])))
      const { data } = await query.get()
      return data.map((doc) => plain(doc) as T)
    })
  }

  async insert(collection: string, doc: NewDoc): Promise<boolean> {
    return this.call(collection, async (of) => {
      try {
        await of.add({ data: this.document(doc) })
        return true
      } catch (error) {
        if (isDuplicate(error)) return false
        throw error
      }
    })
  }

  async insertAll(collection: string, docs: readonly NewDoc[]): Promise<void> {
    for (let at = 0; at < docs.length; at += INSERTED_AT_ONCE)
      await this.insertSome(collection, docs.slice(at, at + INSERTED_AT_ONCE))
  }

  /** Which of them a refused call has inserted is not documented: those that are not there are tried again. */
  private async insertSome(collection: string, docs: readonly NewDoc[]): Promise<void> {
    let missing = docs
    for (let tries = 0; missing.length > 0; tries += 1) {
      const data = missing.map((doc) => this.document(doc))
      try {
        await this.call(collection, (of) => of.add({ data }))
        return
      } catch (error) {
        const cause: unknown = error instanceof ServiceError ? error.cause : error
        if (!isDuplicate(cause) || tries === TRIES) throw error
      }
      const where = { _id: oneOf(missing.map(({ _id }) => _id)) }
      const there = await this.find(collection, { where, limit: missing.length, fields: ['_id'] })
      const known = new Set(there.map(({ _id }) => _id))
      missing = missing.filter(({ _id }) => !known.has(_id))
    }
  }

  async update(collection: string, where: Where, change: Change): Promise<number> {
    const data = this.change(change)
    return this.call(
      collection,
      async (of) => (await of.where(this.where(where)).update({ data })).stats.updated,
    )
  }

  async remove(collection: string, where: Where): Promise<number> {
    return this.call(collection, async (of) => (await of.where(this.where(where)).remove()).stats.removed)
  }

  /** A collection of ours that is not there yet is made at its first use. Throws STORE_FAILED. */
  private async call<T>(name: string, run: (of: Collection) => Promise<T>): Promise<T> {
    const call = () => this.patiently(() => run(this.database.collection(name)))
    try {
      return await call()
    } catch (error) {
      if (!isMissingCollection(error) || !(name in collections)) throw failure(name, error)
    }
    await this.create(name)
    try {
      return await call()
    } catch (error) {
      throw failure(name, error)
    }
  }

  /** Tries again, later and later, what certainly was not done. */
  private async patiently<T>(run: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await run()
      } catch (error) {
        if (!isRefusedByQuota(error) || tries === TRIES) throw error
      }
      const { sleep, random } = this.patience
      await sleep(WAIT_MS * 2 ** (tries - 1) * (0.5 + random()))
    }
  }

  private async create(name: string): Promise<void> {
    try {
      await this.patiently(() => this.database.createCollection(name))
    } catch (error) {
      // Two invocations may make it at once; whether it is there is told by the call that follows.
      if (!/exist/i.test(textOf(error))) throw failure(name, error)
    }
  }

  private document(doc: NewDoc): Record<string, unknown> {
    return Object.fromEntries(Object.entries(doc).map(([field, value]) => [field, this.resolve(value)]))
  }

  private resolve(value: Value | ServerTime | undefined): unknown {
    return value instanceof ServerTime ? this.database.serverDate({ offset: value.offsetMs }) : value
  }

  private where(where: Where): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(where).map(([field, condition]) => [field, this.condition(condition)]),
    )
  }

  private condition(condition: Value | Test): unknown {
    if (!(condition instanceof Test)) return this.command.eq(condition)
    const value = this.resolve(condition.value)
    switch (condition.op) {
      case 'ne':
        return this.command.neq(value)
      case 'in':
        return this.command.in(value)
      case 'between': {
        const [after, before] = value as [string, string]
        return this.command.and([this.command.gt(after), this.command.lt(before)])
      }
      case 'lt':
      case 'lte':
      case 'gt':
      case 'gte':
        return this.command[condition.op](value)
      default: {
        const unreachable: never = condition.op
        throw new Error(`no such test: ${String(unreachable)}`)
      }
    }
  }

  /** `set` of the SDK merges embedded documents unless it is told to replace them. */
  private change({ set = {}, inc = {}, min = {}, push = {}, unset = [] }: Change): Record<string, unknown> {
    const data: Record<string, unknown> = {}
    for (const [field, value] of Object.entries(set)) {
      data[field] = value instanceof ServerTime ? this.resolve(value) : this.command.set(value)
    }
    for (const [field, by] of Object.entries(inc)) data[field] = this.command.inc(by)
    for (const [field, value] of Object.entries(min)) data[field] = this.command.min(value)
    for (const [field, { value, keep }] of Object.entries(push)) {
      data[field] = this.command.push({ each: [value], slice: -keep })
    }
    for (const field of unset) data[field] = this.command.remove()
    return data
  }
}

function failure(collection: string, cause: unknown): ServiceError {
  if (cause instanceof ServiceError) return cause
  const advice = adviceOf((cause as SdkError | null)?.errCode ?? Number.NaN)
  const facts = { collection, reason: textOf(cause), ...(advice && { advice }) }
  return new ServiceError('STORE_FAILED', facts, [], { cause })
}
