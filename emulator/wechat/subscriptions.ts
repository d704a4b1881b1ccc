import * as z from 'zod'
import { numberOf, type Store, textOf } from './store'

/** What a person chose for good with "always keep": only these show in the settings (wechat.md §5). */
export type Choice = 'accept' | 'reject'

/** What decides whether one message may go to one person. */
export interface Standing {
  isMainSwitchOn: boolean
  choice: Choice | undefined
  /** Messages that may still be sent (one-time), or 1 for a long-term subscription. */
  unspent: number
}

const rowSchema = z.object({ template: z.string(), choice: z.enum(['accept', 'reject']) })

/** Each person's grants, standing choices and main switch, on disk. */
export class Subscriptions {
  private readonly statements

  constructor(store: Store) {
    this.statements = {
      standing: store.prepare(
        `SELECT (SELECT isOn FROM switches WHERE openid = ?1) AS isOn,
                (SELECT choice FROM choices WHERE openid = ?1 AND template = ?2) AS choice,
                (SELECT unspent FROM grants WHERE openid = ?1 AND template = ?2) AS unspent`,
      ),
      grant: store.prepare(
        `INSERT INTO grants VALUES (?, ?, 1)
         ON CONFLICT (openid, template) DO UPDATE SET unspent = unspent + 1`,
      ),
      hold: store.prepare(
        `INSERT INTO grants VALUES (?, ?, ?)
         ON CONFLICT (openid, template) DO UPDATE SET unspent = excluded.unspent`,
      ),
      spend: store.prepare(
        'UPDATE grants SET unspent = unspent - 1 WHERE openid = ? AND template = ? AND unspent > 0',
      ),
      choose: store.prepare(
        `INSERT INTO choices VALUES (?, ?, ?)
         ON CONFLICT (openid, template) DO UPDATE SET choice = excluded.choice`,
      ),
      forget: store.prepare('DELETE FROM choices WHERE openid = ? AND template = ?'),
      choices: store.prepare('SELECT template, choice FROM choices WHERE openid = ? ORDER BY template'),
      turn: store.prepare(
        'INSERT INTO switches VALUES (?, ?) ON CONFLICT (openid) DO UPDATE SET isOn = excluded.isOn',
      ),
    }
  }

  /** One person and one template. Without any row: switch on, nothing chosen, nothing granted. */
  standing(openid: string, template: string): Standing {
    const row = this.statements.standing.get(openid, template)
    const choice = textOf(row, 'choice')
    return {
      isMainSwitchOn: numberOf(row, 'isOn') !== 0,
      choice: choice === 'accept' || choice === 'reject' ? choice : undefined,
      unspent: numberOf(row, 'unspent') ?? 0,
    }
  }

  /** One accept of a one-time template: one more message. */
  grant(openid: string, template: string): void {
    this.statements.grant.run(openid, template)
  }

  /** A long-term subscription begins: it is not spent by messages. */
  subscribe(openid: string, template: string): void {
    this.statements.hold.run(openid, template, 1)
  }

  /** Takes every grant of one template away. */
  wipe(openid: string, template: string): void {
    this.statements.hold.run(openid, template, 0)
  }

  /** Uses one grant; false when none is left. */
  spend(openid: string, template: string): boolean {
    return this.statements.spend.run(openid, template).changes === 1
  }

  /** Stores a standing choice, or forgets it. */
  choose(openid: string, template: string, choice: Choice | undefined): void {
    if (choice === undefined) this.statements.forget.run(openid, template)
    else this.statements.choose.run(openid, template, choice)
  }

  choices(openid: string): Record<string, Choice> {
    return Object.fromEntries(
      this.statements.choices.all(openid).map((row) => {
        const { template, choice } = rowSchema.parse(row)
        return [template, choice]
      }),
    )
  }

  turnMainSwitch(openid: string, isOn: boolean): void {
    this.statements.turn.run(openid, isOn ? 1 : 0)
  }
}
