/** Campaigns as a terminal shows them. */
import Table from 'cli-table3'
import colors from 'picocolors'
import type { CampaignProgress, CampaignState, Card, DeliveryRow, Outcome, Outputs } from '../core/contract'

type Detail = Outputs['campaign.get']
type Paint = (text: string) => string

const stateColors: Readonly<Record<CampaignState, Paint>> = {
  draft: colors.dim,
  scheduled: colors.cyan,
  running: colors.green,
  paused: colors.yellow,
  finished: colors.bold,
  cancelled: colors.dim,
}

const outcomeColors: Readonly<Record<Outcome, Paint>> = {
  sent: colors.green,
  refused: colors.yellow,
  invalid: colors.red,
  failed: colors.red,
  skipped: colors.dim,
  deferred: colors.cyan,
  unknown: colors.magenta,
}

/** A table without lines: it stays readable where it is copied or piped. */
export function tableOf(
  head: readonly string[],
  rows: readonly (string | number)[][],
  right: readonly number[] = [],
): string {
  const bare = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    mid: '',
  }
  const none = {
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
  }
  const table = new Table({
    head: head.map((title) => colors.dim(title)),
    colAligns: head.map((_title, at) => (right.includes(at) ? 'right' : 'left')),
    chars: { ...bare, ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => row.map(String)))
  return table.toString()
}

/** 95 s → `1 min 35 s`; nothing is told finer than it is known. */
export function durationOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return `${minutes} min ${seconds % 60} s`
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const timeOf = (at: number | null): string => (at === null ? '–' : new Date(at).toLocaleString('sv-SE'))
const numberOf = (count: number): string => count.toLocaleString('en-US')
export const peopleOf = (count: number): string => `${numberOf(count)} ${count === 1 ? 'person' : 'people'}`
const rateOf = (rate: number | null): string => (rate === null ? 'as fast as allowed' : `${rate}/s`)

export const stateOf = (state: CampaignState): string => stateColors[state](state)

export function cardText({ title, lines }: Card): string {
  return [colors.bold(title), ...lines.map(({ label, value }) => `  ${colors.dim(label)}  ${value}`)].join(
    '\n',
  )
}

/** `12 300 sent · 40 refused · 3 unknown` */
export const outcomesText = ({ outcomes }: CampaignProgress): string =>
  Object.entries(outcomes)
    .map(([outcome, count]) => outcomeColors[outcome as Outcome](`${numberOf(count)} ${outcome}`))
    .join(' · ') || 'nobody yet'

function progressText(progress: CampaignProgress): string[] {
  const { codes, perSecond, remaining, etaMs, quotaLeft, lanes } = progress
  const speed = [
    ...(perSecond === null ? [] : [`${perSecond.toFixed(1)}/s`]),
    ...(remaining === null || remaining === 0 ? [] : [`about ${numberOf(remaining)} to come`]),
    ...(etaMs === null || etaMs === 0 ? [] : [`about ${durationOf(etaMs)} left`]),
    ...(quotaLeft === null ? [] : [`${numberOf(quotaLeft)} left of the day's quota`]),
    `${lanes.done} of ${lanes.total} lanes done`,
  ]
  const rows = codes.map(({ code, outcome, count, words }) => [
    numberOf(count),
    outcomeColors[outcome](outcome),
    String(code),
    words,
  ])
  return [
    outcomesText(progress),
    colors.dim(speed.join(' · ')),
    ...(rows.length > 0 ? ['', tableOf(['people', 'outcome', 'code', 'what it means'], rows, [0])] : []),
  ]
}

export function detailText(detail: Detail): string {
  const { campaign, name, state, reason, template, rate, startAt, startedAt, finishedAt, card, progress } =
    detail
  return [
    `${colors.bold(name)}  ${stateOf(state)}  ${colors.dim(campaign)}`,
    ...(reason === undefined ? [] : [colors.yellow(reason)]),
    colors.dim(`${template} · ${rateOf(rate)} · by ${detail.createdBy}`),
    colors.dim(`scheduled ${timeOf(startAt)} · started ${timeOf(startedAt)} · ended ${timeOf(finishedAt)}`),
    ...(card ? ['', cardText(card)] : []),
    ...(startedAt === null ? [] : ['', ...progressText(progress)]),
  ].join('\n')
}

export function listText(campaigns: Outputs['campaign.list']['campaigns']): string {
  if (campaigns.length === 0) return 'no campaigns'
  const rows = campaigns.map(({ campaign, name, state, template, progress, createdAt }) => [
    campaign,
    stateOf(state),
    name,
    template,
    numberOf(progress.outcomes.sent ?? 0),
    timeOf(createdAt),
  ])
  return tableOf(['id', 'state', 'name', 'template', 'sent', 'made'], rows, [4])
}

/** What a dry run found, all parts together. */
export type Found = Pick<
  Outputs['campaign.dryRun'],
  'sendable' | 'deferred' | 'skipped' | 'names' | 'estimate'
>

export function dryRunText({ sendable, deferred, skipped, names, estimate }: Found): string {
  const words = new Map(names.map((name) => [name.reason, name.words]))
  const rows = Object.entries(skipped)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => [numberOf(count), reason, words.get(reason as 'muted') ?? ''])
  const later = deferred === 0 ? '' : `, ${numberOf(deferred)} of them after their quiet hours`
  return [
    `${colors.green(peopleOf(sendable + deferred))} would get it${later}`,
    colors.dim(
      `about ${durationOf(estimate.minutes * 60_000)} · about ${numberOf(estimate.calls)} database calls`,
    ),
    ...(rows.length > 0 ? ['', tableOf(['people', 'not sent', 'because'], rows, [0])] : []),
  ].join('\n')
}

export const deliveriesText = (rows: readonly DeliveryRow[]): string =>
  rows.length === 0
    ? 'nobody'
    : tableOf(
        ['openid', 'outcome', 'code', 'what it means', 'when'],
        rows.map(({ openid, outcome, code, words, at }) => [
          openid,
          outcomeColors[outcome](outcome),
          String(code),
          words,
          timeOf(at),
        ]),
      )

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** One line of CSV (RFC 4180). */
export const csvLine = (cells: readonly (string | number | undefined)[]): string =>
  `${cells.map((one) => cell(String(one ?? ''))).join(',')}\r\n`
