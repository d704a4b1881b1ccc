/** How the CLI speaks: words for people, one JSON object for machines, an exit code for both. */
import colors from 'picocolors'

/** 0 done · 1 refused or failed · 2 wrong use of the command · 3 what was compared differs. */
export const EXIT = { done: 0, failed: 1, usage: 2, differs: 3 } as const

/** What a person can act on. Anything else that is thrown is a bug and printed with its stack. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly facts: Record<string, unknown> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.name = 'CliError'
  }
}

export interface Output {
  /** The result, for machines with --json, else for people. */
  result(data: unknown, text: () => string): void
  /** What is being done; to stderr, never with --json. */
  step(text: string): void
  error(error: unknown): void
}

interface Streams {
  out(text: string): void
  err(text: string): void
}

const factsOf = (error: CliError) => (Object.keys(error.facts).length > 0 ? { facts: error.facts } : {})

export function outputOf(json: boolean, { out, err }: Streams): Output {
  return {
    result: (data, text) => out(json ? `${JSON.stringify(data)}\n` : `${text()}\n`),
    step(text) {
      if (!json) err(`${colors.dim(text)}\n`)
    },
    error(error) {
      if (!(error instanceof CliError)) {
        err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
        return
      }
      if (json) out(`${JSON.stringify({ error: { message: error.message, ...factsOf(error) } })}\n`)
      else err(`${colors.red('✗')} ${error.message}\n`)
    },
  }
}
