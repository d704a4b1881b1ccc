/**
 * What is used of wx-server-sdk, typed as it behaves (wire.md): its own typings leave out `min`, the argument of
 * serverDate and the numbers it gives back.
 */
import * as sdk from 'wx-server-sdk'
import type { WxContext } from '../../core/caller'
import type { TemplateApi } from '../open-api/templates'

export interface Query {
  where(condition: Record<string, unknown>): Query
  orderBy(field: string, direction: 'asc' | 'desc'): Query
  limit(limit: number): Query
  field(projection: Record<string, boolean>): Query
  get(): Promise<{ data: unknown[] }>
  update(options: { data: Record<string, unknown> }): Promise<{ stats: { updated: number } }>
  remove(): Promise<{ stats: { removed: number } }>
}

export interface Collection extends Query {
  /** Rejects where a document with this `_id` is there already. */
  add(options: { data: Record<string, unknown> }): Promise<{ _id: string }>
  /** Several in one call. Rejects where one of them is there already: which of the others are then there is open. */
  add(options: { data: Record<string, unknown>[] }): Promise<{ _ids: string[] }>
}

type Operator = (value: unknown) => unknown

export interface Database {
  command: Record<
    'eq' | 'neq' | 'in' | 'lt' | 'lte' | 'gt' | 'gte' | 'set' | 'inc' | 'min' | 'push',
    Operator
  > & { remove(): unknown; and(conditions: unknown[]): unknown }
  collection(name: string): Collection
  createCollection(name: string): Promise<unknown>
  serverDate(options: { offset: number }): unknown
}

export type ApiReply = { errCode: number; msgid?: unknown; result?: unknown }

/** Open APIs by name; any name is one to the SDK, and a wrong one is answered -604100. */
type ApiGroup = Record<'send' | 'msgSecCheck', (params: Record<string, unknown>) => Promise<ApiReply>>
export type ApiGroups = Record<
  'subscribeMessage' | 'templateMessage' | 'customerServiceMessage' | 'security',
  ApiGroup
> & { subscribeMessage: Record<TemplateApi, (params: Record<string, unknown>) => Promise<unknown>> }

export interface Cloud {
  DYNAMIC_CURRENT_ENV: symbol
  init(options: { env: symbol; timeout?: number }): void
  database(): Database
  getWXContext(): WxContext & { ENV?: string }
  callFunction(options: { name: string; data: unknown; timeout?: number }): Promise<{ result: unknown }>
  getOpenData(options: {
    list: string[]
  }): Promise<{ list: { cloudID: string; data?: Record<string, unknown>; errCode?: number }[] }>
  openapi: {
    cloudbase: { addDelayedFunctionTask(options: Record<string, unknown>): Promise<unknown> }
  } & ((options: { convertCase: boolean }) => ApiGroups)
}

export const cloud = sdk as unknown as Cloud
