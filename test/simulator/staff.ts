/** What staff do in a seed, insisting until they are answered, and what they have been promised by an answer. */
import type { Action, Call, InputOf, Outputs, Reply } from '../../core/contract'
import type { Books } from './books'
import type { Chance } from './chance'
import { insist } from './insisting'
import { type Kind, kindNames, paramsOf } from './people'
import type { Schedule } from './schedule'

/** One call of a function; undefined where its caller was told nothing. */
export type Caller = <A extends Action>(
  action: A,
  input: Call<A>['input'],
) => Promise<Reply<Outputs[A]> | undefined>

const SECOND = 1_000

export class Staff {
  /** Whoever releases the stop of everything releases it for all: those that began, and those under way. */
  private releases = 0
  private releasing = 0

  constructor(
    readonly schedule: Schedule,
    readonly chance: Chance,
    private readonly books: Books,
    private readonly call: Caller,
  ) {}

  /** Asks until it is answered, and gives up after some tries; `trying` is told of each. */
  async insist<A extends Action>(
    action: A,
    input: InputOf<A>,
    tries = 6,
    trying: () => void = () => undefined,
  ): Promise<Outputs[A] | undefined> {
    const ask = () => {
      trying()
      return this.call(action, input)
    }
    return insist(this, ask, tries)
  }

  /** Writes a campaign, starts it, and changes their mind some times; all is going again before `end`. */
  async runCampaign(number: number, end: number): Promise<void> {
    const { chance } = this
    const kind: Kind = number === 1 ? 'order-shipped' : chance.of(kindNames)
    const mark = kind === 'order-shipped' ? `HYC${number}` : `C${number}`
    const created = await this.insist('campaign.create', {
      name: mark,
      template: kind,
      params: paramsOf(kind, mark),
      audience: { kind: 'everybody', ...(chance.is(0.5) && { tags: ['tea'] }) },
      rate: chance.of([null, null, null, 0.5, 1, 2]),
    })
    if (!created) return
    const { campaign } = created
    if (chance.is(0.15)) {
      const startAt = this.schedule.now() + chance.whole(10 * SECOND, 100 * SECOND)
      await this.insist('campaign.schedule', { campaign, startAt })
    } else await this.insist('campaign.start', { campaign })
    for (let acts = chance.of([0, 0, 1, 2, 3]); acts > 0; acts -= 1) {
      await this.schedule.wait(chance.latency(20 * SECOND, 90 * SECOND))
      if (this.schedule.now() > end) return
      await this.changeMind(campaign)
    }
  }

  /** A person looks after what stands still. */
  async goOn(): Promise<void> {
    const { stopped, confirmBefore = null } = this.books.house() ?? {}
    if (stopped || confirmBefore !== null) await this.release()
    for (const { _id, state } of this.books.kept.campaigns.values())
      if (state === 'paused') await this.resume(_id)
  }

  private async changeMind(campaign: string): Promise<void> {
    const { chance } = this
    const act = chance.of(['pause', 'pause', 'adjust', 'adjust', 'cancel', 'stop'])
    if (act === 'adjust') {
      await this.insist('campaign.adjust', { campaign, rate: chance.of([null, 0.5, 2, 10]) })
    } else if (act === 'cancel') {
      if (await this.insist('campaign.cancel', { campaign })) this.books.acknowledged.add(campaign)
    } else if (act === 'pause') {
      if (await this.insist('campaign.pause', { campaign })) this.books.acknowledged.add(campaign)
      await this.schedule.wait(chance.latency(10 * SECOND, 60 * SECOND))
      await this.resume(campaign)
    } else {
      const { releases, releasing } = this
      const stopped = await this.insist('dispatch.stop', {})
      if (stopped && releases === this.releases && releasing === 0) this.books.isStopped = true
      await this.schedule.wait(chance.latency(10 * SECOND, 60 * SECOND))
      await this.release()
      await this.resume(campaign)
    }
  }

  /** From the moment that it is asked for, it may be going again. */
  private async resume(campaign: string): Promise<void> {
    await this.insist('campaign.resume', { campaign }, 6, () => this.books.acknowledged.delete(campaign))
  }

  private async release(): Promise<void> {
    this.releasing += 1
    await this.insist('dispatch.release', {}, 6, () => {
      this.releases += 1
      this.books.isStopped = false
    })
    this.releasing -= 1
  }
}
