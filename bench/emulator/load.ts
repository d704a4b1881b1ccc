import { mkdirSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import * as z from 'zod'
import type { Kind } from './constant-gateway'
import { openidOf } from './world'

/** What the function `load` is called with. */
export interface LoadEvent {
  kind: Kind
  calls: number
  concurrency: number
  /** How many documents and people there are. */
  documents: number
  people: number
  /** A gateway to send recorded requests to; without it the SDK itself makes the calls. */
  replayTo?: string
}

const loadResultSchema = z.strictObject({ cpuMs: z.number(), wallMs: z.number() })
/** What the instance used for all of its calls. */
export type LoadResult = z.output<typeof loadResultSchema>

const replySchema = z.union([
  z.object({ ok: z.literal(true), result: loadResultSchema }),
  z.object({ ok: z.literal(false), errMsg: z.string() }),
])

/** Bundles the function as `hongyan build` does, into a folder of functions. */
export async function deployLoad(functionsDir: string): Promise<void> {
  const source = join(__dirname, '..', 'functions', 'load')
  const target = join(functionsDir, 'load')
  mkdirSync(target, { recursive: true })
  await cp(join(source, 'config.json'), join(target, 'config.json'))
  writeFileSync(join(target, 'package.json'), JSON.stringify({ name: 'load', main: 'index.js' }))
  await build({
    entryPoints: [join(source, 'index.ts')],
    outfile: join(target, 'index.js'),
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  })
}

/** Calls the function on an emulator; rejects when a call of it failed. */
export async function load(emulatorUrl: string, event: LoadEvent): Promise<LoadResult> {
  const response = await fetch(`${emulatorUrl}/_emulator/call`, {
    method: 'POST',
    body: JSON.stringify({ name: 'load', data: event, openid: openidOf(0) }),
  })
  const reply = replySchema.parse(await response.json())
  if (!reply.ok) throw new Error(`load failed: ${reply.errMsg}`)
  return reply.result
}
