import { hex } from '../hex'
import type { GroupCommit } from './group-commit'
import { numberOf, type Store, textOf } from './store'

/** A formId lives 7 days and sends one message; a prepay_id sends three (wechat.md §4.1). */
const LIFE_MS = 7 * 86_400_000
const USES = { form: 1, payment: 3 } as const

export type FormIdState = 'usable' | 'unknown' | 'used'

/** The formIds of the template messages of old, on disk. */
export class FormIds {
  private readonly insert
  private readonly find
  private readonly take

  constructor(
    store: Store,
    private readonly writes: GroupCommit,
    private readonly now: () => number,
    private readonly random: () => number,
  ) {
    this.insert = store.prepare('INSERT INTO formids VALUES (?, ?, ?, ?)')
    this.find = store.prepare('SELECT openid, uses, expiresAt FROM formids WHERE formid = ?')
    this.take = store.prepare('UPDATE formids SET uses = uses - 1 WHERE formid = ?')
  }

  /** What a submitted form, or a payment, gives. */
  async issue(openid: string, kind: keyof typeof USES = 'form'): Promise<string> {
    const formId = hex(this.random, 32)
    await this.writes.run(() => this.insert.run(formId, openid, USES[kind], this.now() + LIFE_MS))
    return formId
  }

  /** Whether this formId may send to this person now. One that is late, or another's, is unknown. */
  state(formId: unknown, openid: string): FormIdState {
    if (typeof formId !== 'string') return 'unknown'
    const row = this.find.get(formId)
    if (textOf(row, 'openid') !== openid || (numberOf(row, 'expiresAt') ?? 0) <= this.now()) return 'unknown'
    return (numberOf(row, 'uses') ?? 0) > 0 ? 'usable' : 'used'
  }

  spend(formId: string): void {
    this.take.run(formId)
  }
}
