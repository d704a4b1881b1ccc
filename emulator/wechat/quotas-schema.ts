import * as z from 'zod'

const count = z.int().min(0)

/** How much the platform allows. A limit without a documented number is off unless the world gives one. */
export const quotasSchema = z
  .strictObject({
    /** subscribeMessage.send a day; 30 million with payment, 10 million without (wechat.md §8). */
    sendsPerDay: count.default(10_000_000),
    /** subscribeMessage.send a minute: 45011 exists, its number is not documented. */
    sendsPerMinute: count.optional(),
    /** Cloud calls of all APIs a minute (wechat.md §8). */
    cloudCallsPerMinute: count.default(100_000),
    /** security.msgSecCheck (wechat.md §8). */
    securityChecksPerMinute: count.default(4000),
    securityChecksPerDay: count.default(2_000_000),
    /** Templates of an account: 25 in an older table, today's number is not public (wechat.md §3). */
    templatesOfAccount: count.default(25),
    /** Calls of an environment a second: 500 on the base plan (wechat.md §8). Off unless given. */
    environmentCallsPerSecond: count.optional(),
    /** Whether cloud calls count for the environment is not documented. */
    cloudCallsCountForEnvironment: z.boolean().default(false),
  })
  .prefault({})

export type QuotaLimits = z.output<typeof quotasSchema>
