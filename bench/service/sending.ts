/** What the functions `bare` and `peer` have in common: the send itself, and what it was answered. */
import * as cloud from 'wx-server-sdk'
import type { Message } from './account'

interface Thrown {
  errCode?: unknown
}

/** The symbol that the typings of the SDK do not know. */
export const CURRENT_ENV = cloud.DYNAMIC_CURRENT_ENV as unknown as string

/** Sends one message as the SDK's page shows it; gives WeChat's errcode. Rejects with anything that has none. */
export async function send(openid: string, { templateId, data, page, language, miniprogramState }: Message) {
  const values = Object.fromEntries(Object.entries(data).map(([keyword, value]) => [keyword, { value }]))
  const options = { touser: openid, templateId, page, data: values, lang: language, miniprogramState }
  try {
    const { errCode } = (await cloud.openapi['subscribeMessage'].send(options)) as { errCode: number }
    return errCode
  } catch (error) {
    const { errCode } = error as Thrown
    if (typeof errCode === 'number') return errCode
    throw error
  }
}

/** Runs `work` for each item, so many at once. */
export async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next] as T
      next += 1
      await work(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker))
}

/** Counts by errcode. */
export type Counts = Record<string, number>
export const count = (counts: Counts, code: number | string): void => {
  counts[code] = (counts[code] ?? 0) + 1
}
