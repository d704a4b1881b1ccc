/** What states, acts, reasons and codes are called, in both languages. */
import type { Act, PauseReason } from './campaign'
import type { CampaignState, Outcome, SkipReason } from '../contract'
import { wordsOf } from '../delivery/errcodes'
import { todoOf } from '../explain/answers'
import { type Code, outcomeOf } from '../delivery/outcomes'
import { fill, type Lang, outcomeSentences, type Sentence } from '../sentences'

export const stateWords: Readonly<Record<CampaignState, Sentence>> = {
  draft: { zh: '草稿', en: 'draft' },
  scheduled: { zh: '已定时', en: 'scheduled' },
  running: { zh: '发送中', en: 'running' },
  paused: { zh: '已暂停', en: 'paused' },
  finished: { zh: '已完成', en: 'finished' },
  cancelled: { zh: '已取消', en: 'cancelled' },
}

/** What staff do to a campaign, as the subject of a sentence. */
export const actWords: Readonly<Record<Exclude<Act, 'finish'> | 'adjust' | 'redrive', Sentence>> = {
  edit: { zh: '编辑', en: 'editing' },
  schedule: { zh: '定时', en: 'scheduling' },
  unschedule: { zh: '取消定时', en: 'unscheduling' },
  start: { zh: '开始', en: 'starting' },
  pause: { zh: '暂停', en: 'pausing' },
  resume: { zh: '继续', en: 'resuming' },
  cancel: { zh: '取消', en: 'cancelling' },
  adjust: { zh: '调整', en: 'adjusting' },
  redrive: { zh: '重发', en: 'a redrive' },
}

const pauseWords: Readonly<Record<PauseReason['why'], Sentence>> = {
  staff: { zh: '由工作人员暂停', en: 'paused by staff' },
  stopped: { zh: '因紧急停止而暂停', en: 'paused by the emergency stop' },
  answers: {
    zh: '微信的回答使它自动暂停：{answer}（{code}，{count} 条）。{todo}。处理后可继续',
    en: 'paused because of what WeChat answered: {answer} ({code}, {count} messages). {todo}. Resume when that is put right',
  },
  'test-group': {
    zh: '已发给测试组；请确认收到的消息无误后继续',
    en: 'sent to the test group; look at what they got, then resume',
  },
  'late-start': {
    zh: '错过了定时且超出宽限时间；请确认是否仍要发送',
    en: 'its start was missed by more than its grace; resume if it shall still go out',
  },
  'start-failed': {
    zh: '到了定时却不能开始（{error}）；处理后可继续',
    en: 'could not be started when its time came ({error}); resume when that is put right',
  },
  restored: {
    zh: '定时器停了很久，或数据库是恢复的副本；请确认这些消息没有发过再继续',
    en: 'the timer stood still for long, or the database is a restored copy; make sure it has not gone out already, then resume',
  },
}

export const reasonWords = ({ why, code = 0, count = 0, error }: PauseReason, lang: Lang): string =>
  fill(pauseWords[why], lang, { code, count, error, answer: wordsOf(code), todo: todoOf(code) })

/** Why somebody of the audience gets nothing. */
export const skipWords: Readonly<Record<SkipReason, Sentence>> = {
  'invalid-params': { zh: '名单里的参数不对', en: 'the params in the list are wrong' },
  'no-match': { zh: '不符合受众条件', en: 'does not match the audience' },
  late: { zh: '群发开始之后才订阅', en: 'subscribed after the campaign had started' },
  excluded: { zh: '在排除名单里', en: 'in a list of people to leave out' },
  'test-group': { zh: '作为测试组已收到', en: 'got it as one of the test group' },
  served: { zh: '前一次群发已发过', en: 'served by the campaign before' },
  'never-subscribed': { zh: '从未订阅过此模板', en: 'has never subscribed to the template' },
  unreachable: { zh: '微信说此 openid 无法送达', en: 'WeChat says that this openid cannot be reached' },
  banned: { zh: '对方禁止了此模板', en: 'the template was banned in the prompt' },
  muted: { zh: '对方在偏好里关闭了此模板', en: 'muted this template in the preferences' },
  declined: { zh: '最近一次拒绝了订阅', en: 'declined the last prompt' },
  revoked: { zh: '微信说订阅已失效，之后没有再订阅', en: 'WeChat says that the grants are gone; none since' },
  'no-grant': { zh: '没有可用的订阅次数', en: 'no grant left' },
  capped: { zh: '已达到此模板的频率上限', en: 'has had as many of this template as its frequency allows' },
}

/** Marks that are no reasons of selection. */
const markWords: Readonly<Record<Exclude<Extract<Code, string>, SkipReason>, Sentence>> = {
  died: {
    zh: '函数在发送与记录之间中断，是否送达未知；不会自动重发',
    en: 'the function ended between sending and writing the answer; whether it was delivered is unknown, it is not sent again by itself',
  },
  held: { zh: '还没轮到，稍后再发', en: 'not begun; it goes later' },
  quiet: { zh: '免打扰时段，稍后再发', en: 'quiet hours; it goes later' },
  waiting: { zh: '等待再次发送', en: 'waiting for another try' },
  'no-form-id': {
    zh: '没有可用的 formId（提交表单或支付后 7 天内有效）',
    en: 'no form id left (a form or a payment gives one, for 7 days)',
  },
  'no-conversation': {
    zh: '客服会话没有打开：对方 48 小时内没有来信，或来信已回复满 5 条',
    en: 'no conversation is open: the person has not written in 48 hours, or has had 5 answers to it',
  },
  cancelled: { zh: '群发已取消，未发送', en: 'the campaign was cancelled before its turn' },
  withdrawn: { zh: '提醒已取消或修改', en: 'the reminder was cancelled or changed' },
  missed: {
    zh: '错过了时间且超出宽限，未发送；可由工作人员补发',
    en: 'missed by more than its grace and not sent; staff can send it by hand',
  },
  merged: { zh: '与同一提醒的后一次合并', en: 'a later time of the same reminder stands for it' },
}

/** Whether a text is a mark or a reason that has words here. */
export const isCode = (text: string | undefined): text is SkipReason | keyof typeof markWords =>
  text !== undefined && (text in skipWords || text in markWords)

/** The code of a delivery in words: `sent`, `no grant left`, `the person has not subscribed … (43101)`. */
export function codeWords(code: Code, lang: Lang): string {
  if (typeof code === 'number') return code === 0 ? wordsOf(0)[lang] : `${wordsOf(code)[lang]} (${code})`
  return code in skipWords
    ? skipWords[code as SkipReason][lang]
    : markWords[code as keyof typeof markWords][lang]
}

/** Outcome and code in words, as a report has them. */
export function deliveryWords(outcome: Outcome, code: Code, lang: Lang): string {
  if (code === 0) return outcomeSentences.sent[lang]
  const between = { zh: '：', en: ': ' }[lang]
  // `unknown` says it itself; a number that is tried again is `deferred`.
  return outcomeOf(code) === 'unknown'
    ? codeWords(code, lang)
    : `${outcomeSentences[outcome][lang]}${between}${codeWords(code, lang)}`
}
