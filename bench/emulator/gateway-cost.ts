import * as z from 'zod'
import type { BenchmarkContext, Figure } from '../benchmark'
import type { Measured } from '../processes'
import { alternate, median, medians } from '../rounds'
import { type Kind, KINDS } from './constant-gateway'
import { load, type LoadEvent } from './load'
import { PEOPLE } from './world'

/** Divides the number of people. */
const CONCURRENCY = 50
/** Calls of one measurement: enough that the start of an invocation does not count. */
const CALLS = 4000
/** The gateway may cost half of what its client does: then one computer runs both, and the client is what limits. */
const GOAL = { of: 'ratio', is: 'at most', limit: 0.5 } as const

const readySchema = z.object({ url: z.string() })

/**
 * CPU of the emulator's process per call, while a function calls it through the SDK in a process of its own, beside the
 * CPU of that process; and for recorded requests, beside a gateway that answers constants.
 */
export async function measureGateway(
  { size, rounds, processes, step }: BenchmarkContext,
  emulator: Measured,
  documents: number,
): Promise<Figure[]> {
  const constants = await processes.start('constants', {})
  const emulatorUrl = readySchema.parse(emulator.ready).url
  const constantsUrl = readySchema.parse(constants.ready).url
  const calls = Math.min(CALLS, Math.max(size, CONCURRENCY))
  const event = { calls, concurrency: CONCURRENCY, documents, people: PEOPLE }

  /** ms of CPU that a gateway used per call of `event`. */
  const costOf = async (gateway: Measured, loaded: LoadEvent) => {
    const before = await gateway.usage()
    const client = await load(emulatorUrl, loaded)
    const { cpuMs } = await gateway.usage()
    return {
      gateway: (cpuMs - before.cpuMs) / calls,
      client: client.cpuMs / calls,
      perSecond: (calls * 1000) / client.wallMs,
    }
  }

  const figures: Figure[] = []
  for (const kind of KINDS) {
    step(`gateway: ${kind}`)
    // The first warms both up.
    await costOf(emulator, { ...event, kind })
    const costs = []
    for (let round = 0; round < rounds; round++) costs.push(await costOf(emulator, { ...event, kind }))
    const replayed = await alternate(
      rounds,
      async () => (await costOf(emulator, { ...event, kind, replayTo: `${emulatorUrl}/admin` })).gateway,
      async () => (await costOf(constants, { ...event, kind, replayTo: `${constantsUrl}/${kind}` })).gateway,
    )
    figures.push(...figuresOf(kind, costs, medians(replayed)))
  }
  await constants.stop()
  return figures
}

function figuresOf(
  kind: Kind,
  costs: readonly { gateway: number; client: number; perSecond: number }[],
  replayed: ReturnType<typeof medians>,
): Figure[] {
  const { value, beside, ratio } = medians(
    costs.map(({ gateway, client }) => ({ value: gateway, beside: client })),
  )
  return [
    {
      name: `gateway.${kind}`,
      what: `CPU of the gateway per ${kind}`,
      value,
      unit: 'ms',
      beside: { what: 'the SDK client', value: beside },
      ratio,
      goal: GOAL,
    },
    {
      name: `gateway.${kind}.rate`,
      what: `${kind} by one client, ${CONCURRENCY} at once`,
      value: median(costs.map(({ perSecond }) => perSecond)),
      unit: 'per s',
    },
    {
      name: `replay.${kind}`,
      what: `CPU of the gateway per recorded ${kind}`,
      value: replayed.value,
      unit: 'ms',
      beside: { what: 'answering constants', value: replayed.beside },
      ratio: replayed.ratio,
    },
  ]
}
