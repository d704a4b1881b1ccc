/** What the page says to a person, and asks them. */
import type { Reminder } from '../../../core/contract'
import { type Notice, noticeOf, type Outcome } from '../../services/subscribing'
import { fill, inPhoneLanguage } from '../../words/language'
import { toldTime } from './rows'
import { words } from './words'

/** A reminder that was set or changed; where it cannot be delivered, that and what to do about it. */
export function savedNotice(
  { next, createdAt, zone }: Reminder,
  isNew: boolean,
  isUncovered: boolean,
  asked: Outcome | null,
): Notice {
  const w = inPhoneLanguage(words)
  const time = toldTime(next[0] ?? createdAt, zone)
  if (!isUncovered) return noticeOf('info', fill(isNew ? w.done : w.saved, { time }))
  if (asked?.notice.action === 'settings') return asked.notice
  return noticeOf('warn', fill(w.doneNoGrant, { time }))
}

export async function isToCancel(what: string): Promise<boolean> {
  const { cancelTitle: title, cancelText: text, cancelYes, cancelNo } = inPhoneLanguage(words)
  const content = fill(text, { what })
  const { confirm } = await wx.showModal({ title, content, confirmText: cancelYes, cancelText: cancelNo })
  return confirm
}
