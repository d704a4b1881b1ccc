/** The subscribe prompt, and the record of its answers. */
import type { Answer } from '../../core/contract'
import { call, CallFailure } from './cloud'
import { newId } from './identifier'

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

const KEY = 'pendingPrompts'

const pending = (): AnsweredPrompt[] => {
  const stored: unknown = wx.getStorageSync(KEY)
  return Array.isArray(stored) ? (stored as AnsweredPrompt[]) : []
}

/**
 * Records an answered prompt and any that could not be recorded before. It is kept on the phone until the service has
 * it; recording twice counts once. Resolves with whether all are recorded.
 */
export async function recordAll(answered?: AnsweredPrompt): Promise<boolean> {
  if (answered) wx.setStorageSync(KEY, [...pending(), answered])
  for (const one of pending()) {
    try {
      await call('subscriber', 'subscription.record', one)
    } catch (error) {
      if (error instanceof CallFailure && error.code === 'OFFLINE') return false
      if (error instanceof CallFailure && error.code === 'STORE_FAILED') return false
      // Refused for good: keeping it would block those behind it. The person is told by whoever awaits this.
      forget(one)
      throw error
    }
    forget(one)
  }
  return true
}

const forget = ({ promptId }: AnsweredPrompt) =>
  wx.setStorageSync(
    KEY,
    pending().filter((one) => one.promptId !== promptId),
  )

export interface Choices {
  mainSwitch: boolean
  /** Standing choices by template id; only those for which "always keep" was ticked. */
  kept: Record<string, string>
}

/** What WeChat's settings say. Where it cannot be read, nothing is known: as if nothing was kept. */
export async function choices(): Promise<Choices> {
  try {
    const { subscriptionsSetting } = await wx.getSetting({ withSubscriptions: true })
    // Old clients give no such setting; what the typings promise is not always there.
    const setting: Partial<typeof subscriptionsSetting> | undefined = subscriptionsSetting
    return {
      mainSwitch: setting?.mainSwitch ?? true,
      kept: (setting?.itemSettings ?? {}) as Record<string, string>,
    }
  } catch (error) {
    console.warn('getSetting', error)
    return { mainSwitch: true, kept: {} }
  }
}
