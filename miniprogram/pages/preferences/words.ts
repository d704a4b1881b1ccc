const zh = {
  title: '偏好',
  quiet: '安静时段',
  quietHint: '这段时间不打扰你，消息会等结束后再发。',
  from: '开始',
  to: '结束',
  nextDay: '第二天 {time}',
  sameTime: '开始和结束一样，不成时段；改好之后会保存。',
  zone: '时区',
  language: '消息语言',
  languageHint: '消息卡片上用的文字，不影响小程序界面。',
  templates: '接收哪些通知',
  templatesHint: '关掉后不再发给你，已有的订阅次数还在。',
  noTemplates: '暂时没有可以设置的通知',
  saving: '正在保存…',
  saved: '已保存',
}

const en: typeof zh = {
  title: 'Preferences',
  quiet: 'Quiet hours',
  quietHint: 'Nothing reaches you in these hours; messages wait until they are over.',
  from: 'From',
  to: 'To',
  nextDay: '{time}, next day',
  sameTime: 'Both times are the same, which is no time at all. It is saved once they differ.',
  zone: 'Time zone',
  language: 'Language of messages',
  languageHint: 'The words on message cards; the Mini Program itself follows your phone.',
  templates: 'What may reach you',
  templatesHint: 'What is off is not sent to you. What you subscribed to stays.',
  noTemplates: 'There are no notices to set for now',
  saving: 'Saving…',
  saved: 'Saved',
}

export const words = { zh, en }
