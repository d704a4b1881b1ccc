/** The message templates of this deployment. A new file is named here. */
import classNotice from './class-notice.json'
import classReminder from './class-reminder.json'
import orderShipped from './order-shipped.json'
import queueCall from './queue-call.json'
import toDo from './to-do.json'

export const templates = [
  { file: 'order-shipped.json', content: orderShipped },
  { file: 'class-reminder.json', content: classReminder },
  { file: 'queue-call.json', content: queueCall },
  { file: 'to-do.json', content: toDo },
  { file: 'class-notice.json', content: classNotice },
]
