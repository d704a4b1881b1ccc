/**
 * The page protocol (design section 5): up to 1000 deliveries of one template, claimed together by inserting one
 * document. Only the holder of the lane's lease writes it, proved by the fence.
 */
import type { Language, MiniprogramState, Openid, SkipReason } from '../contract'
import type { OtherChannel } from './channels'
import type { Lease } from './lease'
import type { Code, Mark } from './outcomes'
import type { Doc, Ports, Value } from '../ports'
import { quotaId } from '../subscription/quotas'
import type { Rendered } from '../template/template'

/** Where its people come from. */
export type Origin = 'send' | 'reminder' | 'campaign'

/** A page and the group of it that is tried again. */
export type Parent = { page: string; group: number }

/** People of a page to be tried again at `at`; their places are fixed when the page closes. */
export type LaterGroup = { at: number; places: number[] }

/** What a page is about to hold. Each person is in it once: a page spends one grant of a person. */
export type Plan = {
  _id: string
  source: Origin
  /** The campaign; absent for single sends. */
  campaign?: string
  /** Its home: whoever has this lane may write it, and no other. */
  lane: number
  /** All lanes that its people are of, home included: in each of them nothing else goes out while it is open. */
  lanes: number[]
  /** By place, where there are several. */
  laneAt?: number[]
  sequence: number
  parent?: Parent
  /** Tries before this page. */
  attempt: number
  template: string
  templateId: string
  revision: string
  oneTime: boolean
  /** Where they are no subscribe messages. */
  channel?: OtherChannel
  /** And by place the formId that pays. */
  purses?: string[]
  miniprogramState: MiniprogramState
  /** Who is in it, and at which place: first those to be tried (`size`), then those put off from the beginning. */
  people: { [openid: Openid]: number }
  size: number
  /** Messages that are not the campaign's own for the language: by place, or those that `ownAt` says. */
  own?: Rendered[]
  /** By place, which of `own` it is, where several people get the same: each is held once. */
  ownAt?: number[]
  /** By place, where the source has a document for each. */
  items?: string[]
  /** Further documents of the source that the message of a place stands for, by place: a digest. */
  also?: { [place: string]: { item: string; rounds: number }[] }
  /** Places by language, but for Chinese. */
  languages: { [language in Language]?: number[] }
  /** Who was read with them and gets nothing, by reason. */
  skipped: { [reason in SkipReason]?: Openid[] }
  /** Put off from the beginning: quiet hours. */
  later: LaterGroup[]
  /** What each had granted, and will have left, as read with them; by place. */
  granted: number[]
  left: number[]
  /** Where its source goes on behind it, and whether that is the end. */
  cursor: string
  isLast: boolean
  /** By place, where grants that other pages spent are used again: nothing is spent here. */
  spentBy?: string[]
  /** By place, where places have been tried differently often. */
  attempts?: number[]
  /** Documents of the source that were read with them and do not go; those with `again` (epoch ms) later. */
  unsent?: { item: string; reason: Mark; rounds: number; again?: number }[]
  /** By place, where the source counts the pages that an item was in. */
  rounds?: number[]
}

export type Page = Doc &
  Plan & {
    token: string
    fence: number
    /** `settled` has everybody's code or group and waits for its grants and its source. */
    state: 'open' | 'settled' | 'closed'
    isOpen: boolean
    /** Set from outside to let no further message be announced. */
    stop: boolean
    /** Compare-and-sets so far: each settles what has been answered and announces what goes next. */
    step: number
    /** Places below it have been announced: their messages may have gone. */
    announced: number
    /** What was answered, by step (`s3`) and place. */
    codes: { [step: string]: { [place: string]: Code } }
    /** WeChat's own words where they say more than the code. */
    texts: { [step: string]: { [place: string]: string } }
    msgids: { [step: string]: { [place: string]: string } }
    /** What turned out later about those in doubt, by place: a receipt, or the word of a holder that was too slow. */
    late: { [place: string]: Code }
    /** When that was last written and what follows from it may be undone; 0 where all is done. Epoch ms. */
    lateAt: number
    /** Codes that are in it, as text: what a report by code looks for. Written when it closes. */
    has: string[]
    /** By place: grants taken from people on WeChat's word. Written when it closes. */
    revoked: { [place: string]: number }
    /** Its holder died before its first step: nothing was said of its items, and nothing is. */
    isVoid?: boolean
    openedAt: number
    closedAt?: number
  }

export type Answer = { code: Code; text?: string; msgid?: string }

/** What was answered about people of a page, by place. */
export type Answers = Map<number, Answer>

export type PagePorts = Pick<Ports, 'store' | 'openApi' | 'clock' | 'log' | 'random'>

/** The page of single sends or of reminders. */
export const itemPageId = (origin: Exclude<Origin, 'campaign'>, lane: number, sequence: number) =>
  `${origin}:${lane}:${sequence}`

/** The message of a place that is not the campaign's; none where it is, or was erased since. */
export const ownMessage = (
  { own, ownAt }: Pick<Plan, 'own' | 'ownAt'>,
  place: number,
): Rendered | undefined => own?.[ownAt?.[place] ?? place] ?? undefined

/** Openids by place; who was erased since has left a place without one. */
export function peopleOf({ people }: Pick<Plan, 'people'>): (Openid | undefined)[] {
  const byPlace: (Openid | undefined)[] = []
  for (const openid of Object.keys(people)) byPlace[people[openid] ?? 0] = openid
  // Dense: a hole would be passed over by some loops and not by others.
  for (let place = 0; place < byPlace.length; place += 1) byPlace[place] ??= undefined
  return byPlace
}

/** What the document that pays for a place is found by. */
type Paying = Pick<Plan, 'template' | 'lane' | 'laneAt' | 'channel' | 'purses'>

