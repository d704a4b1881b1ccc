import * as z from 'zod'

/** What a process has used since its start. */
export const usageSchema = z.strictObject({
  /** User and system time of all its threads. */
  cpuMs: z.number(),
  rssMiB: z.number(),
  /** The most that it ever held. */
  maxRssMiB: z.number(),
})
export type Usage = z.output<typeof usageSchema>

export function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return {
    cpuMs: (user + system) / 1000,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
    maxRssMiB: process.resourceUsage().maxRSS / 1024,
  }
}
