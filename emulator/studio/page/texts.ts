/** Every text of the studio, in Chinese and English. */
const TEXTS = {
  zh: {
    title: '鸿雁',
    subtitle: '本地模拟器',
    addPhone: '添加手机',
    removePhone: '移除这部手机',
    person: '这部手机的主人',
    messages: '服务通知',
    noMessages: '还没有收到消息。订阅后由工作人员发送，消息会出现在这里。',
    enter: '进入小程序查看',
    fromTemplate: '模板消息',
    log: '函数日志',
    functions: '云函数与定时器',
    devtools: '手机调试',
    noActivity: '手机上还没有动静。',
    noLog: '还没有云函数被调用。',
    noLines: '没有输出',
    returned: '返回',
    failed: '错误',
    timers: '定时器',
    openapi: '开放接口',
    noTimers: '无',
    time: '时间',
    minute: '+1 分钟',
    hour: '+1 小时',
    day: '+1 天',
    lost: '与模拟器的连接断开，正在重连…',
    ok: '成功',
    error: '出错',
    timeout: '超时',
    collapse: '收起',
    expand: '展开',
    noPhone: '启动时没有给出小程序目录，因此没有手机。',
    theme: '深浅色',
  },
  en: {
    title: 'Hongyan',
    subtitle: 'local emulator',
    addPhone: 'Add phone',
    removePhone: 'Remove this phone',
    person: 'Who owns this phone',
    messages: 'Service messages',
    noMessages: 'Nothing received yet. Subscribe, let staff send a message, and it appears here.',
    enter: 'View in Mini Program',
    fromTemplate: 'template message',
    log: 'Function log',
    functions: 'Functions and timers',
    devtools: 'Phones',
    noActivity: 'Nothing has happened on the phones yet.',
    noLog: 'No function has been called yet.',
    noLines: 'no output',
    returned: 'returned',
    failed: 'error',
    timers: 'Timers',
    openapi: 'Open APIs',
    noTimers: 'none',
    time: 'Time',
    minute: '+1 min',
    hour: '+1 hour',
    day: '+1 day',
    lost: 'The emulator cannot be reached; trying again…',
    ok: 'ok',
    error: 'error',
    timeout: 'timed out',
    collapse: 'Collapse',
    expand: 'Expand',
    noPhone: 'The emulator was started without a Mini Program folder, so there are no phones.',
    theme: 'Light or dark',
  },
} as const

export type Texts = Record<keyof (typeof TEXTS)['zh'], string>

/** Chinese for a Chinese browser, English for all others; `?lang=` decides over both. */
export const language: 'zh' | 'en' = (
  new URLSearchParams(location.search).get('lang') ?? navigator.language
).startsWith('zh')
  ? 'zh'
  : 'en'

export const texts: Texts = TEXTS[language]
