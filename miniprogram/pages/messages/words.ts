const zh = {
  title: '消息',
  empty: '还没有收到消息',
  emptyHint: '订阅之后，发给你的消息会列在这里。',
  foot: '去看看',
  more: '看更早的',
  loadingMore: '正在读取…',
  opened: '从通知进入：{what}',
  noPage: '这条消息要去的页面不在这个版本里，请升级小程序。',
  today: '今天 {time}',
  yesterday: '昨天 {time}',
}

const en: typeof zh = {
  title: 'Messages',
  empty: 'No messages yet',
  emptyHint: 'What is sent to you after you subscribe is listed here.',
  foot: 'Take a look',
  more: 'Earlier ones',
  loadingMore: 'Loading…',
  opened: 'Opened from a notice: {what}',
  noPage: 'The page of this message is not in this version. Please update the Mini Program.',
  today: 'Today {time}',
  yesterday: 'Yesterday {time}',
}

export const words = { zh, en }
