import * as z from 'zod'
import { numberOf, type Store } from './store'

/** A function that is to be called once (wechat.md §7). */
export interface DelayedTask {
  id: number
  dueAt: number
  functionName: string
  /** The event as JSON text. */
  data: string
}

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
