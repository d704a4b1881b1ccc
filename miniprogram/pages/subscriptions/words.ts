const zh = {
  title: '订阅',
  headline: '想收到哪些通知？',
  lead: '每同意一次，就能收到一条；我们只在约定的场合发送。',
  left: '还能收到 {count} 条',
  none: '未订阅',
  longTerm: '长期有效',
  longTermOff: '订阅一次，长期有效',
  oneTime: '每同意一次，收到一条',
  missing: '安排好的提醒还差 {count} 次“允许”，到时发不出。',
  example: '看看样子',
  hideExample: '收起样子',
  empty: '暂时没有可以订阅的通知',
  emptyHint: '有了新的通知，会出现在这里。',
  console: '店员工作台',
  consoleHint: '给自己或顾客发一条消息',
  scenes: { order: '订单', class: '课程', queue: '排队', reminder: '我的提醒' } as Record<string, string>,
}

const en: typeof zh = {
  title: 'Subscriptions',
  headline: 'What would you like to hear about?',
  lead: 'Each time you allow it, one message can reach you. We send only what is named here.',
  left: '{count} left',
  none: 'Not subscribed',
  longTerm: 'Stays valid',
  longTermOff: 'Subscribe once, it stays valid',
  oneTime: 'One message each time you allow it',
  missing: 'Reminders need {count} more of your permission to be delivered.',
  example: 'See an example',
  hideExample: 'Hide the example',
  empty: 'Nothing to subscribe to for now',
  emptyHint: 'New notices will appear here.',
  console: 'Staff desk',
  consoleHint: 'Send a message to yourself or a customer',
  scenes: { order: 'Orders', class: 'Classes', queue: 'Queue', reminder: 'My reminders' },
}

export const words = { zh, en }
