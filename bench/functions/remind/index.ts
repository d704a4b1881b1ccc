/** A cloud function that writes the reminders of many people, and notes in their lanes when the first is due. */
import * as cloud from 'wx-server-sdk'
import { madeOf, type RemindEvent } from '../../service/reminders'
import { WxStore } from '../../../adapters/wx/store'
import { cloud as ours } from '../../../adapters/wx/cloud'
import { note } from '../../../core/delivery/lanes'

// The typings of the SDK do not know its own symbol.
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV as unknown as string })
const db = cloud.database()
const store = new WxStore(ours.database())

/** Documents of one `add`: about 600 KB. */
const AT_ONCE = 1000

export const main = async (event: RemindEvent): Promise<null> => {
  const now = Date.now()
  const firstOf = new Map<number, number>()
  for (let from = event.from; from < event.to; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, event.to - from)
    const made = Array.from({ length }, (_, at) => madeOf(from + at, event, now))
    // The SDK takes a list, which its typings do not know (wire.md §3).
    await db.collection('reminderRules').add({ data: made.map(({ rule }) => rule) })
    await db.collection('reminders').add({ data: made.map(({ reminder }) => reminder) })
    for (const { reminder } of made)
      firstOf.set(reminder.lane, Math.min(reminder.at, firstOf.get(reminder.lane) ?? reminder.at))
  }
  for (const [lane, at] of firstOf) await note({ store }, lane, at)
  return null
}
