/** What is done for each action: reminder. */
import type { Action } from '../contract'
import {
  type ReminderCall,
  cancelReminder,
  changeReminder,
  createReminder,
  listReminders,
  myReminders,
  previewReminder,
} from '../reminder/acts'
import { board, missed, sendMissed, undeliverable } from '../reminder/reports'
import { createSeries, importRows, listRows, listSeries, removeRows } from '../reminder/series'
import type { reminderInputs } from '../contract/reminder'
import { type Handlers, type Request, staffCallOf } from '../request'

const reminderCallOf = (r: Request<Action>): ReminderCall => staffCallOf(r)

export const reminderActions: Handlers<keyof typeof reminderInputs> = {
  'reminder.create': (r) => createReminder(reminderCallOf(r), r.input),
  'reminder.preview': (r) => previewReminder(reminderCallOf(r), r.input),
  'reminder.change': (r) => changeReminder(reminderCallOf(r), r.input),
  'reminder.cancel': (r) => cancelReminder(reminderCallOf(r), r.input),
  'reminder.mine': (r) => myReminders(reminderCallOf(r)),
  'reminder.list': (r) => listReminders(staffCallOf(r), r.input),
  'reminder.board': (r) => board(staffCallOf(r), r.input),
  'reminder.missed': (r) => missed(staffCallOf(r), r.input),
  'reminder.sendMissed': (r) => sendMissed(staffCallOf(r), r.input),
  'reminder.undeliverable': (r) => undeliverable(staffCallOf(r), r.input),
  'reminder.series.create': (r) => createSeries(staffCallOf(r), r.input),
  'reminder.series.list': (r) => listSeries(staffCallOf(r)),
  'reminder.rows.import': (r) => importRows(staffCallOf(r), r.input),
  'reminder.rows.list': (r) => listRows(staffCallOf(r), r.input),
  'reminder.rows.remove': (r) => removeRows(staffCallOf(r), r.input),
}
