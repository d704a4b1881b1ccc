/** What a run found: a table for people, one line of JSON for machines. */
import Table from 'cli-table3'
import colors from 'picocolors'
import type { ChaosOptions, ChaosResult } from './run'
import { type Breach, promises, type Promised } from './verdict'

const NAMED = 20

const isPromise = (name: string): name is Promised => name in promises

/** Whether the run did what was asked of it and found nothing. */
export const isKept = ({ verdict, killed, stopped }: ChaosResult, { kills, stops }: ChaosOptions): boolean =>
  verdict.breaches.length === 0 && killed === kills && stopped === stops

export function tableOf(result: ChaosResult, options: ChaosOptions): string {
  const { verdict } = result
  const table = new Table({ style: { head: [], border: [], compact: true } })
  const shortOf = (done: number, wanted: number) =>
    done === wanted ? String(done) : colors.red(`${done} of ${wanted}`)
  table.push(
    ['people, and single sends beside the campaign', `${result.people} + ${result.singles}`],
    ['delivered by WeChat', result.delivered],
    [
      'reported',
      Object.entries(verdict.outcomes)
        .map(([outcome, count]) => `${outcome} ${count}`)
        .join(', '),
    ],
    ['processes killed while they worked', shortOf(result.killed, options.kills)],
    [`processes stopped for ${options.stopMs / 1000} s`, shortOf(result.stopped, options.stops)],
    ['paused by staff or by itself, and resumed', result.resumed],
    ['answers lost after the send took effect', result.lostAnswers],
    ['answers of the database lost after the call took effect', result.lostWrites],
    ['timers fired twice', result.doubledTimers],
    ['in doubt', verdict.bounds.all.join(' of at most ')],
    ['of these without any answer', verdict.bounds.interruptions.join(' of at most ')],
    [
      'of those in doubt WeChat had delivered to',
      verdict.doubts.filter(({ delivered }) => delivered > 0).length,
    ],
    ['seconds, and time that passed at once', `${result.seconds} + ${result.passedMs / 1000}`],
  )
  for (const [promise, words] of Object.entries(promises)) {
    const broken = verdict.breaches.filter((breach) => breach.promise === promise).length
    table.push([words, broken === 0 ? colors.green('kept') : colors.red(`broken ${broken} times`)])
  }
  return table.toString()
}

/** The first breaches of each promise, by name. */
export function breachesOf(breaches: readonly Breach[]): string {
  const lines = Object.keys(promises)
    .filter(isPromise)
    .flatMap((promise) => {
      const broken = breaches.filter((breach) => breach.promise === promise)
      const named = broken.slice(0, NAMED).map(({ openid, task, found }) => `  ${openid} ${task}: ${found}`)
      const more = broken.length > NAMED ? [`  … and ${broken.length - NAMED} more`] : []
      return broken.length === 0 ? [] : [`${colors.red('✗')} ${promises[promise]}`, ...named, ...more]
    })
  return lines.join('\n')
}

/** Everybody in doubt, by name. */
export const doubtsOf = ({ verdict }: ChaosResult): string =>
  verdict.doubts
    .map(({ openid, task, code, delivered }) => `${openid} ${task} ${code} delivered ${delivered}`)
    .join('\n')

export function jsonOf(result: ChaosResult, options: ChaosOptions): string {
  const { verdict, ...facts } = result
  const { size, seed, kills, stops, stopMs, pauses, lanes, instances, rate } = options
  const broken = Object.fromEntries(
    Object.keys(promises).map((promise) => [
      promise,
      verdict.breaches.filter((breach) => breach.promise === promise).length,
    ]),
  )
  const [unanswered, mostUnanswered] = verdict.bounds.interruptions
  const [doubts, mostDoubts] = verdict.bounds.all
  return JSON.stringify({
    name: 'chaos',
    kept: isKept(result, options),
    size,
    seed,
    kills,
    stops,
    stopMs,
    pauses,
    lanes,
    instances,
    rate,
    ...facts,
    outcomes: verdict.outcomes,
    doubts: { all: doubts, most: mostDoubts, unanswered, mostUnanswered },
    broken,
  })
}
