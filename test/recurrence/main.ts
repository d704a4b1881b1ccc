/** `npm run recurrence -- --rules 100000 --seed 1`: random rules, ours beside two other libraries. */
import { Command, InvalidArgumentError } from 'commander'
import { differences } from './difference'

/** Rules between two words on how far it is. */
const PART = 10_000
const SHOWN = 5

const whole = (text: string): number => {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw new InvalidArgumentError('a whole number is wanted')
}

/** Resolves with the exit code: 1 where a rule has other times. */
export function main(argv: readonly string[]): number {
  const command = new Command('recurrence')
    .description('compares the times of random rules with those that other libraries find')
    .option('--rules <n>', 'how many', whole, 100_000)
    .option('--seed <n>', 'the same seed gives the same rules', whole, 1)
    .parse([...argv])
  const { rules, seed } = command.opts<{ rules: number; seed: number }>()
  const startedAt = performance.now()
  let different = 0
  for (let done = 0; done < rules; done += PART) {
    const found = differences({ rules: Math.min(PART, rules - done), seed: seed + done })
    for (const one of found.slice(0, SHOWN)) process.stdout.write(`${JSON.stringify(one, null, 2)}\n`)
    different += found.length
    process.stderr.write(`${Math.min(rules, done + PART)} rules, ${different} with other times\n`)
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  process.stdout.write(`${rules} rules, 12 times each, seed ${seed}: ${different} differ (${seconds} s)\n`)
  return different === 0 ? 0 : 1
}
