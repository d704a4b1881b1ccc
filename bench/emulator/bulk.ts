import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { collections } from '../../core/collections'
import { standingFields } from '../../core/subscription/quotas'
import type { BenchmarkContext, Figure } from '../benchmark'
import type { Measured } from '../processes'
import { median } from '../rounds'
import { APPID, messageOf, TEMPLATE } from '../service/account'
import { quotaOf } from '../service/quota'
import { madeOf, type RemindEvent } from '../service/reminders'
import { callGateway, urlOf } from './fill'
import { world } from './world'

/** What a page of a campaign, or of reminders, reads and changes together. */
const AT_ONCE = 1000
/** Pages among which one is worked. */
const PAGES = 5
const LANES = 16
/** Pages that each quota has paid before: about what is kept of somebody who gets a message a day. */
const SPENT_BEFORE = 10
const NOW = Date.UTC(2026, 10, 21)

type Request = Record<string, unknown>

const int = (value: number) => ({ $numberInt: String(value) })
const long = (value: number) => ({ $numberLong: String(value) })

/** What is measured, as the SDK sends it for core (wire.md §3): a page of ids, and a number that is never given twice. */
const WORK: Record<string, { what: string; request: (ids: Ids, time: number) => Request }> = {
  find: {
    what: 'read of a page of quotas by _id, eleven fields of each',
    request: ({ quotas }) => ({
      action: 'database.getDocument',
      collectionName: 'quotas',
      queryType: 'WHERE',
      query: JSON.stringify({ _id: { $in: quotas } }),
      projection: JSON.stringify(Object.fromEntries(standingFields(false).map((field) => [field, true]))),
      limit: quotas.length,
    }),
  },
  spend: {
    what: 'a grant taken from each of a page',
    request: ({ quotas }, time) => ({
      ...updateOf('quotas'),
      query: JSON.stringify({
        _id: { $in: quotas },
        left: { $gt: int(0) },
        spent: { $ne: `page${time}` },
      }),
      data: JSON.stringify({
        $inc: { left: int(-1) },
        $push: {
          spent: { $each: [`page${time}`], $slice: int(-20) },
          spentAt: { $each: [long(NOW + time)], $slice: int(-20) },
        },
      }),
    }),
  },
  settle: {
    what: 'a page of reminders settled',
    request: ({ reminders }, time) => ({
      ...updateOf('reminders'),
      query: JSON.stringify({ _id: { $in: reminders }, state: 'waiting', rounds: int(0) }),
      data: JSON.stringify({
        $set: {
          state: 'fired',
          outcome: 'sent',
          doneAt: long(NOW + time),
          code: int(0),
          pageId: `page${time}`,
        },
      }),
    }),
  },
}

const updateOf = (collectionName: string): Request => ({
  action: 'database.modifyDocument',
  collectionName,
  queryType: 'WHERE',
  multi: true,
  merge: true,
  upsert: false,
})

/** The ids of one page. */
interface Ids {
  quotas: readonly string[]
  reminders: readonly string[]
}

/** CPU of the emulator's process for work on a thousand documents, and how long it answers nothing else meanwhile. */
export async function measureBulk(
  { size, rounds, folder, processes, step }: BenchmarkContext,
  functionsDir: string,
): Promise<Figure[]> {
  const documents = Math.min(AT_ONCE, size)
  const databaseFile = join(folder, 'bulk.json')
  const { quotas, reminders } = collections
  writeFileSync(databaseFile, JSON.stringify({ collections: { quotas, reminders } }))
  const dataDir = join(folder, 'bulk')
  const emulator = await processes.start('emulator', { functionsDir, dataDir, databaseFile, world })
  const figures: Figure[] = []
  for (const [name, { what, request }] of Object.entries(WORK)) {
    step(`bulk: ${name}`)
    const costs = []
    for (let round = 0; round <= rounds; round++) {
      const pages = await insertPages(urlOf(emulator), `${name}${round}`, documents)
      const cost = await costOf(
        emulator,
        pages.map((ids, page) => request(ids, page)),
        documents,
      )
      // The first warms up.
      if (round > 0) costs.push(cost)
    }
    figures.push(
      {
        name: `bulk.${name}`,
        what: `CPU of the emulator per ${what}, ${documents} documents`,
        value: median(costs.map(({ cpuMs }) => cpuMs)),
        unit: 'ms',
      },
      {
        name: `bulk.${name}.still`,
        what: '… longest time in which it answered nothing else',
        value: median(costs.map(({ stillMs }) => stillMs)),
        unit: 'ms',
      },
    )
  }
  await emulator.stop()
  return figures
}

const workedSchema = z.object({
  data: z.object({ updated: z.number().optional(), list: z.array(z.string()).optional() }),
})

/** Of one request: CPU, and the longest that the event loop stood still. Throws where a request did not meet its page. */
async function costOf(emulator: Measured, requests: readonly Request[], documents: number) {
  const before = await emulator.usage()
  await emulator.ask('watch', undefined, z.null())
  for (const request of requests) {
    const { updated, list } = workedSchema.parse(await callGateway(urlOf(emulator), request)).data
    const worked = updated ?? list?.length
    if (worked !== documents) throw new Error(`${worked} documents were worked, not ${documents}`)
  }
  const stillMs = await emulator.ask('longestStill', undefined, z.number())
  const { cpuMs } = await emulator.usage()
  return { cpuMs: (cpuMs - before.cpuMs) / requests.length, stillMs }
}

/** Quotas and reminders of people who have none yet: `set` tells them from all others. */
async function insertPages(url: string, set: string, documents: number): Promise<Ids[]> {
  const pages: Ids[] = []
  for (let page = 0; page < PAGES; page++) {
    const numbers = Array.from({ length: documents }, (_, at) => page * documents + at)
    const quotas = numbers.map((i) => quotaAt(i, set))
    const reminders = numbers.map((i) => madeOf(i, remindEvent(set), NOW).reminder)
    await insert(url, 'quotas', quotas)
    await insert(url, 'reminders', reminders)
    pages.push({ quotas: quotas.map(({ _id }) => _id), reminders: reminders.map(({ _id }) => _id) })
  }
  return pages
}

const insert = (url: string, collectionName: string, docs: readonly object[]) =>
  callGateway(url, {
    action: 'database.insertDocument',
    collectionName,
    data: docs.map((doc) => JSON.stringify(doc)),
  })

function quotaAt(i: number, set: string) {
  const quota = quotaOf(i, { template: TEMPLATE, lanes: LANES, grants: 2, tagged: 1 }, NOW)
  const times = Array.from({ length: SPENT_BEFORE }, (_, at) => at)
  return {
    ...quota,
    _id: `${quota._id}:${set}`,
    spent: times.map((at) => `${set}:before${at}`),
    spentAt: times.map((at) => NOW - at),
  }
}

const { templateId, data, page, language, miniprogramState } = messageOf(APPID)
const remindEvent = (set: string): RemindEvent => ({
  from: 0,
  to: AT_ONCE * PAGES,
  lanes: LANES,
  set,
  template: TEMPLATE,
  message: { templateId, data, ...(page !== undefined && { page }), language, miniprogramState },
  params: {},
  revision: 'r1',
  at: NOW,
  everyMs: 1,
  repeats: false,
})
