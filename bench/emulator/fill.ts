import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Measured, Processes } from '../processes'
import { COLLECTION, DECLARED, textsOf } from './documents'
import { TEMPLATE, world } from './world'

const readySchema = z.object({ url: z.string() })
export const urlOf = (emulator: Measured): string => readySchema.parse(emulator.ready).url

/** Starts the emulator on a data folder, with the declared collection and the functions of `functionsDir`. */
export function startEmulator(
  processes: Processes,
  dataDir: string,
  functionsDir: string,
): Promise<Measured> {
  const databaseFile = join(functionsDir, '..', 'database.json')
  writeFileSync(databaseFile, JSON.stringify(DECLARED))
  return processes.start('emulator', { functionsDir, dataDir, databaseFile, world })
}

/** Everybody subscribes. */
export async function subscribeEverybody(url: string): Promise<void> {
  const subscribe = async (openid: string): Promise<void> => {
    const body = JSON.stringify({ openid, tmplIds: [TEMPLATE], answers: { [TEMPLATE]: 'accept' } })
    const response = await fetch(`${url}/_emulator/prompt`, { method: 'POST', body })
    if (!response.ok) throw new Error(`a prompt was answered ${response.status}: ${await response.text()}`)
  }
  await Promise.all(world.people.map(({ openid }) => subscribe(openid)))
}

const insertedSchema = z.object({ data: z.object({ insertedIds: z.array(z.string()) }) })
const AT_ONCE = 1000

/** Inserts documents through the gateway, 1000 in one request as `add` with a list sends them. */
export async function insertDocuments(url: string, size: number): Promise<void> {
  let from = 0
  const writer = async (): Promise<void> => {
    while (from < size) {
      const first = from
      from += AT_ONCE
      const data = textsOf(first, Math.min(size, first + AT_ONCE), size)
      const body = { action: 'database.insertDocument', collectionName: COLLECTION, data }
      insertedSchema.parse(await callGateway(url, body))
    }
  }
  // Two: one request is made while the other is worked.
  await Promise.all([writer(), writer()])
}

const refusalSchema = z.object({ code: z.string(), message: z.string() })

/** One request of the gateway; gives its JSON. Rejects with a refusal. */
export async function callGateway(url: string, body: Record<string, unknown>): Promise<unknown> {
  const response = await fetch(`${url}/admin`, { method: 'POST', body: JSON.stringify(body) })
  const reply: unknown = await response.json()
  const refusal = refusalSchema.safeParse(reply)
  if (refusal.success) throw new Error(`${refusal.data.code}: ${refusal.data.message}`)
  return reply
}
