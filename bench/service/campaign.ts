/** A campaign from its start to its end, as it runs by itself: woken by its start, by its functions and by the timer. */
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import type { CampaignDetail, InputOf } from '../../core/contract'
import { PARAMS, TEMPLATE } from './account'
import type { RunningService } from './running'

/**
 * How often it is looked at. A look is at the emulator alone: neither a call of the environment nor of a function, and as
 * little of both processes' time as a look can be.
 */
const LOOK_MS = 50

export interface Ran {
  detail: CampaignDetail
  wallMs: number
  /** Calls of the environment by action, cloud call and function, from its start to its end. */
  calls: Record<string, number>
  /** Answers of WeChat by errcode. */
  sends: Record<string, number>
  refusals: Record<string, number>
  cpu: { emulatorMs: number; instancesMs: number | null }
}

/** Messages that WeChat has answered, so long after the start. */
export interface Look {
  atMs: number
  sent: number
}

const campaignSchema = z.object({ _id: z.string(), state: z.string(), reason: z.unknown() })
const documentsSchema = z.object({ documents: z.array(z.looseObject({ _id: z.string() })) })

/**
 * Creates and starts a campaign, and waits until it has finished. Rejects where it stops before. Where somebody wants to be
 * told how far it is (`told`), that is asked for too.
 */
export async function runCampaign(
  service: RunningService,
  wanted: Partial<InputOf<'campaign.create'>> = {},
  told?: (look: Look) => void,
): Promise<Ran> {
  const { campaign } = await service.staff('campaign.create', {
    name: 'benchmark',
    template: TEMPLATE,
    params: PARAMS,
    audience: { kind: 'everybody' },
    ...wanted,
  })
  const before = { ...(await service.stats()), ...(await service.cpu()) }
  const answered = (sends: Record<string, number>): number => total(sends) - total(before.sends)
  const startedAt = await service.now()
  await service.staff('campaign.start', { campaign })
  while (await isUnderWay(service, campaign)) {
    if (told) {
      const { sends } = await service.stats()
      told({ atMs: (await service.now()) - startedAt, sent: answered(sends) })
    }
    await wait(LOOK_MS)
  }
  await service.atRest()
  const after = { ...(await service.stats()), ...(await service.cpu()) }
  const detail = await service.staff('campaign.get', { campaign })
  if (detail.finishedAt === null) throw new Error('the campaign has finished, and it is not said when')
  return {
    detail,
    // As the functions wrote it down: a look sees it up to LOOK_MS later.
    wallMs: detail.finishedAt - startedAt,
    calls: difference(after.calls, before.calls),
    sends: difference(after.sends, before.sends),
    refusals: difference(after.refusals, before.refusals),
    cpu: {
      emulatorMs: after.emulatorMs - before.emulatorMs,
      instancesMs:
        after.instancesMs === null || before.instancesMs === null
          ? null
          : after.instancesMs - before.instancesMs,
    },
  }
}

/** False when it has finished; rejects where it will not go on by itself. */
async function isUnderWay(service: RunningService, id: string): Promise<boolean> {
  const { documents } = documentsSchema.parse(await service.get('/_emulator/data?collection=campaigns'))
  const { state, reason } = campaignSchema.parse(documents.find(({ _id }) => _id === id))
  if (state === 'finished') return false
  if (state === 'running') return true
  throw new Error(`the campaign is ${state}: ${JSON.stringify(reason)}`)
}

export const total = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

function difference(after: Record<string, number>, before: Record<string, number>): Record<string, number> {
  const entries = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)] as const)
  return Object.fromEntries(entries.filter(([, count]) => count > 0))
}
