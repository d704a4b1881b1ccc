/** What Hongyan says of everybody, by its own actions. */
import type { Outputs } from '../../core/contract'
import { TEMPLATE } from './people'
import { paramsOf, type Stage } from './stage'
import type { Delivery, Reported } from './verdict'

export async function deliveriesOf(stage: Stage, campaign: string, task: string): Promise<Reported[]> {
  const all: Reported[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const part: Outputs['campaign.deliveries'] = await stage.staff('campaign.deliveries', {
      campaign,
      limit: 1000,
      ...(cursor !== '' && { cursor }),
    })
    for (const { openid, outcome, code } of part.deliveries) all.push({ task, openid, outcome, code })
    cursor = part.cursor
  }
  return all
}

/** Two tries of the same message are one: the key says so. */
export const singleOf = ({ task, openid }: Delivery) => ({
  key: `chaos-${task}`,
  to: openid,
  template: TEMPLATE,
  params: paramsOf(task),
})

/** Asked for again, a single send answers what became of it. */
export async function outcomeOf(stage: Stage, single: Delivery): Promise<Reported> {
  const { state, outcome, code } = await stage.staff('send.one', singleOf(single))
  const isDone = state === 'done' && outcome !== undefined
  return { ...single, outcome: isDone ? outcome : 'waiting', code: code ?? 'died' }
}

/** Those whose equation does not hold, and those of whom it could not be told since something is still under way. */
export async function driftsOf(stage: Stage, lanes: number): Promise<{ openid: string }[]> {
  const all: { openid: string }[] = []
  for (let lane = 0; lane < lanes; lane += 1) {
    let cursor: string | null = ''
    while (cursor !== null) {
      const part: Outputs['ledger.verify'] = await stage.staff('ledger.verify', {
        template: TEMPLATE,
        lane,
        ...(cursor !== '' && { cursor }),
      })
      all.push(...part.drifts)
      if (part.busy > 0) all.push({ openid: `${part.busy} people of lane ${lane}, who are busy` })
      cursor = part.cursor
    }
  }
  return all
}
