/** The account that campaigns are measured on: the sample Mini Program with as many people as wanted. */
import * as z from 'zod'
import { sample } from '../../cli/emulate'
import { Catalogue } from '../../core/template/catalogue'
import type { OutgoingMessage } from '../../core/ports'
import { type WorldInput, worldSchema } from '../../emulator/world'
import { templates } from '../../templates'
import { readJson } from '../json'
import { openidOf } from './people'

/** One-time: a grant is spent for each message, and WeChat counts too. */
export const TEMPLATE = 'order-shipped'
export const PARAMS = {
  orderNumber: 'HY20261121001',
  goods: '云南手冲咖啡豆 250g',
  total: 68,
  carrier: '顺丰速运',
  shippedAt: '2026-11-21T15:30',
}

const account = worldSchema.parse(readJson(sample.world))
export const APPID = account.appid

/** WeChat's side, with `people` of them; limits are the platform's own unless given. */
export function worldOf(people: number, quotas: WorldInput['quotas'] = {}): WorldInput {
  return {
    ...account,
    people: Array.from({ length: people }, (_, i) => ({ openid: openidOf(i), nickname: `顾客${i}` })),
    pages: ['pages/messages/messages'],
    quotas: { ...account.quotas, ...quotas },
  }
}

/** Where a benchmark is of something else than the platform's limits. */
export const UNLIMITED = { cloudCallsPerMinute: 1_000_000_000, sendsPerDay: 1_000_000_000 }

/** What every person is sent, as core gives it to the OpenApi port: the bare loops and the peers send the same. */
export function messageOf(appid: string): Omit<OutgoingMessage, 'openid'> {
  const catalogue = new Catalogue(templates)
  const template = catalogue.get(TEMPLATE)
  const { data, page } = template.render(PARAMS)
  return {
    templateId: catalogue.templateId(template, appid),
    data,
    ...(page !== undefined && { page }),
    language: 'zh_CN',
    miniprogramState: 'formal',
  }
}

export const messageSchema = z.strictObject({
  templateId: z.string(),
  data: z.record(z.string(), z.string()),
  page: z.string().optional(),
  language: z.enum(['zh_CN', 'en_US', 'zh_HK', 'zh_TW']),
  miniprogramState: z.enum(['developer', 'trial', 'formal']),
})
export type Message = z.output<typeof messageSchema>