/** One who is tried, with what pays for the message. */
export type Tried = { openid: Openid; place: number; id: string }

/** People who are tried and are still there. */
export function triedOf(
  page: Pick<Plan, 'people' | 'size'> & Paying,
  people: readonly (Openid | undefined)[] = peopleOf(page),
): Tried[] {
  const tried: Tried[] = []
  for (let place = 0; place < page.size; place += 1) {
    const openid = people[place]
    if (openid !== undefined) tried.push({ openid, place, id: payerOf(page, openid, place) })
  }
  return tried
}

/** Those of them who pay for it with a grant of their own: a doubt that is sent again uses the one that it spent. */
export const payersOf = (
  page: Pick<Plan, 'people' | 'size' | 'spentBy'> & Paying,
  people?: readonly (Openid | undefined)[],
): Tried[] => triedOf(page, people).filter(({ place }) => !page.spentBy?.[place])

export const payerOf = (
  { template, lane, laneAt, channel, purses }: Paying,
  openid: Openid,
  place: number,
) =>
  channel === 'customer' ? openid : (purses?.[place] ?? quotaId(template, laneAt?.[place] ?? lane, openid))

/** What was written at its time, by place: what the counts of a campaign are made of. */
export function settledCodesOf({ codes }: Pick<Page, 'codes'>): Map<number, Code> {
  const found = new Map<number, Code>()
  for (const step of Object.values(codes)) {
    // Not by entries: a page of 1000 is gone through several times.
    for (const place of Object.keys(step)) {
      const code = step[place]
      if (code !== undefined) found.set(Number(place), code)
    }
  }
  return found
}

/** What is known now, by place. */
export function codesOf(page: Pick<Page, 'codes' | 'late'>): Map<number, Code> {
  const found = settledCodesOf(page)
  for (const [place, code] of Object.entries(page.late)) found.set(Number(place), code)
  return found
}

/** The field of a step in `codes`, `texts` and `msgids`. */
export const stepKey = (step: number) => `s${step}`

/** Inserts the page. The insert is the claim: where the id is taken, whose page it is decides what to do with it. */
export async function claim(
  ports: PagePorts,
  lease: Lease,
  plan: Plan,
): Promise<{ page: Page; mine: boolean }> {
  // Own fields first: behind a spread each object gets a hidden class of its own (V8 of Node 20), and is slow to read.
  const page: Page = {
    token: ports.random(),
    fence: lease.fence,
    state: 'open',
    isOpen: true,
    stop: false,
    step: 0,
    announced: 0,
    codes: {},
    texts: {},
    msgids: {},
    late: {},
    lateAt: 0,
    has: [],
    revoked: {},
    openedAt: ports.clock.now(),
    ...plan,
  }
  if (await ports.store.insert('pages', page)) return { page, mine: true }
  const found = await ports.store.get<Page>('pages', page._id)
  if (!found) throw new Error(`page ${page._id} was refused as a repeat and is not there`)
  // A lost answer is not a lost effect: with our token it is ours.
  return { page: found, mine: found.token === page.token }
}

/** What a step may find: its effect, a stop that came before it, or another holder. */
export type Stepped = 'done' | 'stopped' | 'lost'

/**
 * One compare-and-set by the holder of the fence: where the page stands at its step, `set` is written and the step
 * grows. A lost answer is not a lost effect: nobody else writes under this fence, so a step that stands one further
 * was ours. A step that announces is refused by a stop.
 */
export async function step(
  { store }: Pick<PagePorts, 'store'>,
  lease: Lease,
  page: Pick<Page, '_id' | 'step'>,
  announces: boolean,
  set: Record<string, Value>,
): Promise<Stepped> {
  const where = { _id: page._id, fence: lease.fence, isOpen: true, step: page.step }
  const change = { set: { step: page.step + 1, ...set } }
  if ((await store.update('pages', announces ? { stop: false, ...where } : where, change)) > 0) return 'done'
  const now = await store.get<Page>('pages', page._id)
  if (!now || now.fence !== lease.fence) return 'lost'
  if (now.step === page.step + 1) return 'done'
  return now.step === page.step && now.isOpen && now.stop ? 'stopped' : 'lost'
}

/** What a step settles, by place, as the page holds it; left out where there is none. */
export type Settled = { [field in 'codes' | 'texts' | 'msgids']?: Page[field][string] }

export function settledBy(answers: Answers): Settled {
  const settled: Settled = {}
  for (const [place, { code, text, msgid }] of answers) {
    settled.codes ??= {}
    settled.codes[place] = code
    if (text !== undefined) {
      settled.texts ??= {}
      settled.texts[place] = text
    }
    if (msgid !== undefined) {
      settled.msgids ??= {}
      settled.msgids[place] = msgid
    }
  }
  return settled
}

/** The fields in which a step writes it. */
export function fieldsOf({ step: at }: Pick<Page, 'step'>, settled: Settled): Record<string, Value> {
  const fields: Record<string, Value> = {}
  for (const [field, byPlace] of Object.entries(settled)) fields[`${field}.${stepKey(at)}`] = byPlace
  return fields
}

/** A copy of the page that `advance` may change. */
export const ownCopy = (page: Page): Page => ({
  ...page,
  codes: { ...page.codes },
  texts: { ...page.texts },
})

/**
 * Brings our copy of the page to where it stands when the step that settles this is done; message ids are for who reads
 * the document. In place: a page of a thousand people is too much to be copied with each of its steps.
 */
export function advance(own: Page, { codes, texts }: Settled, set: Partial<Page>): void {
  const key = stepKey(own.step)
  if (codes) own.codes[key] = codes
  if (texts) own.texts[key] = texts
  Object.assign(own, set)
  own.step += 1
}
