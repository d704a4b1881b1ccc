/** A cloud function that sends and does nothing else: no record, no check, nothing to go on from when it dies. */
import * as cloud from 'wx-server-sdk'
import type * as z from 'zod'
import type { BareEvent, bareResultSchema } from '../../service/bare'
import { inOrder } from '../../service/people'
import { count, type Counts, CURRENT_ENV, inParallel, send } from '../../service/sending'

cloud.init({ env: CURRENT_ENV })

export const main = async ({
  people,
  lanes,
  concurrency,
  message,
}: BareEvent): Promise<z.output<typeof bareResultSchema>> => {
  const openids = inOrder(people, lanes)
  const sent: Counts = {}
  const started = { at: performance.now(), cpu: process.cpuUsage() }
  await inParallel(openids, concurrency, async (openid) => count(sent, await send(openid, message)))
  const { user, system } = process.cpuUsage(started.cpu)
  return { wallMs: performance.now() - started.at, cpuMs: (user + system) / 1000, sent }
}
