/** One JSON object a line, as the log of a cloud function is searched. */
import type { Log } from '../../core/ports'

const line = (level: string, message: string, facts: Record<string, unknown>) =>
  `${JSON.stringify({ level, message, ...facts })}\n`

export const systemLog: Log = {
  info: (message, facts = {}) => void process.stdout.write(line('info', message, facts)),
  error: (message, error, facts = {}) => {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(line('error', message, { ...facts, reason }))
  },
}
