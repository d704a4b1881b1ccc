/** What the tests use of wx-server-sdk, whose own types differ between its versions. */

export interface Query {
  where(query: object): Query
  orderBy(field: string, direction: 'asc' | 'desc'): Query
  skip(count: number): Query
  limit(count: number): Query
  field(projection: object): Query
  get(): Promise<{ data: Record<string, unknown>[]; errMsg: string }>
  count(): Promise<{ total: number; errMsg: string }>
  update(options: object): Promise<{ stats: { updated: number }; errMsg: string }>
  remove(): Promise<{ stats: { removed: number }; errMsg: string }>
}
export interface Doc {
  get(): Promise<{ data: Record<string, unknown>; errMsg: string }>
  update(options: object): Promise<{ stats: { updated: number } }>
  set(options: object): Promise<{ _id: string; stats: { updated: number; created: number } }>
  remove(): Promise<{ stats: { removed: number } }>
}
export type Stage = (value?: unknown) => Pipeline
export interface Pipeline {
  match: Stage
  group: Stage
  sort: Stage
  project: Stage
  lookup: Stage
  limit: Stage
  end(): Promise<{ list: unknown[]; errMsg: string }>
}
export interface Collection extends Query {
  add(options: object): Promise<{ _id?: string; _ids?: string[] }>
  doc(id: string | number): Doc
  aggregate(): Pipeline
}
export interface Transaction {
  collection(name: string): Collection
  rollback(reason?: unknown): Promise<void>
}
export type Commands = Record<string, (...operands: unknown[]) => unknown> & {
  aggregate: Record<string, (operand?: unknown) => unknown>
  project: Record<string, (operand: unknown) => unknown>
}
export interface Db {
  command: Commands
  RegExp(options: { regexp: string; options?: string }): unknown
  Geo: Record<string, new (...coordinates: number[]) => object>
  collection(name: string): Collection
  createCollection(name: string): Promise<unknown>
  serverDate(options?: object): unknown
  runTransaction<T>(run: (transaction: Transaction) => Promise<T>): Promise<T>
}
export interface Cloud {
  init(options: object): void
  database(options?: object): Db
}

/** The packages that hold the versions. */
export const SDK_VERSIONS = [
  ['4.0.2', 'wx-server-sdk'],
  ['3.0.1', 'wx-server-sdk-3'],
] as const
