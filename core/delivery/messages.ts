/** Sending one message. */
import type { Catalogue } from '../template/catalogue'
import type { Card, Language, Openid, ParsedInputOf, SendState } from '../contract'
import { wordsOf } from './errcodes'
import { todoOf } from '../explain/answers'
import { canonical, hash } from '../hash'
import type { Caller } from '../caller'
import { checkTexts, typedIn } from '../check/texts'
import { checkLanes, laneOf, note } from './lanes'
import { languageOf } from '../person/people'
import type { Ports } from '../ports'
import { fill, type Lang, outcomeSentences, skipSentences } from '../sentences'
import { dueOf, readSend, request, type Send, sendId } from './sends'
import type { Settings } from '../settings'
import { referenceTo, type TemplateRef } from '../template/reference'
import { codeWords, isCode } from '../campaign/words'

/** WeChat's HTTP API gives a function 5 s (wechat.md §9); the answer must be back before. */
const ANSWER_WITHIN_MS = 4_000
const ASK_AGAIN_MS = 250

export interface Sender {
  /** Whose idempotency keys these are. */
  by: string
  appid: string
  lang: Lang
  /** Whose typed words they are. */
  caller: Caller
}

/** `sent`, or what WeChat's answer means, its own text, and what to do. */
function answered(code: number, text: string | undefined, lang: Lang): string {
  const words = wordsOf(code)[lang]
  if (code === 0) return words
  const between = { zh: '。', en: '. ' }[lang]
  return `${words} (${code}${text ? `: ${text}` : ''})${between}${todoOf(code)[lang]}`
}

function stateOf(send: Send, lang: Lang): SendState {
  const { _id, state, outcome, code, text, card, fallsBack } = send
  if (state === 'waiting' || outcome === undefined)
    return { sendId: _id, state: 'waiting', words: outcomeSentences.waiting[lang], card }
  const reason = code !== undefined ? answered(code, text, lang) : skipOf(text, lang)
  const words =
    code === 0
      ? reason
      : fill({ zh: '{outcome}：{reason}', en: '{outcome}: {reason}' }, lang, {
          outcome: outcomeSentences[outcome],
          reason,
        })
  const all = fallsBack ? `${words}${fallbackSentence[lang]}` : words
  return { sendId: _id, state, outcome, ...(code !== undefined && { code }), words: all, card }
}

/** Said of a message that went, or was to go, as its fallback. */
const fallbackSentence = {
  zh: '（模板消息已不能发送，改用订阅消息）',
  en: ' (as a subscribe message: no template message could go)',
}

const skipOf = (text: string | undefined, lang: Lang): string =>
  text === 'no-grant' ? skipSentences['no-grant'][lang] : isCode(text) ? codeWords(text, lang) : (text ?? '')

/** Sends one message and waits a little for its outcome; the same key sends once and asks for the outcome again. */
export async function sendOne(
  ports: Ports,
  catalogue: Catalogue,
  settings: Settings,
  sender: Sender,
  to: Openid,
  input: ParsedInputOf<'send.one'>,
): Promise<SendState> {
  const template = catalogue.get(input.template)
  const language: Language = input.language ?? (await languageOf(ports, to)) ?? 'zh_CN'
  const { fallback, ...named } = referenceTo(catalogue, template, sender.appid)
  const rendered = template.render(input.params, language)
  const typed = {
    path: 'input.params',
    texts: typedIn(template.definition, input.params),
    by: 'staff' as const,
  }
  if (!(await readSend(ports, sendId(sender.by, input.key))))
    await checkTexts({ ports, settings, caller: sender.caller }, typed)
  await checkLanes(ports, settings.lanes)
  const { params, language: asked = null, miniprogramState } = input
  const now = ports.clock.now()
  const lane = laneOf(to, settings.lanes)
  const card: Card = template.card(rendered, language)
  const wanted: Send = {
    _id: sendId(sender.by, input.key),
    by: sender.by,
    asked: hash(canonical({ to, template: input.template, params, language: asked, miniprogramState })),
    openid: to,
    lane,
    ...named,
    ...rendered,
    ...(fallback && { fallback: insteadOf(catalogue, fallback, input.params, language) }),
    card,
    language,
    miniprogramState,
    state: 'waiting',
    dueAt: now,
    attempts: 0,
    rounds: 0,
    createdAt: now,
  }
  return ask(ports, wanted, sender.lang)
}

/** The message of a fallback, from the same params. Throws what its rendering refuses. */
function insteadOf(
  catalogue: Catalogue,
  fallback: NonNullable<TemplateRef['fallback']>,
  params: unknown,
  language: Language,
): NonNullable<Send['fallback']> {
  const template = catalogue.get(fallback.template)
  const rendered = template.render(params, language)
  return { ...fallback, ...rendered, card: template.card(rendered, language) }
}

/** Writes the send down, or finds it, and waits a little for what becomes of it. Throws KEY_REUSED. */
export async function ask(ports: Ports, wanted: Send, lang: Lang): Promise<SendState> {
  const send = await request(ports, wanted)
  return stateOf(send.state === 'done' ? send : await outcome(ports, send), lang)
}

/** Wakes the lane and waits for what becomes of the send; as it stands when the time is over. */
async function outcome(ports: Ports, send: Send): Promise<Send> {
  const end = ports.clock.monotonic() + ANSWER_WITHIN_MS
  await note(ports, send.lane, dueOf(send))
  await ports.wake.wake([send.lane], ANSWER_WITHIN_MS)
  for (;;) {
    const found = (await readSend(ports, send._id)) ?? send
    const isLater = found.dueAt > ports.clock.now()
    if (found.state === 'done' || isLater || ports.clock.monotonic() + ASK_AGAIN_MS >= end) return found
    await ports.clock.sleep(ASK_AGAIN_MS)
  }
}
