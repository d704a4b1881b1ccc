const zh = {
  title: '错过的提醒',
  headline: '错过的提醒',
  lead: '到时太晚，没有发出。补发会马上发出，不看是否还及时。',
  empty: '没有错过的提醒',
  emptyHint: '太晚没有发出的会列在这里。',
  send: '补发',
  sendAll: '补发列出的 {count} 条',
  sendTitle: '现在补发？',
  sendText: '{count} 条提醒会马上发出，内容是当时的时间。',
  sendYes: '补发',
  sendNo: '先不',
  sending: '正在补发…',
  sent: '{count} 条正在发出。',
  gone: '{count} 条正在发出；另外 {others} 条已被别人补发。',
  more: '更早的',
  loadingMore: '正在读取…',
}

const en: typeof zh = {
  title: 'Missed reminders',
  headline: 'Missed reminders',
  lead: 'They were too late and were not sent. By hand they go at once, however late it is.',
  empty: 'None was missed',
  emptyHint: 'Reminders that were too late to be sent are listed here.',
  send: 'Send',
  sendAll: 'Send all of the list ({count})',
  sendTitle: 'Send now?',
  sendText: 'Reminders that go out at once: {count}. They tell the time they were for.',
  sendYes: 'Send',
  sendNo: 'No',
  sending: 'Sending…',
  sent: '{count} on their way.',
  gone: '{count} on their way; {others} were sent by somebody else.',
  more: 'Earlier ones',
  loadingMore: 'Loading…',
}

export const words = { zh, en }
