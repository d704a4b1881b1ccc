/** The subscribe prompt: which templates one may ask for, and what it answered. */
import type { Answer, Offer } from '../../core/contract'
import { hasLibrary } from './device'
import { newId } from './identifier'

/** What must be known of a template to ask for it. */
export type Askable = Pick<Offer, 'template' | 'templateId' | 'title' | 'kind' | 'left'>

export interface AnsweredPrompt {
  promptId: string
  scene: string
  answers: Record<string, Answer>
}

/** Why WeChat opened no prompt; `code` as in wechat.md §5. */
export class PromptFailure extends Error {
  constructor(
    readonly code: number | undefined,
    message: string,
  ) {
    super(message)
  }
}

/** `acceptWithAudio`, `acceptWithAlert` and their like are accepts too (wechat.md §5). */
export const isAccept = (answer: string | undefined): boolean => answer?.startsWith('accept') ?? false

/**
 * Template ids that one prompt takes, newest first (wechat.md §5). No changelog names the library that takes five:
 * 3.14.2 is the first whose published API definitions say so.
 */
const LIMITS = [
  { library: '3.14.2', ids: 5 },
  { library: '2.8.4', ids: 3 },
  { library: '2.4.4', ids: 1 },
]

/** 0: this WeChat knows no subscribe messages. */
export function promptLimit(): number {
  if (typeof wx.requestSubscribeMessage !== 'function') return 0
  return LIMITS.find(({ library }) => hasLibrary(library))?.ids ?? 0
}

/**
 * The templates that one tap asks for: of one kind, each title once (WeChat answers `filter` to the second), no more
 * than the phone takes, those with least left first. What the person always refuses is asked for only alone: WeChat
 * would answer without asking.
 */
export function askable(offers: readonly Askable[], kept: Record<string, string>, limit: number): Askable[] {
  const isRefused = ({ templateId }: Askable) => kept[templateId] !== undefined && !isAccept(kept[templateId])
  const open = offers.filter((offer) => !isRefused(offer))
  const sorted = [...(open.length > 0 ? open : offers)].sort((a, b) => a.left - b.left)
  const titles = new Set<string>()
  return sorted
    .filter(({ kind, title }) => {
      if (kind !== sorted[0]?.kind || titles.has(title)) return false
      titles.add(title)
      return true
    })
    .slice(0, limit)
}

/**
 * Opens WeChat's sheet. Must be called in the tap itself: any call to a cloud function before it loses the tap
 * (wechat.md §5). Throws PromptFailure.
 */
export async function prompt(scene: string, templateIds: string[]): Promise<AnsweredPrompt> {
  let result: Record<string, unknown>
  try {
    result = (await wx.requestSubscribeMessage({ tmplIds: templateIds })) as unknown as Record<
      string,
      unknown
    >
  } catch (error) {
    const { errCode, errMsg = String(error) } = (error ?? {}) as { errCode?: number; errMsg?: string }
    throw new PromptFailure(errCode, errMsg)
  }
  const answers = Object.fromEntries(
    templateIds.flatMap((id) => (typeof result[id] === 'string' ? [[id, result[id] as Answer]] : [])),
  )
  return { promptId: newId(), scene, answers }
}
