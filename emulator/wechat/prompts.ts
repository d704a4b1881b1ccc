import type { Behaviour } from './behaviour'
import type { GroupCommit } from './group-commit'
import type { MessagePush } from './message-push'
import type { Choice, Subscriptions } from './subscriptions'
import type { KnownTemplate, Templates } from './templates'

/** What wx.requestSubscribeMessage answers for one template. */
export type Answer = 'accept' | 'reject' | 'ban' | 'filter'

/** Why a prompt is not shown: the client's fail codes (wechat.md §5). */
export interface PromptFault {
  errCode: number
  errMsg: string
}

const FAULTS = {
  empty: { errCode: 10001, errMsg: "TmplIds can't be empty" },
  wrongType: { errCode: 10004, errMsg: 'Invalid template id' },
  unknown: { errCode: 20001, errMsg: 'No template data return, verify the template id exist' },
  mixed: { errCode: 20002, errMsg: 'Templates type must be same' },
  tooMany: { errCode: 20003, errMsg: 'Templates count out of max bounds' },
  switchedOff: { errCode: 20004, errMsg: 'The main switch is switched off' },
} as const satisfies Record<string, PromptFault>

/** Templates that one prompt may offer (wechat.md §5: 5 since 2026). */
const MAX_TEMPLATES = 5

interface Row {
  template: KnownTemplate
  /** Undefined: the person is asked. */
  settled: Answer | undefined
}

/** The sheet as it opens: who is asked what, and what is settled without asking. */
export interface OpenPrompt {
  ask: { tmplId: string; title: string; type: 2 | 3; example: string }[]
  settled: Record<string, Answer>
}

/** WeChat's side of wx.requestSubscribeMessage and of the subscription settings. */
export class Prompts {
  constructor(
    private readonly writes: GroupCommit,
    private readonly templates: Templates,
    private readonly subscriptions: Subscriptions,
    private readonly push: MessagePush,
    private readonly behaviour: Behaviour,
  ) {}

  /** What the sheet shows; an empty `ask` means that no sheet is shown. Changes nothing. */
  open(openid: string, tmplIds: unknown): PromptFault | OpenPrompt {
    const rows = this.rows(openid, tmplIds)
    if (!Array.isArray(rows)) return rows
    const settled: Record<string, Answer> = {}
    const ask: OpenPrompt['ask'] = []
    for (const { template, settled: answer } of rows) {
      if (answer !== undefined) settled[template.id] = answer
      else
        ask.push({
          tmplId: template.id,
          title: template.title,
          type: template.type,
          example: template.example,
        })
    }
    return { ask, settled }
  }

  /**
   * The person answered (or was not asked): counts grants as WeChat does and, with `keep`, stores the choices of the
   * sheet for good. A row without an answer is refused.
   */
  async answer(
    openid: string,
    tmplIds: unknown,
    answers: Record<string, Choice>,
    keep: boolean,
  ): Promise<PromptFault | Record<string, Answer>> {
    const rows = this.rows(openid, tmplIds)
    if (!Array.isArray(rows)) return rows
    const given = rows.map(({ template, settled }) => ({
      template,
      answer: settled ?? answers[template.id] ?? 'reject',
      isAsked: settled === undefined,
    }))
    await this.writes.run(() => {
      for (const { template, answer, isAsked } of given) {
        if (answer === 'accept') this.accept(openid, template)
        if (keep && isAsked && (answer === 'accept' || answer === 'reject'))
          this.subscriptions.choose(openid, template.id, answer)
      }
    })
    const isShown = given.some(({ isAsked }) => isAsked)
    if (isShown || this.behaviour.silentAnswersArePushed)
      this.push.popup(
        openid,
        given
          .filter(({ answer }) => answer === 'accept' || answer === 'reject')
          .map(({ template, answer }) => [template.id, answer]),
      )
    return Object.fromEntries(given.map(({ template, answer }) => [template.id, answer]))
  }

  /** As wx.getSetting({withSubscriptions: true}) has it: without a standing choice there are no itemSettings. */
  settings(openid: string): { mainSwitch: boolean; itemSettings?: Record<string, Choice> } {
    const itemSettings = this.subscriptions.choices(openid)
    return {
      mainSwitch: this.subscriptions.isMainSwitchOn(openid),
      ...(Object.keys(itemSettings).length === 0 ? {} : { itemSettings }),
    }
  }

  /** The settings page: the main switch, and standing choices (null forgets one, so that the sheet asks again). */
  async changeSettings(
    openid: string,
    change: { mainSwitch?: boolean | undefined; itemSettings?: Record<string, Choice | null> | undefined },
  ): Promise<void> {
    const choices = Object.entries(change.itemSettings ?? {})
    await this.writes.run(() => {
      if (change.mainSwitch !== undefined) this.subscriptions.turnMainSwitch(openid, change.mainSwitch)
      for (const [id, choice] of choices) {
        this.subscriptions.choose(openid, id, choice ?? undefined)
        if (choice === 'reject' && this.behaviour.revokeWipesGrants) this.subscriptions.wipe(openid, id)
      }
    })
    this.push.change(openid, choices)
  }

  /**
   * Many people accepted a template `count` times each, all in one go: for seeding, without sheets and events. False
   * when there is no such template.
   */
  async seed(openids: readonly string[], tmplId: string, count: number): Promise<boolean> {
    const template = this.templates.find(tmplId)
    if (template === undefined) return false
    await this.writes.run(() => {
      for (const openid of openids) this.accept(openid, template, count)
    })
    return true
  }

  private accept(openid: string, template: KnownTemplate, count = 1): void {
    if (template.type === 2) this.subscriptions.grant(openid, template.id, count)
    else this.subscriptions.subscribe(openid, template.id)
  }

  private rows(openid: string, tmplIds: unknown): PromptFault | Row[] {
    if (!Array.isArray(tmplIds) || tmplIds.some((id) => typeof id !== 'string')) return FAULTS.wrongType
    const ids = [...new Set<string>(tmplIds)]
    if (ids.length === 0) return FAULTS.empty
    if (ids.length > MAX_TEMPLATES) return FAULTS.tooMany
    const known = ids.map((id) => this.templates.find(id)).filter((template) => template !== undefined)
    if (known.length < ids.length) return FAULTS.unknown
    if (new Set(known.map((template) => template.type)).size > 1) return FAULTS.mixed
    if (!this.subscriptions.isMainSwitchOn(openid)) return FAULTS.switchedOff
    const titles = new Set<string>()
    return known.map((template) => {
      const isTwin = titles.has(template.title)
      titles.add(template.title)
      return { template, settled: this.settled(openid, template, isTwin) }
    })
  }

  private settled(openid: string, template: KnownTemplate, isTwin: boolean): Answer | undefined {
    if (isTwin) return 'filter'
    if (template.isBanned) return 'ban'
    return this.subscriptions.choice(openid, template.id)
  }
}
