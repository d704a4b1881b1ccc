import * as z from 'zod'
import { usage } from './usage'

/** What a measured process does: `ready` is told to whoever started it. */
export interface Opened {
  ready?: unknown
  answers: Record<string, (input: unknown) => unknown>
  close: () => Promise<void>
}

const questionSchema = z.strictObject({ id: z.number(), question: z.string(), input: z.unknown().optional() })

/** Runs a process of bench/processes: opens it, answers questions, and closes it when nobody is connected any more. */
export async function serve(open: (settings: unknown) => Opened | Promise<Opened>): Promise<void> {
  const settings: unknown = JSON.parse(process.argv[2] ?? '{}')
  const { ready = null, answers, close } = await open(settings)
  process.on('message', (raw) => {
    const { id, question, input } = questionSchema.parse(raw)
    const answer = question === 'usage' ? usage : answers[question]
    Promise.resolve()
      .then(() => {
        if (answer === undefined) throw new Error(`nobody answers ${question}`)
        return answer(input)
      })
      .then(
        (answered) => process.send?.({ id, answer: answered }),
        (error: unknown) =>
          process.send?.({
            id,
            fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
          }),
      )
  })
  process.once('disconnect', () => {
    void close()
  })
  process.send?.({ ready })
}
