import { existsSync, statSync } from 'node:fs'
import * as z from 'zod'
import { type FaultPlan, faultsSchema } from './faults'
import { readJson } from './json-file'
import { SettingsError, settingsError } from './settings-error'
import { parseWorld, readWorld, type World, type WorldInput } from './world'

/** What `startEmulator` is started with. Exactly one of `worldFile` and `world` is given. */
export interface EmulatorOptions {
  /** Folder with one folder per built function (index.js, config.json, package.json). */
  functionsDir: string
  /** Native Mini Program project (with app.json); without it there is no phone. */
  miniprogramDir?: string
  worldFile?: string
  world?: WorldInput
  /** Public keys (PEM) of custom login by id: the environment is then a standalone one, whatever the world says. */
  loginKeys?: Record<string, string>
  /** Everything durable is under here; made when missing. */
  dataDir: string
  /** Declared collections and indexes (JSON). */
  databaseFile?: string
  /** 0 = any free port; always on 127.0.0.1. */
  port: number
  /** Environment variables by function name; '*' is for all. `{emulator}` in a value is the emulator's own address. */
  functionEnv?: Record<string, Record<string, string>>
  /** The Node.js of functions whose config.json names no runtime; default: the emulator's own. */
  nodePath?: string
  /** Folder of installed runtimes, for functions whose config.json names one. */
  runtimesDir?: string
  /** Most warm instances of one function; more calls wait. The platform allows 1000, one computer does not. */
  instancesPerFunction?: number
  /** Fault rules in force from the start (JSON, as `POST /_emulator/faults` takes them). */
  faultsFile?: string
  /** Seed of fault rules that come without one; default 1. */
  faultSeed?: number
  /** Where the server's own log lines go; default: nowhere. */
  log?: (line: string) => void
  random?: () => number
  systemNow?: () => number
}

/** Options with their defaults, the world read and everything checked. */
export interface CheckedOptions {
  functionsDir: string
  miniprogramDir: string | undefined
  world: World
  dataDir: string
  databaseFile: string | undefined
  port: number
  functionEnv: Record<string, Record<string, string>>
  nodePath: string
  runtimesDir: string | undefined
  instancesPerFunction: number
  faults: FaultPlan | undefined
  faultSeed: number
  log: (line: string) => void
  random: () => number
  systemNow: () => number
}

const plain = z.strictObject({
  functionsDir: z.string().min(1),
  miniprogramDir: z.string().min(1).optional(),
  worldFile: z.string().min(1).optional(),
  world: z.unknown().optional(),
  loginKeys: z.record(z.string(), z.string()).optional(),
  dataDir: z.string().min(1),
  databaseFile: z.string().min(1).optional(),
  port: z.int().min(0).max(65_535),
  functionEnv: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  nodePath: z.string().min(1).default(process.execPath),
  runtimesDir: z.string().min(1).optional(),
  instancesPerFunction: z.int().min(1).max(1000).default(8),
  faultsFile: z.string().min(1).optional(),
  faultSeed: z.int().min(0).max(0xffff_ffff).default(1),
})

/** Checks options as they came; throws a SettingsError that names file, field and reason. */
export function checkOptions(options: EmulatorOptions): CheckedOptions {
  const { log = () => {}, random = Math.random, systemNow = Date.now, ...rest } = options
  const parsed = plain.safeParse(rest)
  if (!parsed.success) throw settingsError('options', parsed.error)
  const { worldFile, world, loginKeys, faultsFile, ...checked } = parsed.data
  requireFolder('functionsDir', checked.functionsDir)
  if (checked.miniprogramDir !== undefined) requireFolder('miniprogramDir', checked.miniprogramDir)
  return {
    ...checked,
    miniprogramDir: checked.miniprogramDir,
    databaseFile: checked.databaseFile,
    runtimesDir: checked.runtimesDir,
    world: { ...worldOf(worldFile, world), ...(loginKeys && { standalone: { loginKeys } }) },
    faults: faultsFile === undefined ? undefined : readFaults(faultsFile),
    log,
    random,
    systemNow,
  }
}

function worldOf(worldFile: string | undefined, world: unknown): World {
  if (worldFile !== undefined && world !== undefined)
    throw new SettingsError('options', 'world', 'worldFile and world are both given; give one')
  if (worldFile !== undefined) return readWorld(worldFile)
  if (world !== undefined) return parseWorld(world, 'world')
  throw new SettingsError('options', 'worldFile', 'neither worldFile nor world is given; give one')
}

function readFaults(file: string): FaultPlan {
  const parsed = faultsSchema.safeParse(readJson(file))
  if (!parsed.success) throw settingsError(file, parsed.error)
  return parsed.data
}

function requireFolder(field: string, path: string): void {
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw new SettingsError('options', field, `${path} is not a folder`)
}
