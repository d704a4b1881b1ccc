/** What a deployment sets by environment variables; every one has a default. */
import * as z from 'zod'
import { openidSchema } from './contract'
import { ServiceError } from './errors'
import { faultsOf } from './faults'

/** All lanes and their count are read at once; a `get` of a function gives 1000 documents at most (wechat.md §8). */
export const MAX_LANES = 999

const whole = (least: number, most: number, fallback: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback)

const schema = z.object({
  /** The first owner. Always an owner; changed only by deploying again. */
  HONGYAN_OWNER: openidSchema.optional(),
  /** The Mini Program that callers without a phone send as; needed only if the templates name several. */
  HONGYAN_APPID: z.string().optional(),
  /** How many lanes people are spread over. Fixed at the first run (design section 4). */
  HONGYAN_LANES: whole(1, MAX_LANES, 16),
  /** Messages whose sending is announced together: what one killed invocation can leave in doubt. */
  HONGYAN_WINDOW: whole(1, 500, 100),
  /** Messages that one instance sends at once, however many are announced. */
  HONGYAN_PARALLEL: whole(1, 500, 100),
  /** Instances of `dispatch` that a campaign is spread over. */
  HONGYAN_INSTANCES: whole(1, 100, 4),
  /** Cloud calls a minute that WeChat allows (wechat.md §8). */
  HONGYAN_MINUTE_LIMIT: whole(1, 10_000_000, 100_000),
  /** Messages a day: 10 million, 30 million with payment (wechat.md §8). A day is one of UTC+8. */
  HONGYAN_DAY_LIMIT: whole(1, 1_000_000_000, 10_000_000),
  /** Receipts settle doubts: WeChat then calls `events` for each message (wechat.md §6). */
  HONGYAN_RECEIPTS: z.enum(['on', 'off']).default('off'),
  /** Who calls: WeChat's word, or the ticket of custom login where CloudBase belongs to no Mini Program. */
  HONGYAN_LOGIN: z.enum(['wechat', 'ticket']).default('wechat'),
  /** How messages go to WeChat: by cloud call, or over HTTPS where there is none (adapters/https). */
  HONGYAN_SEND: z.enum(['cloud', 'https']).default('cloud'),
  /** Whose typed text WeChat's security check sees: nobody's, that of users, or that of staff too (core/check). */
  HONGYAN_TEXT_CHECK: z.enum(['off', 'users', 'all']).default('users'),
  /** Reminders that come again, or are still to come, of one person. */
  HONGYAN_REMINDERS: whole(1, 1_000, 50),
  /** Wakes a dispatch when the next thing is due, by delayed function tasks; unverified on the platform (wechat.md §7). */
  HONGYAN_WAKEUPS: z.enum(['on', 'off']).default('off'),
  /** How long one tick begins work; 15 s below the timeout of `dispatch` in its config.json (60 s): it must end in that. */
  HONGYAN_TICK_MS: whole(1_000, 800_000, 45_000),
})

export interface Settings {
  owner?: string
  appid?: string
  lanes: number
  window: number
  parallel: number
  instances: number
  minuteLimit: number
  dayLimit: number
  receipts: boolean
  send: 'cloud' | 'https'
  textCheck: 'off' | 'users' | 'all'
  reminders: number
  wakeUps: boolean
  tickMs: number
}

/** Reads the settings; throws SETTINGS_INVALID naming each variable that is wrong. */
export function settingsOf(env: Record<string, string | undefined>): Settings {
  const parsed = schema.safeParse(env)
  if (!parsed.success) throw new ServiceError('SETTINGS_INVALID', {}, faultsOf(parsed.error, '', env))
  const {
    HONGYAN_OWNER: owner,
    HONGYAN_APPID: appid,
    HONGYAN_LANES,
    HONGYAN_WINDOW,
    HONGYAN_PARALLEL,
    HONGYAN_INSTANCES,
    HONGYAN_MINUTE_LIMIT,
    HONGYAN_DAY_LIMIT,
    HONGYAN_RECEIPTS,
    HONGYAN_SEND: send,
    HONGYAN_TEXT_CHECK: textCheck,
    HONGYAN_REMINDERS: reminders,
    HONGYAN_WAKEUPS,
    HONGYAN_TICK_MS,
  } = parsed.data
  return {
    ...(owner !== undefined && { owner }),
    ...(appid !== undefined && { appid }),
    lanes: HONGYAN_LANES,
    window: HONGYAN_WINDOW,
    parallel: HONGYAN_PARALLEL,
    instances: HONGYAN_INSTANCES,
    minuteLimit: HONGYAN_MINUTE_LIMIT,
    dayLimit: HONGYAN_DAY_LIMIT,
    receipts: HONGYAN_RECEIPTS === 'on',
    send,
    textCheck,
    reminders,
    wakeUps: HONGYAN_WAKEUPS === 'on',
    tickMs: HONGYAN_TICK_MS,
  }
}

/** A lease lasts this long and is renewed each third of it (design section 5). */
export const LEASE_MS = 30_000
export const RENEW_MS = 10_000
/** The SDK gives up on an open API after this long; then it is unknown whether the message went. */
export const SEND_TIMEOUT_MS = 10_000
/** A timer that has not looked for so long stood still, or the database is a restored copy. */
export const STALE_MS = 60 * 60_000
