/** What WeChat delivered against what Hongyan reports, person by person. */
import { type Outcome, outcomeSchema } from '../../core/contract'

/** One message that one person was to get: `task` is the campaign, or the key of a single send. */
export interface Delivery {
  task: string
  openid: string
}

/** What Hongyan says became of it. */
export interface Reported extends Delivery {
  outcome: Outcome | 'waiting'
  code: number | string
}

/** A person's grants: what they had at first, and what Hongyan says is left. */
export interface Balance {
  openid: string
  granted: number
  left: number
}

export interface Evidence {
  expected: readonly Delivery[]
  delivered: readonly Delivery[]
  reported: readonly Reported[]
  balances: readonly Balance[]
  /** What the progress of a task says: people by outcome. */
  counts: { task: string; outcomes: Partial<Record<Outcome, number>> }
  /** Drifts that `ledger.verify` named. */
  drifts: readonly { openid: string }[]
  /** Kills and stops together: each may leave one window in doubt. */
  interruptions: number
  window: number
  /** Answers that were lost on their way, as the emulator counted them. */
  lostAnswers: number
}

export const promises = {
  twice: 'nobody gets a message twice',
  lost: 'nobody is lost: everybody has an outcome',
  reportedTwice: 'everybody has one outcome',
  unfinished: 'every outcome is final',
  falselySent: 'who is reported as sent was delivered to',
  falselyNotSent: 'who is reported as not sent was not',
  stranger: 'nobody else gets a message or an outcome',
  doubtOfInterruptions: 'in doubt without any answer are at most a window for each kill and stop',
  doubt: 'in doubt are at most these and the lost answers',
  balance: 'what is left is what was granted less what was spent',
  counts: 'the counts of the campaign are those of its people',
  ledger: 'the ledger proves its equation',
} as const
export type Promised = keyof typeof promises

export interface Breach extends Delivery {
  promise: Promised
  /** What was found. */
  found: string
}

export interface Verdict {
  breaches: Breach[]
  outcomes: Partial<Record<Reported['outcome'], number>>
  /** In doubt, by name: how often WeChat did deliver is what Hongyan cannot know. */
  doubts: (Reported & { delivered: number })[]
  /** Without any answer; and all, since a process that stood still also gives up answers that it waited for. */
  bounds: { interruptions: [doubts: number, most: number]; all: [doubts: number, most: number] }
}

const keyOf = ({ task, openid }: Delivery) => `${task} ${openid}`

function grouped<T extends Delivery>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}

/** Outcomes of which the message certainly did not go. */
const notSent: ReadonlySet<Reported['outcome']> = new Set(['refused', 'invalid', 'failed', 'skipped'])

/** What is wrong with one message of one person. */
function wrongWith(delivered: number, reports: readonly Reported[]): [Promised, string][] {
  const wrong: [Promised, string][] = []
  if (delivered > 1) wrong.push(['twice', `delivered ${delivered} times`])
  const [report, ...more] = reports
  if (!report) return [...wrong, ['lost', `no outcome; delivered ${delivered} times`]]
  const { outcome, code } = report
  if (more.length > 0)
    wrong.push(['reportedTwice', reports.map((one) => `${one.outcome} (${one.code})`).join(', ')])
  if (outcome === 'deferred' || outcome === 'waiting') wrong.push(['unfinished', `${outcome} (${code})`])
  if (outcome === 'sent' && delivered === 0) wrong.push(['falselySent', 'sent, and never delivered'])
  if (notSent.has(outcome) && delivered > 0)
    wrong.push(['falselyNotSent', `${outcome} (${code}), and delivered`])
  return wrong
}

/**
 * What may be left of a person's grants after these outcomes: a doubt keeps its grant. 43101 takes all, but for one that
 * came when its page had been settled by another process: that only turns a doubt into an outcome.
 */
function leftAfter(granted: number, reports: readonly Reported[]): number[] {
  const spent = reports.filter(({ outcome }) => outcome === 'sent' || outcome === 'unknown').length
  const refused = reports.filter(({ outcome }) => outcome === 'refused').length
  return refused > 0 ? [0, granted - spent - refused] : [granted - spent]
}

function wrongBalances({ balances, reported }: Evidence): Breach[] {
  const byPerson = grouped(reported.map((report) => ({ ...report, task: '', of: report })))
  return balances.flatMap(({ openid, granted, left }) => {
    const reports = (byPerson.get(keyOf({ task: '', openid })) ?? []).map(({ of }) => of)
    const wanted = leftAfter(granted, reports)
    const said = reports.map(({ task, outcome, code }) => `${task} ${outcome} (${code})`).join(', ')
    return wanted.includes(left)
      ? []
      : [
          {
            promise: 'balance',
            task: '',
            openid,
            found: `${left} left of ${granted}, not ${wanted.join(' or ')}: ${said}`,
          },
        ]
  })
}

const countedBy = (reported: readonly Reported[]): Verdict['outcomes'] => {
  const counts: Verdict['outcomes'] = {}
  for (const { outcome } of reported) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

function wrongCounts({ counts, reported }: Evidence): Breach[] {
  const { task, outcomes } = counts
  const found = countedBy(reported.filter((report) => report.task === task))
  return outcomeSchema.options
    .filter((name) => (found[name] ?? 0) !== (outcomes[name] ?? 0))
    .map((name) => ({
      promise: 'counts',
      task,
      openid: '',
      found: `${outcomes[name] ?? 0} ${name} said, ${found[name] ?? 0} found`,
    }))
}

/** Everything that is not as promised, and what is in doubt. */
export function judge(evidence: Evidence): Verdict {
  const { expected, reported, interruptions, window, lostAnswers } = evidence
  const delivered = grouped(evidence.delivered)
  const reports = grouped(reported)
  const breaches: Breach[] = []
  const known = new Set(expected.map(keyOf))
  for (const { task, openid } of expected) {
    const key = keyOf({ task, openid })
    for (const [promise, found] of wrongWith(delivered.get(key)?.length ?? 0, reports.get(key) ?? []))
      breaches.push({ promise, task, openid, found })
  }
  for (const [key, [row]] of [...delivered, ...reports])
    if (row && !known.has(key))
      breaches.push({
        promise: 'stranger',
        task: row.task,
        openid: row.openid,
        found: 'is none of the expected',
      })
  breaches.push(...wrongBalances(evidence), ...wrongCounts(evidence))
  for (const { openid } of evidence.drifts)
    breaches.push({ promise: 'ledger', task: '', openid, found: 'ledger.verify names a drift' })

  const doubts = reported
    .filter(({ outcome }) => outcome === 'unknown')
    .map((report) => ({ ...report, delivered: delivered.get(keyOf(report))?.length ?? 0 }))
  const unanswered = doubts.filter(({ code }) => typeof code !== 'number').length
  const most = interruptions * window
  const bounds: Verdict['bounds'] = {
    interruptions: [unanswered, most],
    all: [doubts.length, most + lostAnswers],
  }
  for (const [promise, [count, most]] of [
    ['doubtOfInterruptions', bounds.interruptions],
    ['doubt', bounds.all],
  ] as const)
    if (count > most)
      breaches.push({ promise, task: '', openid: '', found: `${count}, at most ${most} allowed` })

  return { breaches, outcomes: countedBy(reported), doubts, bounds }
}
