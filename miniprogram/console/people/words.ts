const zh = {
  title: '谁',
  wouldGet: '会收到的人',
  wouldNot: '不会收到的人',
  undeliverable: '到时发不出的提醒',
  undeliverableLead: '接下来 7 天里，按现在的情况发不出的。点一下复制 openid。',
  ofTemplate: '{title}：{why}',
  dryRun: '按现在的情况试算，不会发送。',
  tap: '点一下，看这个人',
  empty: '没有人',
  emptyHint: '数字可能刚刚变了：下拉看最新的。',
  searching: '正在逐批查看名单，已看过一批，还没有找到。',
  more: '更多',
  loadingMore: '正在读取…',
  count: '已列出 {count} 人',
}

const en: typeof zh = {
  title: 'Who',
  wouldGet: 'Those who would get it',
  wouldNot: 'Those who would not',
  undeliverable: 'Reminders that cannot be delivered',
  undeliverableLead: 'Of the next 7 days, as things are now. Tap to copy the openid.',
  ofTemplate: '{title}: {why}',
  dryRun: 'As things are now; nothing is sent.',
  tap: 'Tap to see the person',
  empty: 'Nobody',
  emptyHint: 'The figures may have just changed: pull down to see the latest.',
  searching: 'A part of the audience was looked at, and nobody was found in it yet.',
  more: 'More',
  loadingMore: 'Loading…',
  count: '{count} listed',
}

export const words = { zh, en }
