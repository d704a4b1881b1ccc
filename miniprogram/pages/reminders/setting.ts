/** Setting a reminder, or changing one: it is done once, whatever becomes of the answer. */
import type { Reminder } from '../../../core/contract'
import { call, CallFailure } from '../../services/cloud'
import { newId } from '../../services/identifier'
import { changeOf, type Draft, type Remindable, type Wanted, wantedOf } from './draft'

/** The same value is the same text, in whatever order its keys came. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

export class Setting {
  /** What is asked for, with its key: “tonight” stays the same evening however often it is asked again. */
  private asked: { key: string; wanted: Wanted } | null = null
  private isChangeLost = false

  /** Something else is wanted from now on. */
  changed(): void {
    this.asked = null
    this.isChangeLost = false
  }

  /** Null while a time is still to be picked. Throws CallFailure; doing it again is safe. */
  async save(draft: Draft, offer: Remindable): Promise<Reminder | null> {
    const wanted = this.asked?.wanted ?? wantedOf(draft, offer)
    if (wanted === null) return null
    this.asked ??= { key: newId(), wanted }
    const saved =
      draft.of === null ? await this.create(this.asked) : await this.change(draft, draft.of, wanted)
    this.changed()
    return saved
  }

  private create({ key, wanted }: { key: string; wanted: Wanted }): Promise<Reminder> {
    return call('subscriber', 'reminder.create', { key, ...wanted })
  }

  private async change(
    draft: Draft,
    { reminder, version }: NonNullable<Draft['of']>,
    wanted: Wanted,
  ): Promise<Reminder> {
    const change = changeOf(draft, wanted)
    try {
      return await call('subscriber', 'reminder.change', { reminder, version, change })
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error
      if (error.code === 'OFFLINE') this.isChangeLost = true
      if (error.code !== 'REMINDER_STATE' || !this.isChangeLost) throw error
      // Changed meanwhile, maybe by the call whose answer was lost: then it is as it shall be.
      const { reminders } = await call('subscriber', 'reminder.mine', {})
      const now = reminders.find((one) => one.reminder === reminder)
      const isDone =
        now && Object.entries(change).every(([key, value]) => textOf(now[key as 'zone']) === textOf(value))
      if (!isDone) throw error
      return now
    }
  }
}
