/** `hongyan data …`: what an emulator keeps, as a folder to carry around. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { createInterface } from 'node:readline/promises'
import * as z from 'zod'
import type { Archive } from '../emulator/archive'
import { emulatorFile } from './account'
import { CliError } from './output'

const runningSchema = z.looseObject({ url: z.string() })
const exportedSchema = z.object({
  folder: z.string().optional(),
  error: z.object({ message: z.string() }).optional(),
})

// Loaded when it is used: no other command needs the database.
const archive = () => import('../emulator/archive')

/** Runs a step on a data folder; what it refuses is told as the CLI tells things. */
async function told<T>(step: (loaded: Awaited<ReturnType<typeof archive>>) => T | Promise<T>): Promise<T> {
  const loaded = await archive()
  try {
    return await step(loaded)
  } catch (cause) {
    if (cause instanceof loaded.ArchiveError)
      throw new CliError(cause.message, { code: cause.code }, { cause })
    throw cause
  }
}

/**
 * Exports a data folder, with an emulator running on it or not. A running emulator makes the copy itself, so that
 * documents and messages are of one moment.
 */
export async function exportData(data: string, target: string, isForced: boolean): Promise<Archive> {
  return told(async (loaded) => {
    loaded.requireRoom(resolve(target), isForced)
    const made = await exportOfRunning(data)
    if (made === undefined) return loaded.exportData(data, resolve(target), Date.now(), isForced)
    return loaded.moveExport(made, resolve(target))
  })
}

export const importData = (source: string, data: string, isForced: boolean): Promise<Archive> =>
  told((loaded) => loaded.importData(resolve(source), data, isForced))

export const resetData = (data: string): Promise<Archive> => told((loaded) => loaded.resetData(data))

export const dataIn = (data: string): Promise<Archive> => told((loaded) => loaded.dataIn(data))

/** Asks on the terminal; only a plain yes is one. */
export async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}

/** Where the emulator on this folder has put a copy; undefined when none runs. */
async function exportOfRunning(data: string): Promise<string | undefined> {
  if (!existsSync(emulatorFile(data))) return undefined
  const { url } = runningSchema.parse(JSON.parse(readFileSync(emulatorFile(data), 'utf8')))
  let reply: Response
  try {
    reply = await fetch(`${url}/_emulator/export`, { method: 'POST', body: '{}' })
  } catch {
    // An emulator that was killed leaves its file behind; the folder is nobody's then.
    return undefined
  }
  const { folder = '', error } = exportedSchema.parse(await reply.json())
  if (error !== undefined) throw new CliError(`the emulator at ${url} made no copy: ${error.message}`)
  // Another emulator may have got the port of one that was killed: its copy is not in this folder.
  return folder.startsWith(resolve(data) + sep) ? folder : undefined
}
