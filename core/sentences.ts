/** Every code and problem in words, Chinese and English. `{name}` is filled from the facts. */
import type { ErrorCode, Fault, Outcome, ReplyError } from './contract'
import type { FoundFault, ServiceError } from './errors'

export type Lang = 'zh' | 'en'
/** The language of messages that goes with it. */
export const LANGUAGES = { zh: 'zh_CN', en: 'en_US' } as const
export type Sentence = Record<Lang, string>

const errorSentences: Record<ErrorCode, Sentence> = {
  REQUEST_INVALID: {
    zh: '请求格式不对：应为 { action, input, lang? }。{details}',
    en: 'the request is malformed: { action, input, lang? } is wanted. {details}',
  },
  ACTION_UNKNOWN: {
    zh: '没有名为“{action}”的操作；这个云函数有：{allowed}',
    en: 'there is no action "{action}"; this function has: {allowed}',
  },
  INPUT_INVALID: { zh: '{action} 的输入不对：{details}', en: 'the input of {action} is wrong: {details}' },
  NOT_ALLOWED: {
    zh: '不允许：{action} 只对 {allowed} 开放，来者是 {caller}',
    en: 'not allowed: {action} is open to {allowed}; the caller is {caller}',
  },
  OPENID_MISSING: {
    zh: '这次调用没有 OPENID（来源：{source}）；需要从小程序里调用，或写明 openid',
    en: 'this call has no OPENID (source: {source}); call from the Mini Program, or name an openid',
  },
  APPID_UNKNOWN: {
    zh: '模板 {template} 没有小程序 {appid} 的模板 id；已有：{known}。请补充 templateIds 或设置 HONGYAN_APPID',
    en: 'template {template} has no template id for the Mini Program {appid}; it has: {known}. Add one to templateIds or set HONGYAN_APPID',
  },
  SCENE_UNKNOWN: {
    zh: '没有场景“{scene}”；已有：{known}',
    en: 'there is no scene "{scene}"; there are: {known}',
  },
  TEMPLATE_UNKNOWN: {
    zh: '没有模板“{template}”；已有：{known}',
    en: 'there is no template "{template}"; there are: {known}',
  },
  TEMPLATE_NOT_OFFERED: {
    zh: '场景“{scene}”不提供这些模板 id：{templateIds}',
    en: 'the scene "{scene}" does not offer these template ids: {templateIds}',
  },
  PARAMS_INVALID: {
    zh: '模板 {template} 的参数不对：{details}',
    en: 'the params of template {template} are wrong: {details}',
  },
  KEYWORD_INVALID: {
    zh: '模板 {template} 的内容微信不会接受：{details}',
    en: 'WeChat would not accept this message of template {template}: {details}',
  },
  KEY_REUSED: {
    zh: '这个幂等键已用于另一件事（{sendId}）；换一件事要换一个键',
    en: 'this idempotency key was used for something else ({sendId}); that needs a key of its own',
  },
  CAMPAIGN_UNKNOWN: {
    zh: '没有群发 {campaign}',
    en: 'there is no campaign {campaign}',
  },
  CAMPAIGN_STATE: {
    zh: '群发“{name}”现在是{now}；只有{wanted}时才能{doing}',
    en: 'campaign "{name}" is {now}; {doing} is possible only while it is {wanted}',
  },
  CAMPAIGN_CHANGED: {
    zh: '群发“{name}”已被修改：现在是第 {version} 版，你的修改基于第 {got} 版。请重新读取后再改',
    en: 'campaign "{name}" was changed meanwhile: it is at version {version}, your change was made to {got}. Read it again and repeat the change',
  },
  REDRIVE_EARLY: {
    zh: '群发“{name}”还有消息没有定论；请在 {waitSeconds} 秒后再重发',
    en: 'campaign "{name}" has messages whose outcome may still change; ask again in {waitSeconds} seconds',
  },
  AUDIENCE_UNKNOWN: { zh: '没有名单 {audience}', en: 'there is no list {audience}' },
  AUDIENCE_STATE: {
    zh: '名单“{name}”不能这样用：{reason}',
    en: 'the list "{name}" cannot be used so: {reason}',
  },
  REMINDER_UNKNOWN: { zh: '没有提醒 {reminder}', en: 'there is no reminder {reminder}' },
  REMINDER_STATE: { zh: '提醒不能这样改：{reason}', en: 'the reminder cannot be changed so: {reason}' },
  REMINDER_LIMIT: {
    zh: '每人最多 {max} 个提醒；请先取消一个',
    en: 'a person has {max} reminders at the most; cancel one first',
  },
  SERIES_UNKNOWN: { zh: '没有提醒系列 {series}', en: 'there is no series of reminders {series}' },
  OPEN_DATA_MISSING: {
    zh: '这次调用没有带开放数据；请在 data 的最外层加上 openData: wx.cloud.CloudID(cloudID)',
    en: 'this call brings no open data; put openData: wx.cloud.CloudID(cloudID) at the top level of data',
  },
  OPEN_DATA_FORGED: {
    zh: 'openData 不是微信填入的，不能相信；请用 wx.cloud.CloudID(cloudID) 交给微信来填',
    en: 'openData was not filled in by WeChat and is not believed; hand in wx.cloud.CloudID(cloudID) and let WeChat fill it',
  },
  OPEN_DATA_INVALID: {
    zh: '微信不认识这个 cloudID；请重新授权，拿到新的再试',
    en: 'WeChat does not know this cloudID; ask the person again and use the new one',
  },
  OPEN_DATA_EXPIRED: {
    zh: '这个 cloudID 已过期（有效期 5 分钟）；请重新授权，并马上使用',
    en: 'this cloudID has expired (it is good for 5 minutes); ask the person again and use the new one at once',
  },
  OPEN_DATA_FOREIGN: {
    zh: '这个 cloudID 是另一个人的；只能使用本人的',
    en: 'this cloudID is another person’s; a person can only hand in their own',
  },
  OPEN_DATA_FAILED: {
    zh: '微信没有给出开放数据（{code}）；请稍后再试',
    en: 'WeChat did not give the open data ({code}); try again later',
  },
  OPEN_DATA_UNKNOWN: {
    zh: '开放数据里既没有手机号，也没有群；没有保存任何内容',
    en: 'the open data holds neither a phone number nor a group; nothing was kept',
  },
  SECRET_MISSING: {
    zh: '服务没有设置加密密钥（HONGYAN_SECRET），不保存手机号',
    en: 'the service has no key to seal phone numbers with (HONGYAN_SECRET), so none is kept',
  },
  GROUP_LIMIT: {
    zh: '每人最多 {max} 个群；请先退出一个',
    en: 'a person has {max} groups at the most; leave one first',
  },
  LOGIN_CODE_INVALID: {
    zh: '微信不认这个登录 code（{errcode}）：它只能用一次，五分钟内有效。请重新调用 wx.login 再试',
    en: 'WeChat does not take this login code ({errcode}): it is good once, for five minutes. Call wx.login again and repeat',
  },
  LOGIN_TOO_OFTEN: {
    zh: '登录太频繁（{errcode}）；请一分钟后再试',
    en: 'too many logins of this person ({errcode}); try again in a minute',
  },
  LOGIN_BLOCKED: {
    zh: '微信认为这个帐号有风险，拒绝了登录（{errcode}）',
    en: 'WeChat holds this account for a risk and refused the login ({errcode})',
  },
  LOGIN_REFUSED: {
    zh: '微信拒绝了登录：{errcode} {reason}。请检查 HONGYAN_APPID 和 HONGYAN_APPSECRET',
    en: 'WeChat refused the login: {errcode} {reason}. Check HONGYAN_APPID and HONGYAN_APPSECRET',
  },
  LOGIN_UNREACHABLE: {
    zh: '现在连不上微信的登录服务：{reason}。请稍后重试',
    en: 'WeChat’s login service cannot be reached now: {reason}. Try again later',
  },
  LOGIN_OPENID_INVALID: {
    zh: '微信给出的 openid 不能用作云开发的用户 id（4 到 32 个字符）：{openid}',
    en: 'the openid that WeChat gave cannot be an id of CloudBase (4 to 32 characters): {openid}',
  },
  TEMPLATE_CHANNEL: {
    zh: '{template} 是模板消息，靠每个人自己的 formId 发送，不能群发；请改用订阅消息模板{instead}',
    en: '{template} is a template message, which each person’s own formId pays for: it cannot go to many. Use a subscribe template{instead}',
  },
  CONVERSATION_CLOSED: {
    zh: '现在不能给 {openid} 发客服消息：{reason}。对方来信后 {hours} 小时内可回复 {messages} 条',
    en: 'customer service cannot write to {openid} now: {reason}. After somebody writes, {messages} answers are allowed for {hours} hours',
  },
  TEXT_RISKY: {
    zh: '微信的内容安全检测没有通过：{details}',
    en: "WeChat's security check takes offence: {details}",
  },
  TEXT_UNCHECKED: {
    zh: '文字没能通过微信检测（{code}）：{reason}',
    en: "WeChat's security check did not judge the text ({code}): {reason}",
  },
  DISPATCH_STOPPED: {
    zh: '所有发送已被 {by} 停止；先用 dispatch.release 解除',
    en: 'all sending was stopped by {by}; take that back with dispatch.release first',
  },
  OWNER_FIXED: {
    zh: '{openid} 由部署时的 HONGYAN_OWNER 指定，只能重新部署来更改',
    en: '{openid} is named by HONGYAN_OWNER at deployment; only a deployment changes that',
  },
  LANES_MISMATCH: {
    zh: 'HONGYAN_LANES 是 {set}，但首次运行时已定为 {fixed}；请改回 {fixed}',
    en: 'HONGYAN_LANES is {set}, but was fixed as {fixed} at the first run; set it back to {fixed}',
  },
  SETTINGS_INVALID: { zh: '环境变量不对：{details}', en: 'environment variables are wrong: {details}' },
  STORE_FAILED: {
    zh: '数据库没有回应或拒绝了请求：{reason}。请稍后重试；重复同一个操作是安全的{advice}',
    en: 'the database did not answer or refused: {reason}. Try again; repeating the same call is safe{advice}',
  },
  WECHAT_REFUSED: {
    zh: '微信没有接受 {api}：{meaning}（{errcode}）。{todo}',
    en: 'WeChat did not accept {api}: {meaning} ({errcode}). {todo}',
  },
  INTERNAL: {
    zh: '内部错误，已记入日志（{reference}）',
    en: 'internal error, written to the log ({reference})',
  },
}

