/** A cloud function that is the worker of a job queue, and makes the send that our `dispatch` makes. */
import * as cloud from 'wx-server-sdk'
import type { PeerEvent, PeerResult } from '../../peers/event'
import { openGraphileWorker } from '../../peers/graphile-worker'
import { openPgBoss } from '../../peers/pg-boss'
import type { OpenQueue } from '../../peers/queue'
import { openidOf } from '../../service/people'
import { CURRENT_ENV, send } from '../../service/sending'

cloud.init({ env: CURRENT_ENV })

const queues: Record<PeerEvent['queue'], OpenQueue> = {
  'pg-boss': openPgBoss,
  'graphile-worker': openGraphileWorker,
}

export const main = async (event: PeerEvent): Promise<PeerResult> => {
  const { queue: name, folder, database, people, concurrency, message } = event
  const openids = Array.from({ length: people }, (_, i) => openidOf(i))
  const queue = await queues[name]({ folder, database, concurrency })
  try {
    await queue.fill(openids)
    const started = { at: performance.now(), cpu: process.cpuUsage() }
    await queue.work(people, (openid) => send(openid, message))
    const { user, system } = process.cpuUsage(started.cpu)
    const wallMs = performance.now() - started.at
    return { wallMs, cpuMs: (user + system) / 1000, stored: await queue.stored() }
  } finally {
    await queue.close()
  }
}
