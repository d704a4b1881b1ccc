import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { SettingsError, settingsError } from '../settings-error'
import { readJson } from '../json-file'
import { type Cron, parseCron } from './cron'
import { RUNTIME_NAMES, type Runtime, type Runtimes } from './runtimes'

/** One timer trigger of a function. */
export interface Trigger {
  name: string
  config: string
  cron: Cron
}

/** A cloud function as it is deployed: its folder and its config.json. */
export interface CloudFunction {
  name: string
  folder: string
  /** The module that exports `main`. */
  main: string
  /** Open APIs that config.json permits (wechat.md §7). */
  openapi: ReadonlySet<string>
  triggers: readonly Trigger[]
  timeoutSeconds: number
  memoryMB: number
  /** Environment variables that config.json gives. */
  env: Record<string, string>
  /** The Node.js that runs it, by the runtime that config.json names. */
  nodePath: string
  /** Changes when the code or the configuration on disk changed. */
  version: string
}

/** Timeout and memory of a function that says nothing (wechat.md §8). */
const DEFAULT_TIMEOUT_SECONDS = 3
const DEFAULT_MEMORY_MB = 256

const configSchema = z.looseObject({
  permissions: z.looseObject({ openapi: z.array(z.string()).optional() }).optional(),
  triggers: z
    .array(
      z.looseObject({
        // wechat.md §7: at most 60 of a-zA-Z0-9-_, a letter first.
        name: z
          .string()
          .regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,59}$/, 'must be 1-60 of a-z A-Z 0-9 - _, a letter first'),
        type: z.literal('timer'),
        config: z.string(),
      }),
    )
    .optional(),
  // The platform's range (wechat.md §8: SCF allows 1-900 s).
  timeout: z.int().min(1).max(900).optional(),
  memorySize: z.int().min(64).max(3072).optional(),
  envVariables: z.record(z.string(), z.string()).optional(),
  runtime: z.enum(RUNTIME_NAMES).optional(),
})

/** Loads every function below a folder, by name. A folder without config.json and without a main module is none. */
export function loadProject(functionsDir: string, runtimes: Runtimes): Map<string, CloudFunction> {
  const functions = new Map<string, CloudFunction>()
  const names = readdirSync(functionsDir)
  names.sort()
  for (const name of names) {
    if (name === 'node_modules' || name.startsWith('.')) continue
    const folder = join(functionsDir, name)
    if (!statSync(folder).isDirectory()) continue
    const loaded = loadFunction(name, folder, runtimes)
    if (loaded !== undefined) functions.set(name, loaded)
  }
  return functions
}

/** Loads one function folder; undefined when it is not a function. Throws a SettingsError on a broken config.json. */
export function loadFunction(name: string, folder: string, runtimes: Runtimes): CloudFunction | undefined {
  const configFile = join(folder, 'config.json')
  const main = mainModule(folder)
  const isConfigured = existsSync(configFile)
  if (main === undefined) {
    if (!isConfigured) return undefined
    throw new SettingsError(
      folder,
      'index.js',
      'is missing; a function is a folder with index.js exporting main',
    )
  }
  const parsed = configSchema.safeParse(isConfigured ? readJson(configFile) : {})
  if (!parsed.success) throw settingsError(configFile, parsed.error)
  const config = parsed.data
  return {
    name,
    folder,
    main,
    openapi: new Set(config.permissions?.openapi),
    triggers: (config.triggers ?? []).map((trigger, index) => ({
      name: trigger.name,
      config: trigger.config,
      cron: cronOf(configFile, index, trigger.config),
    })),
    timeoutSeconds: config.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    memoryMB: config.memorySize ?? DEFAULT_MEMORY_MB,
    env: config.envVariables ?? {},
    nodePath: nodePathOf(configFile, runtimes, config.runtime),
    version: versionOf(main, configFile),
  }
}

/** True when the code or config.json on disk is no longer what was loaded. */
export function hasChanged(loaded: CloudFunction): boolean {
  return loaded.version !== versionOf(loaded.main, join(loaded.folder, 'config.json'))
}

function mainModule(folder: string): string | undefined {
  const packageFile = join(folder, 'package.json')
  const named = existsSync(packageFile)
    ? z.looseObject({ main: z.string().optional() }).safeParse(readJson(packageFile)).data?.main
    : undefined
  return [named ?? 'index.js', `${named ?? 'index'}.js`]
    .map((file) => join(folder, file))
    .find((file) => existsSync(file) && statSync(file).isFile())
}

function cronOf(file: string, index: number, config: string): Cron {
  try {
    return parseCron(config)
  } catch (cause) {
    throw new SettingsError(
      file,
      `triggers.${index}.config`,
      cause instanceof Error ? cause.message : String(cause),
    )
  }
}

function nodePathOf(file: string, runtimes: Runtimes, runtime: Runtime | undefined): string {
  try {
    return runtimes.pathOf(runtime)
  } catch (cause) {
    throw new SettingsError(file, 'runtime', cause instanceof Error ? cause.message : String(cause))
  }
}

function versionOf(...files: string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false })
      return stat === undefined ? 'missing' : `${stat.mtimeMs}:${stat.size}`
    })
    .join(' ')
}
