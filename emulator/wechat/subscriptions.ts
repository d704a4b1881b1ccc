import * as z from 'zod'
import { numberOf, type Store, textOf } from './store'

/** What a person chose for good with "always keep": only these show in the settings (wechat.md §5). */
export type Choice = 'accept' | 'reject'

const rowSchema = z.object({ template: z.string(), choice: z.enum(['accept', 'reject']) })

/** Each person's grants, standing choices and main switch, on disk. */
export class Subscriptions {
  private readonly statements

  constructor(store: Store) {
    this.statements = {
      mainSwitch: store.prepare('SELECT isOn FROM switches WHERE openid = ?'),
      choice: store.prepare('SELECT choice FROM choices WHERE openid = ? AND template = ?'),
      grant: store.prepare(
        `INSERT INTO grants VALUES (?, ?, ?)
         ON CONFLICT (openid, template) DO UPDATE SET unspent = unspent + excluded.unspent`,
      ),
      hold: store.prepare(
        `INSERT INTO grants VALUES (?, ?, ?)
         ON CONFLICT (openid, template) DO UPDATE SET unspent = excluded.unspent`,
      ),
      // A standing reject and the main switch count for more than grants (wechat.md §1.3, text of 43101).
      spend: store.prepare(
        `UPDATE grants SET unspent = unspent - ?3 WHERE openid = ?1 AND template = ?2 AND unspent > 0
         AND NOT EXISTS (SELECT 1 FROM switches WHERE openid = ?1 AND isOn = 0)
         AND NOT EXISTS (SELECT 1 FROM choices WHERE openid = ?1 AND template = ?2 AND choice = 'reject')`,
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

  /** Whether the person receives messages at all; on until it is turned off. */
  isMainSwitchOn(openid: string): boolean {
    return numberOf(this.statements.mainSwitch.get(openid), 'isOn') !== 0
  }

  choice(openid: string, template: string): Choice | undefined {
    const choice = textOf(this.statements.choice.get(openid, template), 'choice')
    return choice === 'accept' || choice === 'reject' ? choice : undefined
  }

  /** So many accepts of a one-time template: as many more messages. */
  grant(openid: string, template: string, count = 1): void {
    this.statements.grant.run(openid, template, count)
  }

  /** A long-term subscription begins: it is not spent by messages. */
  subscribe(openid: string, template: string): void {
    this.statements.hold.run(openid, template, 1)
  }

  /** Takes every grant of one template away. */
  wipe(openid: string, template: string): void {
    this.statements.hold.run(openid, template, 0)
  }

  /**
   * Uses one grant of a one-time template; of a long-term one nothing is used. False when no message may go: nothing
   * granted, refused for good, or the main switch off.
   */
  spend(openid: string, template: string, type: 2 | 3): boolean {
    return this.statements.spend.run(openid, template, type === 2 ? 1 : 0).changes === 1
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