const faultSentences: Record<string, Sentence> = {
  missing: { zh: '缺少，需要 {expected}', en: 'is missing; {expected} is wanted' },
  unknown: { zh: '没有这一项', en: 'is not known' },
  type: { zh: '应为 {expected}，得到“{got}”', en: 'must be {expected}, got "{got}"' },
  'too-long': { zh: '太长，最多 {max}，得到“{got}”', en: 'is too long, at most {max}, got "{got}"' },
  'too-short': { zh: '太短，至少 {min}，得到“{got}”', en: 'is too short, at least {min}, got "{got}"' },
  'too-big': { zh: '太大，最大 {max}，得到 {got}', en: 'is too big, at most {max}, got {got}' },
  'too-small': { zh: '太小，最小 {min}，得到 {got}', en: 'is too small, at least {min}, got {got}' },
  'not-listed': { zh: '应为 {allowed} 之一，得到“{got}”', en: 'must be one of {allowed}, got "{got}"' },
  format: { zh: '应符合 {format}，得到“{got}”', en: 'must be of the form {format}, got "{got}"' },
  like: { zh: '格式不对，应像“{like}”这样，得到“{got}”', en: 'must look like "{like}", got "{got}"' },
  rule: { zh: '{rule}，得到“{got}”', en: '{rule}, got "{got}"' },
  risky: { zh: '含有违规内容：“{got}”，请修改', en: 'holds what is not allowed: "{got}"; change it' },
  text: { zh: '文本不能渲染：{reason}', en: 'the text does not render: {reason}' },
  'keyword-type': {
    zh: '不是已知的关键词类型；已知：{known}',
    en: 'is no known keyword type; known: {known}',
  },
  'keyword-empty': { zh: '“{label}”为空；{allows}', en: '"{label}" is empty; {allows}' },
  'keyword-too-long': {
    zh: '“{label}”有 {count} 个字符，最多 {max}：“{got}”',
    en: '"{label}" has {count} characters, at most {max}: "{got}"',
  },
  'keyword-form': {
    zh: '“{label}”不合规则：“{got}”；应为{allows}',
    en: '"{label}" breaks its rule: "{got}"; {allows}',
  },
  'keyword-not-listed': {
    zh: '“{label}”应为 {values} 之一：“{got}”',
    en: '"{label}" must be one of {values}: "{got}"',
  },
}

