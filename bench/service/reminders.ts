import { openDatabase } from '../../emulator/database'
import { readJson } from '../json'
import type { PersonRule, Reminder } from '../../core/reminder/reminder'
import { reminderId } from '../../core/reminder/reminder'
import { laneOf } from '../../core/delivery/lanes'
import { hash } from '../../core/hash'
import type { Message } from './account'
import { openidOf } from './people'

/** Which reminders the function `remind` writes: one of each person, person `from` to `to` (not included). */
export interface RemindEvent {
  from: number
  to: number
  lanes: number
  /** Tells one set of reminders from another. */
  set: string
  template: string
  message: Message
  params: Record<string, string | number | boolean>
  revision: string
  /** Epoch ms: person i at `at + i × everyMs`. */
  at: number
  everyMs: number
  repeats: boolean
}

const DAY = 24 * 60 * 60_000

export interface Made {
  rule: PersonRule
  reminder: Reminder
}

/** The rule and the first reminder of person number `i`, as core writes them. */
export function madeOf(i: number, event: RemindEvent, now: number): Made {
  const { template, message, revision, lanes, set, params, repeats } = event
  const openid = openidOf(i)
  const lane = laneOf(openid, lanes)
  const _id = hash(`${set}\n${openid}`, 32)
  const at = event.at + (i - event.from) * event.everyMs
  const wall = new Date(at + 8 * 60 * 60_000).toISOString().slice(0, 16)
  const { templateId, data, page, language, miniprogramState } = message
  const common = {
    template,
    templateId,
    revision,
    oneTime: true,
    miniprogramState,
    createdAt: now,
    graceMs: DAY,
  }
  const repeat = { kind: 'repeat', from: wall, every: 1, unit: 'days' } as const
  const first = { number: 1, wall, at }
  return {
    rule: {
      ...common,
      _id,
      kind: 'person',
      openid,
      lane,
      language,
      params,
      timeParam: null,
      zone: 'Asia/Shanghai',
      schedule: repeats ? repeat : { kind: 'once', at: wall },
      recurrence: repeats ? { ...repeat, zone: 'Asia/Shanghai' } : null,
      first,
      catchUp: 'once',
      by: openid,
      asked: '',
      version: 1,
      state: 'on',
      made: true,
    },
    reminder: {
      ...common,
      ...first,
      _id: reminderId(_id, 1, 1),
      rule: _id,
      version: 1,
      openid,
      lane,
      language,
      data,
      ...(page !== undefined && { page }),
      state: 'waiting',
      dueAt: at,
      attempts: 0,
      rounds: 0,
    },
  }
}

/** Documents of one insertion. */
const AT_ONCE = 1000

/**
 * Writes reminders that only wait into a data folder that no emulator has open: through the gateway a million takes a
 * quarter of an hour. Nothing is read of their rules, which there are none of.
 */
export async function keepWaiting(dir: string, databaseFile: string, event: RemindEvent): Promise<void> {
  const now = Date.now()
  const declared = readJson(databaseFile)
  const database = openDatabase({ dir, now: () => now, random: () => 0.5, declared })
  for (let from = event.from; from < event.to; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, event.to - from)
    const data = Array.from({ length }, (_, at) => JSON.stringify(madeOf(from + at, event, now).reminder))
    await database.handle('database.insertDocument', { collectionName: 'reminders', data })
  }
  await database.close()
}
