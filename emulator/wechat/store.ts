import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { Checkpoints } from '../checkpoints'
import { fieldsOf } from '../record'

/** WeChat's side on disk. What a call answered is in here, and survives the process being killed. */
export type Store = Database.Database

const TABLES = `
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS switches (openid TEXT PRIMARY KEY, isOn INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS choices (
    openid TEXT NOT NULL, template TEXT NOT NULL, choice TEXT NOT NULL,
    PRIMARY KEY (openid, template)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS grants (
    openid TEXT NOT NULL, template TEXT NOT NULL, unspent INTEGER NOT NULL,
    PRIMARY KEY (openid, template)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS delivered (id INTEGER PRIMARY KEY, openid TEXT NOT NULL, message TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS deliveredToOne ON delivered (openid, id);
  CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, expiresAt INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS templates (id TEXT PRIMARY KEY, template TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS customers (
    openid TEXT PRIMARY KEY, uses INTEGER NOT NULL, expiresAt INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS cloudids (
    cloudid TEXT PRIMARY KEY, openid TEXT NOT NULL, data TEXT NOT NULL,
    madeAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS delayed (
    id INTEGER PRIMARY KEY, dueAt INTEGER NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS delayedInOrder ON delayed (dueAt, id);
  CREATE TABLE IF NOT EXISTS formids (
    formid TEXT PRIMARY KEY, openid TEXT NOT NULL, uses INTEGER NOT NULL, expiresAt INTEGER NOT NULL) WITHOUT ROWID;
`

/** Opens `<dir>/wechat.db`, made when missing. `checkpoints` is to hear of commits, and to be closed first. */
export function openStore(dir: string): { store: Store; checkpoints: Checkpoints } {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'wechat.db')
  const store = new Database(file)
  // With WAL, NORMAL survives the end of the process (not a power cut) and costs no disk flush per call.
  store.exec('PRAGMA journal_mode = WAL')
  store.exec('PRAGMA synchronous = NORMAL')
  // Messages grow: with the 2 MB and 1000 pages of the default, sends would read and copy the same pages again and again.
  store.exec('PRAGMA cache_size = -16384')
  store.exec(TABLES)
  return { store, checkpoints: new Checkpoints(file, store) }
}

/** One named value that outlives the process. */
export function readFact(store: Store, name: string): string | undefined {
  const row = store.prepare('SELECT value FROM facts WHERE name = ?').get(name)
  return textOf(row, 'value')
}

export function writeFact(store: Store, name: string, value: string): void {
  store
    .prepare('INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
    .run(name, value)
}

/** A text column of a row, or undefined when there is no row or no value. */
export function textOf(row: unknown, column: string): string | undefined {
  const value = fieldsOf(row)[column]
  return typeof value === 'string' ? value : undefined
}

/** A number column of a row, or undefined when there is no row or no value. */
export function numberOf(row: unknown, column: string): number | undefined {
  const value = fieldsOf(row)[column]
  return typeof value === 'number' ? value : undefined
}
