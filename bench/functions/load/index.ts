/** A cloud function that loads the gateway: with the SDK, or with what the SDK sent, again. */
import { Agent, type IncomingMessage, request } from 'node:http'
import * as cloud from 'wx-server-sdk'
import { type Kind, openConstantGateway, type Recorded } from '../../emulator/constant-gateway'
import { COLLECTION, idOf, scatteredAt } from '../../emulator/documents'
import type { LoadEvent, LoadResult } from '../../emulator/load'
import { messageTo, openidOf } from '../../emulator/world'

// The typings of the SDK do not know its own symbol.
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV as unknown as string })
const db = cloud.database()

type Call = (at: number) => Promise<unknown>

const sdkCalls = (documents: number, people: number): Record<Kind, Call> => ({
  get: async (at) =>
    db
      .collection(COLLECTION)
      .doc(idOf(scatteredAt(at, documents)))
      .get(),
  update: async (at) =>
    db
      .collection(COLLECTION)
      .doc(idOf(scatteredAt(at, documents)))
      .update({ data: { left: db.command.inc(1), language: 'en_US' } }),
  send: (at) => cloud.openapi['subscribeMessage'].send(messageTo(openidOf(at % people))) as Promise<unknown>,
})

/**
 * Runs as many calls as `concurrency` at once until all are done. Each of them keeps to numbers of its own, so that no
 * two are at work for one person (43108): `concurrency` divides the number of people.
 */
async function runAll(call: Call, calls: number, concurrency: number): Promise<void> {
  const work = async (first: number): Promise<void> => {
    for (let at = first; at < calls; at += concurrency) await call(at)
  }
  await Promise.all(Array.from({ length: concurrency }, (_, first) => work(first)))
}

/**
 * Has the SDK make calls against a gateway of this process, and gives what it sent. The emulator still knows the
 * invocation that these requests name when a later one sends them again.
 */
async function record(call: Call, kind: Kind, count: number): Promise<Recorded[]> {
  const recorded: Recorded[] = []
  const recorder = await openConstantGateway((one) => recorded.push(one))
  const configured = process.env['TCB_CONTEXT_CNFG']
  // The SDK reads its address for each request (wire.md §1.1).
  process.env['TCB_CONTEXT_CNFG'] = JSON.stringify({ URL: `${recorder.url}/${kind}` })
  try {
    await Promise.all(Array.from({ length: count }, (_, at) => call(at)))
  } finally {
    process.env['TCB_CONTEXT_CNFG'] = configured
    await recorder.close()
  }
  return recorded
}

const recordings = new Map<Kind, Promise<Recorded[]>>()

/** Sends recorded requests again, each to the path of its kind. Rejects when one is refused. */
function replaying(recorded: readonly Recorded[], target: string, agent: Agent): Call {
  const { hostname, port, pathname } = new URL(target)
  return (at) =>
    new Promise<void>((resolve, reject) => {
      const one = recorded[at % recorded.length]
      if (one === undefined) throw new Error('nothing was recorded')
      const { host: _host, connection: _connection, ...headers } = one.headers
      const path = `${pathname}${one.url.slice(one.url.indexOf('?'))}`
      const sent = request({ hostname, port, path, method: 'POST', headers, agent }, (response) => {
        read(response)
          .then((text) => (isRefused(text) ? reject(new Error(text)) : resolve()))
          .catch(reject)
      })
      sent.once('error', reject)
      sent.end(one.body)
    })
}

async function read(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('latin1')) text += String(chunk)
  return text
}

/** A refusal has a `code`, or an errcode other than 0 (wire.md §2, §5). */
const isRefused = (text: string): boolean => /"code":|"errcode":[^0]/.test(text) || !text.includes('{')

/** Recorded requests of each kind; like the number of people a multiple of the concurrency. */
const RECORDED = 200

export const main = async (event: LoadEvent): Promise<LoadResult> => {
  const { kind, concurrency, calls, documents, people, replayTo } = event
  const sdkCall = sdkCalls(documents, people)[kind]
  const agent = new Agent({ keepAlive: true })
  let call = sdkCall
  if (replayTo !== undefined) {
    const recording = recordings.get(kind) ?? record(sdkCall, kind, RECORDED)
    recordings.set(kind, recording)
    call = replaying(await recording, replayTo, agent)
  }
  const started = { at: performance.now(), cpu: process.cpuUsage() }
  await runAll(call, calls, concurrency)
  const { user, system } = process.cpuUsage(started.cpu)
  agent.destroy()
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - started.at }
}
