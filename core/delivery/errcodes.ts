/** What each answer of WeChat, or of what stands between, means for a message. Sources: wechat.md §1.3 and §11. */
import type { Outcome } from '../contract'

const MINUTE = 60_000

/** Tries of one message, the first included. */
export const MAX_ATTEMPTS = 5

export interface Answer {
  outcome: Exclude<Outcome, 'skipped' | 'deferred'>
  /** The grant that was spent: `keep` it spent, give it back, or `revoke` all that are left too. */
  grant: 'keep' | 'return' | 'revoke'
  /** Milliseconds to wait before it is tried again; only for what certainly did not go. */
  retryMs?: number
  /** Whose fault, and whether it counts towards the automatic pause of a campaign. */
  blame: 'person' | 'message' | 'template' | 'account' | 'transport' | 'none'
  zh: string
  en: string
  source: string
}

const S1 = 'wechat.md §1.3'
const S11 = 'wechat.md §11'
const doubt = (zh: string, en: string, source: string): Answer => ({
  outcome: 'unknown',
  grant: 'keep',
  blame: 'transport',
  zh: `${zh}，是否送达未知；不会自动重发`,
  en: `${en}; whether it was delivered is unknown, it is not sent again by itself`,
  source,
})
const broken = (
  blame: 'message' | 'template' | 'account',
  zh: string,
  en: string,
  source: string,
): Answer => ({
  outcome: blame === 'message' ? 'invalid' : 'failed',
  grant: 'return',
  blame,
  zh,
  en,
  source,
})
const later = (retryMs: number, zh: string, en: string, source: string): Answer => ({
  outcome: 'failed',
  grant: 'return',
  retryMs,
  blame: 'transport',
  zh,
  en,
  source,
})

const S4 = 'wechat.md §4'
/** The formId is worth nothing; the next one of the person may be. */
const spentFormId = (zh: string, en: string): Answer => ({
  outcome: 'refused',
  grant: 'revoke',
  retryMs: 1_000,
  blame: 'person',
  zh,
  en,
  source: `${S4}.1`,
})
/** Until the person writes again. */
const closed = (zh: string, en: string): Answer => ({
  outcome: 'refused',
  grant: 'revoke',
  blame: 'person',
  zh,
  en,
  source: `${S4}.3`,
})

/** Whether the message went is not known: WeChat's own -1, and any answer that got lost. */
export const UNKNOWN = -1
/** No connection, or no access token: nothing was sent. A code of ours, which no document of WeChat's has. */
export const NOT_SENT = -2

