/** What takes several calls: a dry run, following a campaign, a report. */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import colors from 'picocolors'
import type { Outcome, Outputs, SkipReason } from '../core/contract'
import { csvLine, type Found, outcomesText, peopleOf } from './campaign-text'
import type { Output } from './output'
import { barOf } from './progress'
import type { Staff } from './staff'

type Detail = Outputs['campaign.get']

/** What commands need of the program that they are part of. */
export interface Program {
  output: () => Output
  isJson: () => boolean
  exit: (code: number) => void
  /** Resolves when the person wants an end of it. */
  until: () => Promise<unknown>
}

/** How often a running campaign is asked for: two reads each time. */
const WATCH_MS = 1_000

/** A whole dry run, part by part. */
export async function dryRunOf(
  staff: Staff,
  campaign: string,
  isJson: boolean,
  names?: SkipReason | 'sendable',
): Promise<Found> {
  const found: Found = {
    sendable: 0,
    deferred: 0,
    skipped: {},
    names: [],
    estimate: { minutes: 0, calls: 0 },
  }
  const bar = barOf('looking at the audience', isJson)
  try {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const input = { campaign, ...(names && { names }), ...(cursor && { cursor }) }
      const part: Outputs['campaign.dryRun'] = await staff.call('campaign.dryRun', input)
      found.sendable += part.sendable
      found.deferred += part.deferred
      for (const [reason, count] of Object.entries(part.skipped))
        found.skipped[reason as SkipReason] = (found.skipped[reason as SkipReason] ?? 0) + count
      found.names.push(...part.names)
      found.estimate.minutes += part.estimate.minutes
      found.estimate.calls += part.estimate.calls
      cursor = part.cursor
      bar.at(0, 0, `${found.sendable} would get it`)
    }
  } finally {
    bar.stop()
  }
  return found
}

/** Follows a campaign until it stands still, or the person has seen enough. */
export async function watch(staff: Staff, campaign: string, { isJson, until }: Program): Promise<Detail> {
  const bar = barOf('sending', isJson())
  let isEnough = false
  const enough = until().then(() => {
    isEnough = true
  })
  try {
    for (;;) {
      const detail = await staff.call('campaign.get', { campaign })
      const { progress, state } = detail
      bar.at(progress.people, progress.people + (progress.remaining ?? 0), outcomesText(progress))
      if (isEnough || (state !== 'running' && state !== 'scheduled')) return detail
      let timer: NodeJS.Timeout | undefined
      await Promise.race([enough, new Promise((resolve) => (timer = setTimeout(resolve, WATCH_MS)))])
      clearTimeout(timer)
    }
  } finally {
    bar.stop()
  }
}

type Row = Outputs['campaign.deliveries']['deliveries'][number]
/** Whom a report is about, and how many at most. */
export interface Wanted {
  outcome?: Outcome
  code?: number | string
  limit?: number
}

/** The deliveries, part by part, up to `most`. */
export async function* reported(
  staff: Staff,
  campaign: string,
  { outcome, code }: Wanted,
  most: number,
): AsyncGenerator<Row[]> {
  let cursor: string | null = ''
  for (let left = most; cursor !== null && left > 0; ) {
    const input = { campaign, limit: Math.min(1000, left), ...(cursor !== '' && { cursor }) }
    const part: Outputs['campaign.deliveries'] = await staff.call('campaign.deliveries', {
      ...input,
      ...(outcome !== undefined && { outcome }),
      ...(code !== undefined && { code }),
    })
    yield part.deliveries
    left -= part.deliveries.length
    cursor = part.cursor
  }
}

/** Everybody as CSV; `-` is stdout. */
export async function writeCsv(
  staff: Staff,
  id: string,
  options: Wanted,
  program: Program,
  file: string,
): Promise<void> {
  const to = file === '-' ? process.stdout : createWriteStream(file)
  const bar = barOf('writing', program.isJson() || file === '-')
  const { progress } = await staff.call('campaign.get', { campaign: id })
  let people = 0
  // Excel takes a file for UTF-8 only where it begins with this mark.
  to.write(`\uFEFF${csvLine(['openid', 'outcome', 'code', 'words', 'time', 'msgid'])}`)
  for await (const rows of reported(staff, id, options, options.limit ?? Number.POSITIVE_INFINITY)) {
    const lines = rows.map(({ openid, outcome, code, words, at, msgid }) =>
      csvLine([openid, outcome, code, words, new Date(at).toISOString(), msgid]),
    )
    if (!to.write(lines.join(''))) await once(to, 'drain')
    people += rows.length
    bar.at(people, progress.people, '')
  }
  bar.stop()
  if (file === '-') return
  to.end()
  await once(to, 'finish')
  program.output().result({ file, people }, () => `${colors.green('✓')} ${file}  ${peopleOf(people)}`)
}
