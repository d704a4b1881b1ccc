import * as z from 'zod'
import type { Desk, Done } from './desk'
import { WeChatError } from './errcodes'
import { numberOf, type Store } from './store'

/** A function that is to be called once (wechat.md §7). */
export interface DelayedTask {
  id: number
  dueAt: number
  functionName: string
  /** The event as JSON text. */
  data: string
}

/** The delay that is allowed, in seconds: 6 s to 30 days. */
const MIN_DELAY_SECONDS = 6
const MAX_DELAY_SECONDS = 30 * 86_400

const rowSchema = z.object({ id: z.number(), dueAt: z.number(), name: z.string(), data: z.string() })

/** Delayed function calls that have not been made, on disk. */
export class DelayedTasks {
  private readonly insert
  private readonly first
  private readonly due
  private readonly remove

  constructor(
    store: Store,
    private readonly onAdded: () => void,
  ) {
    this.insert = store.prepare('INSERT INTO delayed (dueAt, name, data) VALUES (?, ?, ?)')
    this.first = store.prepare('SELECT MIN(dueAt) AS dueAt FROM delayed')
    this.due = store.prepare('SELECT id, dueAt, name, data FROM delayed WHERE dueAt <= ? ORDER BY dueAt, id')
    this.remove = store.prepare('DELETE FROM delayed WHERE id = ?')
  }

  add(task: Omit<DelayedTask, 'id'>): void {
    this.insert.run(task.dueAt, task.functionName, task.data)
    this.onAdded()
  }

  /** When the next one is due. */
  next(): number | undefined {
    return numberOf(this.first.get(), 'dueAt')
  }

  /** Takes everything due at or before `now` off the list, in order: each is called at most once. */
  take(now: number): DelayedTask[] {
    const tasks = this.due.all(now).map((row) => {
      const { name, ...rest } = rowSchema.parse(row)
      return { ...rest, functionName: name }
    })
    for (const { id } of tasks) this.remove.run(id)
    return tasks
  }
}

/** cloudbase.addDelayedFunctionTask: calls a function once after a delay. */
export function addDelayedTask(desk: Desk, params: Record<string, unknown>): Done {
  const { env, function_name: functionName, delay_time: delaySeconds, data } = params
  if (env !== desk.world.env) throw new WeChatError(-501000, 'invalid env')
  if (typeof functionName !== 'string' || functionName === '')
    throw new WeChatError(-501000, 'function_name is missing')
  if (
    typeof delaySeconds !== 'number' ||
    !(delaySeconds >= MIN_DELAY_SECONDS && delaySeconds <= MAX_DELAY_SECONDS)
  )
    throw new WeChatError(-501000, `delay_time must be ${MIN_DELAY_SECONDS} to ${MAX_DELAY_SECONDS} seconds`)
  if (typeof data !== 'string' || !isJson(data)) throw new WeChatError(-501000, 'data must be a JSON string')
  desk.delayedTasks.add({ dueAt: desk.clock.now() + Math.round(delaySeconds * 1000), functionName, data })
  return {}
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
