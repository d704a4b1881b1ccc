import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { SettingsError } from './settings-error'

/**
 * Takes a data folder for this emulator alone; gives what lets it go. The lock is one of the operating system's on
 * `lock.db`: it ends with the process, however that ends.
 */
export function lockDataFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true })
  const lock = new Database(join(dir, 'lock.db'))
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SettingsError(
      'options',
      'dataDir',
      `${dir} is in use by another emulator (${reason}); stop that one first`,
    )
  }
  return () => void lock.close()
}
