/** The OpenData port by cloud.getOpenData: WeChat answers for the person who calls, and for nobody else. */
import type { OpenData, OpenDataAnswer } from '../../core/ports'
import type { Cloud } from './cloud'

/** The SDK has no number of its own for a refusal: -601001, with WeChat's code in the text (wire.md §6). */
const INNER = /code (-?\d+)/

function codeOf(error: unknown): number {
  const { errCode, errMsg, message } = (error ?? {}) as Record<string, unknown>
  const inner = INNER.exec(String(errMsg ?? message))?.[1]
  if (inner !== undefined) return Number(inner)
  return typeof errCode === 'number' ? errCode : -1
}

export class WxOpenData implements OpenData {
  constructor(private readonly cloud: Pick<Cloud, 'getOpenData'>) {}

  async ask(cloudIds: readonly string[]): Promise<OpenDataAnswer> {
    try {
      const { list } = await this.cloud.getOpenData({ list: [...cloudIds] })
      const refused = list.find(({ errCode }) => errCode !== undefined && errCode !== 0)
      if (refused?.errCode !== undefined) return { code: refused.errCode }
      return { data: list.map(({ data }) => data ?? {}) }
    } catch (error) {
      return { code: codeOf(error) }
    }
  }
}
