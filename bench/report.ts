import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import Table from 'cli-table3'
import colors from 'picocolors'
import { type Figure, isMet } from './benchmark'

/** What figures depend on, beside the code. */
export function machine() {
  return {
    node: process.version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    // Above the number of cores other work is being measured, too.
    loadAtStart: significant(loadavg()[0] ?? 0),
  }
}

/** Three digits: more would claim what one run cannot know. */
export function significant(value: number): number {
  return Number(value.toPrecision(3))
}

/** A table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['', 'measured', 'beside', 'ratio', 'goal'],
    colAligns: ['left', 'right', 'left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const figure of figures) {
    const { what, value, unit, beside, ratio } = figure
    table.push([
      what,
      quantity(value, unit),
      beside === undefined ? '' : `${quantity(beside.value, unit)}  ${colors.dim(beside.what)}`,
      ratio === undefined ? '' : ratio.toFixed(2),
      goalOf(figure),
    ])
  }
  return table.toString()
}

/** One object for machines: `{"name", "machine", "size", "rounds", "figures": {…}}`. */
export function jsonOf(
  name: string,
  facts: { machine: ReturnType<typeof machine>; size: number; rounds: number; seconds: number },
  figures: readonly Figure[],
): string {
  const rows = figures.map((figure) => {
    const { name: key, value, unit, beside, ratio, goal } = figure
    return [
      key,
      {
        value: significant(value),
        unit,
        ...(beside !== undefined && { beside: significant(beside.value) }),
        ...(ratio !== undefined && { ratio: significant(ratio) }),
        ...(goal !== undefined && { goal: `${goal.of} ${goal.is} ${goal.limit}`, met: isMet(figure) }),
      },
    ]
  })
  return JSON.stringify({ name, ...facts, figures: Object.fromEntries(rows) as unknown })
}

const quantity = (value: number, unit: string): string =>
  `${significant(value).toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${unit}`

function goalOf(figure: Figure): string {
  const { goal, unit } = figure
  if (goal === undefined) return ''
  const sign = goal.is === 'at most' ? '≤' : '≥'
  const text = `${sign} ${goal.limit}${goal.of === 'value' ? ` ${unit}` : ''}`
  return isMet(figure) === true ? `${colors.green('✓')} ${text}` : `${colors.red('✗')} ${text}`
}
