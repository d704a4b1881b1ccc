import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { BenchmarkContext, Figure } from '../benchmark'
import type { Measured } from '../processes'
import { alternate, median, medians } from '../rounds'
import { COLLECTION, groupsOf, idOf, scattered } from './documents'
import { callGateway, insertDocuments, startEmulator, urlOf } from './fill'

/** Finds of one measurement. */
const FINDS = { id: 10_000, group: 4000, range: 2000 } as const
/** Requests of each kind that the memory is measured after. */
const REQUESTS = 2000
const TIMES = 100

const GOALS = {
  find: { of: 'ratio', is: 'at most', limit: 1.5 },
  ready: { of: 'value', is: 'at most', limit: 2 },
  memory: { of: 'value', is: 'at most', limit: 512 },
} as const

const FINDS_BY = {
  id: 'get by _id',
  group: 'find by index, 10 documents',
  range: 'find a range of an index in order, 20 documents',
} as const

/** What grows with the number of documents, and what must not: `size` documents beside a hundredth of them. */
export async function measureSize(context: BenchmarkContext, functionsDir: string): Promise<Figure[]> {
  const { size, rounds, folder, processes, step } = context
  const few = Math.max(10, Math.round(size / TIMES))
  const large = join(folder, 'large')
  const small = join(folder, 'small')
  mkdirSync(small, { recursive: true })

  step(`documents: inserting ${size} through the gateway`)
  const filling = await startEmulator(processes, large, functionsDir)
  const startedAt = performance.now()
  await insertDocuments(urlOf(filling), size)
  const inserted = (size * 1000) / (performance.now() - startedAt)
  const filled = await filling.usage()
  await filling.stop()
  const smallFilling = await startEmulator(processes, small, functionsDir)
  await insertDocuments(urlOf(smallFilling), few)
  await smallFilling.stop()

  step('documents: starting on what is there')
  const starts: number[] = []
  let worked = 0
  for (let round = 0; round < rounds; round++) {
    const emulator = await startEmulator(processes, large, functionsDir)
    starts.push(emulator.startMs)
    if (round === rounds - 1) worked = await memoryAtWork(emulator, size)
    await emulator.stop()
  }

  const figures: Figure[] = [
    { name: 'insert', what: `documents inserted, ${size} in all`, value: inserted, unit: 'per s' },
    {
      name: 'ready',
      what: `start to ready with ${size} documents`,
      value: median(starts) / 1000,
      unit: 's',
      goal: GOALS.ready,
    },
    {
      name: 'memory',
      what: `most memory with ${size} documents: inserting, finding, scanning`,
      value: Math.max(filled.maxRssMiB, worked),
      unit: 'MiB',
      goal: GOALS.memory,
    },
  ]
  step('documents: finding')
  const documents = await processes.start('documents', {
    large: { dir: large, documents: size },
    small: { dir: small, documents: few },
  })
  for (const by of ['id', 'group', 'range'] as const)
    figures.push(await findFigure(documents, by, few, rounds))
  await documents.stop()
  return figures
}

async function findFigure(
  documents: Measured,
  by: keyof typeof FINDS_BY,
  few: number,
  rounds: number,
): Promise<Figure> {
  const count = Math.min(FINDS[by], few * 10)
  const find = (of: 'large' | 'small') => () => documents.ask('find', { of, by, count }, z.number())
  const { value, beside, ratio } = medians(await alternate(rounds, find('large'), find('small')))
  return {
    name: `find.${by}`,
    what: FINDS_BY[by],
    value,
    unit: 'µs',
    beside: { what: `of ${few} documents`, value: beside },
    ratio,
    goal: GOALS.find,
  }
}

/** The most memory in MiB that an emulator held while it found, changed and scanned documents. */
async function memoryAtWork(emulator: Measured, size: number): Promise<number> {
  const url = urlOf(emulator)
  const numbers = scattered(size)
  for (let i = 0; i < Math.min(REQUESTS, size); i++) {
    const number = Number(numbers.next().value)
    const query = JSON.stringify({ group: `g${number % groupsOf(size)}` })
    await callGateway(url, { action: 'database.getDocument', collectionName: COLLECTION, query })
    await callGateway(url, {
      action: 'database.modifyDocument',
      collectionName: COLLECTION,
      query: JSON.stringify({ _id: idOf(number) }),
      data: '{"$inc":{"left":{"$numberInt":"1"}}}',
      multi: false,
    })
  }
  // No index answers this: each document is read.
  const query = JSON.stringify({ nickname: 'nobody' })
  await callGateway(url, { action: 'database.calculateDocument', collectionName: COLLECTION, query })
  return (await emulator.usage()).maxRssMiB
}
