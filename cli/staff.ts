/** The staff function as commands call it: over WeChat's HTTP API, in the language of the terminal. */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError, Option } from 'commander'
import type { Action, Call, InputOf, Outputs, Reply } from '../core/contract'
import { accountOf } from './account'
import { sample } from './emulate'
import { type Account, Connection } from './http-api'
import { lang } from './language'
import { CliError } from './output'

export { lang }

/** Whom a command calls: WeChat, or an emulator of this computer. */
export interface Called {
  emulator?: boolean
  data?: string
}

// Two options: one whose value may be left out would take the id that stands behind it for a folder.
export const emulatorOption = (): Option =>
  new Option('--emulator', 'call the emulator that runs on this computer, instead of WeChat')
export const dataOption = (): Option =>
  new Option('--data <folder>', `call the emulator that keeps its documents there (default: ${sample.data})`)

/** Throws CliError where no account is set, or no emulator runs. */
export const accountFor = ({ emulator, data }: Called): Account =>
  accountOf(data ?? (emulator ? sample.data : undefined), process.env)

function contentOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (cause) {
    throw new InvalidArgumentError(`${file} cannot be read: ${(cause as Error).message}`)
  }
}

/** A JSON object: as it is written, or in a file (`@file`, `@-` for stdin). */
export function jsonOf(text: string): Record<string, unknown> {
  const source = text.startsWith('@') ? contentOf(text.slice(1)) : text
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch (cause) {
    throw new InvalidArgumentError(`not valid JSON: ${(cause as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidArgumentError('a JSON object is wanted, such as {"orderNumber":"A1"}')
  return value as Record<string, unknown>
}

/** What the reply holds; throws CliError with the service's own sentence. */
export function dataOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.data
  throw new CliError(reply.error.message, { code: reply.error.code, ...reply.error.facts })
}

export interface Staff {
  call<A extends Action>(action: A, input: InputOf<A>): Promise<Outputs[A]>
}

/** Throws CliError where no account is set, or no emulator runs. */
export function staffOf(called: Called): Staff {
  const connection = new Connection(accountFor(called))
  return {
    async call<A extends Action>(action: A, input: InputOf<A>) {
      const call: Call<A> = { action, input, lang }
      return dataOf(await connection.invoke('staff', call))
    },
  }
}
