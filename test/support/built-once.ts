/** What is built once in a run of jest, by the suite that needs it first: sources do not change while suites run. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Built } from '../../cli/build'

/** Made by run-folder.cjs; outside jest there is none, and everything is built where it is asked for. */
const runFolder = process.env['TEST_RUN_FOLDER']

/** The path of that name in the folder of this run, made by whoever comes first. */
async function madeOnce(
  folder: string,
  name: string,
  make: (path: string) => Promise<unknown>,
): Promise<string> {
  const path = join(folder, createHash('sha256').update(name).digest('hex'))
  if (existsSync(path)) return path
  const making = mkdtempSync(`${path}-`)
  const made = join(making, 'made')
  await make(made)
  try {
    renameSync(made, path)
  } catch (error) {
    // Another process was faster: what it made is the same.
    if (!existsSync(path)) throw error
  }
  rmSync(making, { recursive: true, force: true })
  return path
}

/** Our functions on that SDK, in a folder of the caller's own. */
export async function buildFunctions(
  out: string,
  sdk: string,
): Promise<Pick<Built, 'functionsDir' | 'databaseFile'>> {
  if (runFolder === undefined) return build({ out, sdk })
  const made = await madeOnce(runFolder, `functions on ${sdk}`, (path) => build({ out: path, sdk }))
  cpSync(made, out, { recursive: true })
  return { functionsDir: join(out, 'cloudfunctions'), databaseFile: join(out, 'database.json') }
}

/** The script that `make` builds from `source`. */
export async function scriptOf(source: string, make: () => Promise<{ js: string }>): Promise<string> {
  if (runFolder === undefined) return (await make()).js
  const made = await madeOnce(runFolder, `script of ${source}`, async (path) =>
    writeFileSync(path, (await make()).js),
  )
  return readFileSync(made, 'utf8')
}
