import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import * as z from 'zod'
import { lockDataFolder } from '../data-lock'
import { ArchiveError } from './archive-error'
import {
  checkDatabase,
  copyDatabase,
  type DatabaseFile,
  DATABASES,
  databasesIn,
  deleteDatabases,
} from './databases'

export { ArchiveError, type ArchiveFault } from './archive-error'

/** What an export holds, in `export.json` beside the databases. */
const manifestSchema = z.strictObject({
  format: z.literal('hongyan-data-1'),
  /** ms since 1970, by the machine's clock. */
  exportedAt: z.number(),
  files: z.array(z.strictObject({ name: z.enum(DATABASES), bytes: z.number() })),
})
const MANIFEST = 'export.json'

export interface Archive {
  folder: string
  files: DatabaseFile[]
  bytes: number
}

const archiveOf = (folder: string, files: DatabaseFile[]): Archive => ({
  folder,
  files,
  bytes: files.reduce((sum, file) => sum + file.bytes, 0),
})

/**
 * Copies what a data folder holds into `target`: one moment of each database. In the process of the emulator that
 * writes them it is one moment of both, since nothing is committed between the two copies.
 */
export function exportData(dataDir: string, target: string, exportedAt: number, isForced = false): Archive {
  if (databasesIn(dataDir).length === 0)
    throw new ArchiveError('NO_DATA', `${dataDir} holds no data; start the emulator on it first`)
  requireRoom(target, isForced)
  // A copy that breaks off leaves a folder that nobody takes for an export.
  const part = `${target}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  for (const { name } of databasesIn(dataDir)) copyDatabase(join(dataDir, name), join(part, name))
  const files = databasesIn(part)
  writeFileSync(join(part, MANIFEST), JSON.stringify({ format: 'hongyan-data-1', exportedAt, files }))
  rmSync(target, { recursive: true, force: true })
  renameSync(part, target)
  return archiveOf(target, files)
}

/** Exports a running emulator's folder into a new folder below it, for whoever asked to take away. */
export function exportAside(dataDir: string, exportedAt: number): Archive {
  const aside = resolve(dataDir, 'exports')
  mkdirSync(aside, { recursive: true })
  const folder = join(mkdtempSync(join(aside, 'export-')), 'data')
  return exportData(dataDir, folder, exportedAt)
}

/** Takes an export away to where there is room for it, on another disk too. */
export function moveExport(from: string, target: string): Archive {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(dirname(target), { recursive: true })
  cpSync(from, target, { recursive: true })
  rmSync(dirname(from), { recursive: true, force: true })
  return archiveOf(target, databasesIn(target))
}

/**
 * Puts an export in the place of what a data folder holds. Refuses a folder that holds data unless it is forced to,
 * one that a running emulator uses, and an export that is incomplete or damaged, before anything is changed.
 */
export function importData(source: string, dataDir: string, isForced = false): Archive {
  const { files } = readManifest(source)
  if (databasesIn(dataDir).length > 0 && !isForced)
    throw new ArchiveError('NOT_EMPTY', `${dataDir} holds data; --force replaces it by the export`)
  return alone(dataDir, () => {
    const part = join(dataDir, '.import')
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part)
    try {
      for (const { name } of files) copyDatabase(join(source, name), join(part, name))
      deleteDatabases(dataDir)
      for (const { name } of files) renameSync(join(part, name), join(dataDir, name))
    } finally {
      rmSync(part, { recursive: true, force: true })
    }
    return archiveOf(dataDir, databasesIn(dataDir))
  })
}

/** Deletes what a data folder holds: documents, messages, grants, moved time. Refuses while an emulator uses it. */
export function resetData(dataDir: string): Archive {
  const files = databasesIn(dataDir)
  if (files.length > 0) alone(dataDir, () => deleteDatabases(dataDir))
  return archiveOf(dataDir, files)
}

/** What a data folder holds now. */
export function dataIn(dataDir: string): Archive {
  return archiveOf(dataDir, databasesIn(dataDir))
}

/** Does something to a data folder that no emulator uses meanwhile. Throws IN_USE when one does. */
function alone<T>(dataDir: string, work: () => T): T {
  let release: () => void
  try {
    release = lockDataFolder(dataDir)
  } catch (cause) {
    throw new ArchiveError('IN_USE', `an emulator runs on ${dataDir}; stop it first`, { cause })
  }
  try {
    return work()
  } finally {
    release()
  }
}

/** Throws NOT_EMPTY when an export would overwrite something else, or an export that is not to be replaced. */
export function requireRoom(target: string, isForced: boolean): void {
  if (!existsSync(target) || readdirSync(target).length === 0) return
  // Only an export is ever replaced, never a folder of something else.
  if (!existsSync(join(target, MANIFEST)))
    throw new ArchiveError('NOT_EMPTY', `${target} is not empty; give a new or empty folder`)
  if (!isForced) throw new ArchiveError('NOT_EMPTY', `${target} holds an export; --force replaces it`)
}

function readManifest(source: string): z.output<typeof manifestSchema> {
  const file = join(source, MANIFEST)
  const wanted = 'give a folder that `hongyan data export` made'
  if (!existsSync(file)) throw new ArchiveError('NOT_AN_EXPORT', `${source} holds no ${MANIFEST}; ${wanted}`)
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new ArchiveError('NOT_AN_EXPORT', `${file} is not JSON; ${wanted}`, { cause })
  }
  const manifest = manifestSchema.safeParse(value)
  if (!manifest.success) {
    const [issue] = manifest.error.issues
    const field = (issue?.path ?? []).map(String).join('.')
    throw new ArchiveError('NOT_AN_EXPORT', `${file}: ${field}: ${issue?.message ?? 'not valid'}; ${wanted}`)
  }
  const present = new Map(databasesIn(source).map(({ name, bytes }) => [name, bytes]))
  for (const { name, bytes } of manifest.data.files) {
    if (present.get(name) !== bytes)
      throw new ArchiveError(
        'DAMAGED',
        `${join(source, name)} holds ${present.get(name) ?? 0} bytes; ${bytes} were exported`,
      )
    checkDatabase(join(source, name))
  }
  return manifest.data
}
