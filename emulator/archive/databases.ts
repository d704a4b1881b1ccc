import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { fieldsOf } from '../record'
import { ArchiveError } from './archive-error'

/** Everything durable of a data folder: CloudBase's documents, and WeChat's side with the moved time. */
export const DATABASES = ['documents.db', 'wechat.db'] as const

/** What SQLite keeps beside a database: the log that is not yet in it, and the log's index. */
const BESIDE = ['-wal', '-shm'] as const

/** One database file of a folder. */
export interface DatabaseFile {
  name: string
  bytes: number
}

/** The databases that a folder holds. */
export function databasesIn(folder: string): DatabaseFile[] {
  return DATABASES.filter((name) => existsSync(join(folder, name))).map((name) => ({
    name,
    bytes: statSync(join(folder, name)).size,
  }))
}

/**
 * Copies a database as of its last commit, compacted, while others may read and write it. The copy needs no log
 * beside it. `target` must not exist.
 */
export function copyDatabase(source: string, target: string): void {
  const connection = new Database(source)
  try {
    connection.prepare('VACUUM INTO ?').run(target)
  } finally {
    connection.close()
  }
}

/** Throws DAMAGED when a file is no database, or one whose pages do not fit together. */
export function checkDatabase(file: string): void {
  let verdict: unknown
  try {
    const connection = new Database(file)
    try {
      // quick_check leaves out only the comparison of indexes with their tables.
      const [row] = connection.prepare('PRAGMA quick_check').all()
      verdict = fieldsOf(row)['quick_check']
    } finally {
      connection.close()
    }
  } catch (cause) {
    throw new ArchiveError('DAMAGED', `${file} cannot be read: ${textOf(cause)}`, { cause })
  }
  if (verdict !== 'ok') throw new ArchiveError('DAMAGED', `${file} is damaged: ${String(verdict)}`)
}

/** Deletes the databases of a folder and what SQLite keeps beside them; nothing else of the folder. */
export function deleteDatabases(folder: string): void {
  // The log first: a database without its log is older, a log without its database is nothing.
  for (const name of DATABASES)
    for (const file of [...BESIDE.map((end) => name + end), name]) rmSync(join(folder, file), { force: true })
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
