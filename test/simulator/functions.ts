/** The functions of the environment: each call is an invocation on some instance, and the real service answers it. */
import { Catalogue } from '../../core/template/catalogue'
import type { WxContext } from '../../core/caller'
import type { Action, Call, Outputs, Reply } from '../../core/contract'
import type { Ports } from '../../core/ports'
import { answer } from '../../core/service'
import type { Settings } from '../../core/settings'
import { templatesOfPeople } from '../support/reminding'
import { Instance, Pool } from './instance'
import { Invocation, type Surroundings } from './invocation'
import type { Witness } from './witness'

export type FunctionName = 'dispatch' | 'staff' | 'subscriber' | 'events'

const SECOND = 1_000
/** As in the config.json of the functions. */
const TIMEOUT_MS: Readonly<Record<FunctionName, number>> = {
  dispatch: 60 * SECOND,
  staff: 20 * SECOND,
  subscriber: 20 * SECOND,
  events: 20 * SECOND,
}

const catalogue = new Catalogue(templatesOfPeople)

export class Functions {
  private readonly dispatch: Pool
  private made = 0

  constructor(
    private readonly around: Surroundings,
    private readonly witness: Witness,
    private readonly settings: Settings,
    /** Whether faults are still to come. */
    private readonly isTrouble: () => boolean,
    /** Told of every invocation. */
    private readonly begins: (number: number) => void,
  ) {
    const { schedule, chance } = around
    this.dispatch = new Pool(schedule, chance, chance.whole(2, 4))
  }

  /** A number, or text with one, that nothing else in the seed has. */
  next(): number {
    this.made += 1
    return this.made
  }

  tick(lanes?: readonly number[]): Promise<unknown> {
    const source = lanes ? 'wx_client,scf' : 'wx_trigger'
    return this.call('dispatch', 'dispatch.tick', lanes ? { lanes: [...lanes] } : {}, { SOURCE: source })
  }

  /** One invocation; undefined where it died or ran out of time, as its caller sees it. */
  call<A extends Action>(
    name: FunctionName,
    action: A,
    input: Call<A>['input'],
    context: WxContext,
  ): Promise<Reply<Outputs[A]> | undefined> {
    const { schedule, chance } = this.around
    const { witness } = this
    const instance = name === 'dispatch' ? this.dispatch.take() : new Instance(schedule, chance)
    if (!instance) {
      witness.met('no instance was free')
      return Promise.resolve(undefined)
    }
    const invocation = new Invocation(this.around, name, this.next(), instance)
    this.begins(invocation.number)
    witness.story(() => `#${invocation.number} is called: ${action} ${JSON.stringify(input)}`)
    instance.thaw(invocation)
    const opened = { catalogue, settings: this.settings }
    const deployment = { ports: this.portsOf(invocation), open: () => opened }
    return new Promise((resolve) => {
      let isReturned = false
      schedule.after(TIMEOUT_MS[name], () => {
        if (isReturned) return
        this.timeOut(invocation)
        resolve(undefined)
      })
      void answer(deployment, [action], { action, input }, context).then((reply) => {
        isReturned = true
        witness.story(() => `#${invocation.number} returns ${JSON.stringify(reply).slice(0, 300)}`)
        instance.end(invocation)
        resolve(reply)
      })
    })
  }

  /** The platform ends the instance, or freezes it with its work until the next call. */
  private timeOut(invocation: Invocation): void {
    const { instance, number } = invocation
    this.witness.story(() => `#${number} is out of time`)
    invocation.interrupt()
    if (this.around.chance.is(0.5)) instance.kill()
    else instance.freeze(invocation)
    if (!instance.isDead) this.witness.met('invocation frozen at its timeout')
  }

  private portsOf(invocation: Invocation): Ports {
    const { schedule, chance } = this.around
    return {
      random: () => `random-${this.next()}`,
      log: { info: () => undefined, error: (message, error) => this.witness.logged(message, error) },
      wake: {
        wake: (lanes, within) =>
          new Promise((resolve) => {
            const awake = () => invocation.instance.deliver(() => resolve())
            schedule.after(within, awake)
            if (this.isTrouble() && chance.is(0.2)) return this.witness.met('wake-up lost')
            void this.tick(lanes).then(awake)
          }),
        wakeAt: async (delayMs) => {
          if (this.isTrouble() && chance.is(0.2)) return this.witness.met('wake-up lost')
          schedule.after(delayMs, () => void this.tick())
        },
      },
      ...invocation.ports(),
    }
  }
}
