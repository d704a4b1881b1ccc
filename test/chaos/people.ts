/** Who gets the campaign: people with grants, people whom WeChat refuses, people with nothing left. */
import { EJSON } from 'bson'
import type { Doc } from '../../core/ports'
import { as, dataOf, given } from '../support/service'
import { templateIds } from '../support/hongyan'

export type Kind = 'granted' | 'refusing' | 'empty'

export interface Person {
  openid: string
  nickname: string
  kind: Kind
}

/** Of a hundred people, by their number. */
const kindOf = (i: number): Kind => (i % 100 < 3 ? 'refusing' : i % 100 < 5 ? 'empty' : 'granted')

export const peopleOf = (size: number): Person[] =>
  Array.from({ length: size }, (_, i) => ({
    openid: `oChaosPerson${String(i).padStart(16, '0')}`,
    nickname: `顾客${i}`,
    kind: kindOf(i),
  }))

/** Prompts that each has accepted: enough for the campaign and a single send. */
export const GRANTS: Record<Kind, number> = { granted: 2, refusing: 2, empty: 0 }
/** Accepts that WeChat has of them: more than Hongyan knows of, so that a message sent twice would be delivered. */
export const ACCEPTS: Record<Kind, number> = { granted: 5, refusing: 0, empty: 0 }

export const TEMPLATE = 'order-shipped'
export const TEMPLATE_ID = templateIds[TEMPLATE]

/** Collections that the recording of a prompt writes; `lanes` is not among them. */
const recorded = ['subscribers', 'prompts', 'quotas'] as const

/** All of it lies before the campaign, whose people are those that were there when it started. */
const HOUR = 60 * 60_000
/** People whose prompts are recorded in one store in memory: its searches look at every document. */
const AT_ONCE = 200

/** The documents of these people as the service itself writes them when they answer their prompts. */
export async function documentsOf(
  people: readonly Person[],
  lanes: number,
): Promise<Record<(typeof recorded)[number], Doc[]>> {
  const documents: Record<(typeof recorded)[number], Doc[]> = { subscribers: [], prompts: [], quotas: [] }
  for (let from = 0; from < people.length; from += AT_ONCE) {
    const service = given({ env: { HONGYAN_LANES: String(lanes) } })
    for (const { openid, kind } of people.slice(from, from + AT_ONCE)) {
      service.clock.advance(Date.now() - HOUR - service.clock.now())
      const answer = async (promptId: string, answered: 'accept' | 'reject') => {
        const input = { promptId, scene: 'order', answers: { [TEMPLATE_ID]: answered } }
        dataOf(await service.call('subscription.record', input, as.phone(openid)))
      }
      for (let at = 0; at < GRANTS[kind]; at += 1) {
        await answer(`chaos-prompt-${at}`, 'accept')
        // Two answers within two minutes are one prompt.
        service.clock.advance(180_000)
      }
      if (GRANTS[kind] === 0) await answer('chaos-prompt-0', 'reject')
    }
    for (const name of recorded) documents[name].push(...service.store.documents(name))
  }
  return documents
}

/** A document as the gateway takes it. */
export const textOf = (doc: Doc): string => EJSON.stringify(doc, { relaxed: false })