export const answers: Readonly<Record<number, Answer>> = {
  0: { outcome: 'sent', grant: 'keep', blame: 'none', zh: '已发送', en: 'sent', source: S1 },
  [UNKNOWN]: doubt('微信系统错误', 'WeChat system error', `${S1}: retryable, but delivery unknown`),
  [NOT_SENT]: later(
    30_000,
    '没能连上微信服务器，消息没有发出',
    'WeChat could not be reached: nothing was sent',
    'derived from wechat.md §9: there was no connection or no access token (adapters/https)',
  ),
  40001: broken('account', '调用凭据无效', 'invalid credential', S1),
  40014: broken('account', 'access_token 无效', 'invalid access_token', S1),
  41001: broken('account', '缺少 access_token', 'access_token missing', S1),
  42001: broken('account', 'access_token 已过期', 'access_token expired', S1),
  40003: {
    outcome: 'invalid',
    grant: 'return',
    blame: 'person',
    zh: 'openid 不对：为空、写错，或属于另一个小程序',
    en: 'invalid openid: empty, wrong, or of another Mini Program',
    source: S1,
  },
  40013: broken('account', 'appid 不对', 'invalid appid', S1),
  40037: broken('template', '模板 id 不存在', 'invalid template id', S1),
  40066: broken('message', '接口地址不对', 'wrong endpoint', S1),
  40125: broken('account', 'AppSecret 不对', 'invalid AppSecret', S1),
  40164: broken('account', 'IP 不在白名单', 'IP not in the whitelist', S1),
  40165: broken('template', '跳转页面不对', 'invalid page path', S1),
  41028: spentFormId(
    'formId 不对、已过期或属于别人',
    'invalid form id: wrong, over its 7 days, or another person’s',
  ),
  41029: spentFormId('formId 已用过', 'the form id was used before'),
  41030: broken(
    'template',
    '跳转页面不在已发布的小程序里',
    'the page is not in the released Mini Program',
    S1,
  ),
  43002: broken('message', '必须用 POST', 'must be POST', S1),
  43101: {
    outcome: 'refused',
    grant: 'revoke',
    blame: 'person',
    zh: '对方没有订阅，或订阅次数已用完',
    en: 'the person has not subscribed, or the grants are used up',
    source: `${S1}: normal life, WeChat's word wins over our ledger`,
  },
  43104: broken('account', '此 appid 没有权限', 'this appid has no permission', S1),
  43107: broken(
    'template',
    '订阅消息能力被封禁',
    'the subscribe-message capability or the template is banned',
    S1,
  ),
  43108: later(2_000, '同一人正在收另一条消息，稍后再试', 'another message to this person is under way', S1),
  44002: broken('message', '请求体为空', 'empty body', S1),
  45009: later(MINUTE, '今日额度已用完', "today's quota is used up", S1),
  45015: closed('客服会话已超过可回复的时间', 'the time to answer in customer service is over'),
  45047: closed(
    '客服消息条数已用完',
    'as many customer service messages as one message allows have been sent',
  ),
  45011: later(MINUTE, '每分钟额度已用完', "this minute's quota is used up", S1),
  45103: broken(
    'template',
    '模板消息接口已于 2020 年 1 月下线，请改用订阅消息',
    'WeChat withdrew template messages in January 2020; use a subscribe message',
    'wechat.md §4.1',
  ),
  45168: broken('message', '内容含敏感词', 'a word in the message is on the blacklist', S1),
  47001: broken('message', '请求不是合法的 JSON', 'not valid JSON', S1),
  47003: broken('message', '有字段为空或不合规则', 'a field is empty or breaks its rule', S1),
  48001: broken('account', '接口未授权', 'API not authorised', S1),
  48004: broken('account', '接口被封禁', 'API banned for this account', S1),
  50002: {
    outcome: 'invalid',
    grant: 'return',
    blame: 'person',
    zh: '对方账号被冻结或已注销',
    en: "the person's account is frozen or closed",
    source: S1,
  },
  40008: broken('message', '消息类型不对', 'invalid message type', `${S4}.3; WeChat's global table`),
  46101: broken('template', '模板消息接口已下线', 'template messages are not supported any more', `${S4}.1`),
  70000: {
    outcome: 'refused',
    grant: 'return',
    blame: 'person',
    zh: '对方处于未成年人保护',
    en: 'the person is under the protection of minors',
    source: `${S4}.3`,
  },
  [-604100]: broken('account', '接口不存在', 'API not found', S1),
  [-604101]: broken(
    'account',
    '云函数没有权限：请在 config.json 声明并等待 10 分钟',
    'the function has no permission: declare it in config.json and wait 10 minutes',
    S1,
  ),
  [-604102]: doubt('开放接口超时', 'open API timeout', S1),
  [-604103]: doubt('开放接口系统错误', 'open API system error', S1),
  [-604104]: broken('account', '调用来源不合法', 'illegal source of invocation', S1),
  [-501001]: doubt('云开发系统错误', 'cloud system error', S11),
  [-501002]: doubt('服务器超时', 'server timeout', S11),
  [-501003]: later(MINUTE, '环境请求数超限', 'request count over the quota of the environment', S11),
  [-501004]: later(2_000, '环境并发超限', 'concurrency over the quota of the environment', S11),
  [-501007]: broken('account', '参数不对', 'invalid parameters', S11),
  [-601001]: doubt('微信侧系统错误', "system error on WeChat's side", S11),
  [-601008]: doubt('微信侧内部超时', "internal timeout on WeChat's side", S11),
}

/** An answer that no document names: whether the message went is not known. */
const unlisted = doubt(
  '微信返回了未收录的错误码',
  'WeChat gave a code that is not listed',
  'derived: the careful reading',
)

export const answerOf = (code: number): Answer => answers[code] ?? unlisted