export const outcomeSentences: Record<Outcome | 'waiting', Sentence> = {
  sent: { zh: '已发送', en: 'sent' },
  refused: { zh: '被拒绝', en: 'refused' },
  invalid: { zh: '内容或收件人无效', en: 'invalid' },
  failed: { zh: '发送失败', en: 'failed' },
  skipped: { zh: '未发送', en: 'not sent' },
  deferred: { zh: '稍后再发', en: 'deferred' },
  unknown: { zh: '结果未知', en: 'in doubt' },
  waiting: { zh: '正在发送，可用同一个键再问结果', en: 'under way; ask again with the same key' },
}

export const skipSentences: Record<'no-grant', Sentence> = {
  'no-grant': {
    zh: '对方没有可用的订阅次数；请对方先在小程序里订阅',
    en: 'the person has no grant left; they must subscribe in the Mini Program first',
  },
}

/** Fills `{name}` from the facts: lists are joined, texts in two languages give the right one. */
export function fill(sentence: Sentence, lang: Lang, facts: Record<string, unknown>): string {
  return sentence[lang].replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const fact = facts[name]
    if (fact === undefined || fact === null) return ''
    if (Array.isArray(fact)) return fact.map((item) => textOf(item, lang)).join(lang === 'zh' ? '、' : ', ')
    return textOf(fact, lang)
  })
}

function textOf(fact: unknown, lang: Lang): string {
  if (typeof fact !== 'object' || fact === null) return String(fact)
  return String(Reflect.get(fact, lang) ?? JSON.stringify(fact))
}

const UNWORDED: Sentence = { zh: '不对', en: 'is wrong' }

export const faultOf = ({ path, problem, facts }: FoundFault, lang: Lang): Fault => ({
  path,
  problem,
  message: `${path} ${fill(faultSentences[problem] ?? UNWORDED, lang, facts)}`,
})

/** The refusal as a reply holds it, in words. */
export function errorOf({ code, facts, faults }: ServiceError, lang: Lang): ReplyError {
  const worded = faults.map((fault) => faultOf(fault, lang))
  const details = worded.map(({ message }) => message).join(lang === 'zh' ? '；' : '; ')
  const message = fill(errorSentences[code], lang, { ...facts, details })
  return { code, message, facts: worded.length > 0 ? { ...facts, faults: worded } : facts }
}
