/** Which of the times that are still to come have a grant: each spends one, those that come first get them. */
import type { Kind, Reminder } from '../../../core/contract'

export type Coming = Pick<Reminder, 'reminder' | 'template' | 'next' | 'left' | 'schedule'>

/** Of each reminder, how many of its next times can be delivered as things are. */
export function coveredTimes(
  reminders: readonly Coming[],
  kindOf: (template: string) => Kind,
): Map<string, number> {
  const covered = new Map(reminders.map(({ reminder }) => [reminder, 0]))
  for (const template of new Set(reminders.map((one) => one.template))) {
    const own = reminders.filter((one) => one.template === template)
    const isLong = kindOf(template) === 'long-term'
    let left = Math.max(0, ...own.map((one) => one.left))
    const times = own
      .flatMap(({ reminder, next, schedule }) =>
        next.map((at, place) => ({
          at,
          reminder,
          isLast: schedule.kind === 'repeat' && place === next.length - 1,
        })),
      )
      .sort((a, b) => a.at - b.at)
    for (const { reminder, isLast } of times) {
      if (left <= 0) break
      covered.set(reminder, (covered.get(reminder) ?? 0) + 1)
      if (isLong) continue
      left -= 1
      // What a repeating one spends behind the times that are told is not known: nothing later is sure.
      if (isLast) left = 0
    }
  }
  return covered
}
