import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { BenchmarkContext, Figure } from '../benchmark'
import { alternate, medians } from '../rounds'

const DOCUMENTS = 10_000
/** Updates of one measurement, by how many are made at once: a flush of the disk may take several ms. */
const COUNTS = { process: { 1: 4000, 50: 4000 }, power: { 1: 100, 50: 2000 } } as const
const NAMES = { process: 'safe from SIGKILL (as chosen)', power: 'safe from a power cut' } as const

/** Acknowledged updates of one document a second, beside the SQL store alone with the same durability. */
export async function measureUpdates({
  size,
  rounds,
  folder,
  processes,
  step,
}: BenchmarkContext): Promise<Figure[]> {
  const figures: Figure[] = []
  const documents = Math.min(DOCUMENTS, size)
  for (const durability of ['process', 'power'] as const) {
    step(`updates ${NAMES[durability]}`)
    const work = join(folder, `updates-${durability}`)
    mkdirSync(work, { recursive: true })
    const updates = await processes.start('updates', { folder: work, documents, durability })
    for (const concurrency of [1, 50] as const) {
      const count = Math.min(COUNTS[durability][concurrency], size)
      // The store alone commits each by itself, however many are waiting: as few as for one at once tell its rate.
      const counts = { documents: count, bare: Math.min(COUNTS[durability][1], size) }
      const rateOf = (store: 'documents' | 'bare') => () =>
        updates.ask('update', { store, concurrency, count: counts[store] }, z.number())
      const { value, beside, ratio } = medians(await alternate(rounds, rateOf('documents'), rateOf('bare')))
      figures.push({
        name: `update.${durability}.${concurrency}`,
        what: `updates, ${concurrency} at once, ${NAMES[durability]}`,
        value,
        unit: 'per s',
        beside: { what: 'the store alone', value: beside },
        ratio,
      })
    }
    await updates.stop()
  }
  return figures
}
