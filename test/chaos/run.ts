/** One campaign and single sends to some of its people, while processes die, stand still and lose answers. */
import { Poll } from './poll'
import { peopleOf, TEMPLATE } from './people'
import { deliveriesOf, driftsOf, outcomeOf, singleOf } from './readings'
import { NoAnswer, paramsOf, Refused, Stage } from './stage'
import { Trouble } from './trouble'
import { type Delivery, type Evidence, judge, type Reported, type Verdict } from './verdict'

export interface ChaosOptions {
  /** People of the campaign. */
  size: number
  kills: number
  stops: number
  stopMs: number
  /** How often staff pause the campaign; whoever asks how it goes resumes it. */
  pauses: number
  seed: number
  lanes: number
  instances: number
  /** Share of the database's answers to dispatch that are lost after the call took effect. */
  lostWrites: number
  /** Messages per second of the campaign. */
  rate: number
  /** Ms after which a run that does not end is given up. */
  limitMs: number
}

/** Where a run is. */
export interface State {
  phase: 'people' | 'campaign' | 'settling' | 'reading'
  done: number
  of: number
  killed: number
  stopped: number
}

export interface ChaosResult {
  verdict: Verdict
  people: number
  singles: number
  delivered: number
  killed: number
  stopped: number
  lostAnswers: number
  doubledTimers: number
  lostWrites: number
  /** How often the campaign stood paused, by staff or by itself, and was resumed. */
  resumed: number
  /** Emulated ms that passed at once, while nothing worked. */
  passedMs: number
  calls: number
  seconds: number
}

const WINDOW = 100
const SEND_MS = 100
/** One in a hundred people gets a message of their own while the campaign runs. */
const PEOPLE_PER_SINGLE = 100
/** Time passes in steps in which the timer fires once. */
const STEP_MS = 5_000
/** More than the time between two scans of everything. */
const SCAN_MS = 12 * 60_000
/** So long nothing may have happened before time is let pass, or the end is believed. */
const QUIET_MS = 500
/** Fewer than there are instances of a function. */
const SINGLES_AT_ONCE = 3

export const CAMPAIGN = 'CAMPAIGN'

export async function runChaos(
  options: ChaosOptions,
  told: (state: State) => void = () => undefined,
): Promise<ChaosResult> {
  const startedAt = performance.now()
  const people = peopleOf(options.size)
  const state: State = { phase: 'people', done: 0, of: options.size, killed: 0, stopped: 0 }
  const tell = (change: Partial<State>) => told(Object.assign(state, change))
  const stage = await Stage.start({
    people,
    lanes: options.lanes,
    instances: options.instances,
    window: WINDOW,
    sendTakesMs: SEND_MS,
    lostWrites: options.lostWrites,
    seed: options.seed,
    progress: (done) => tell({ done }),
  })
  const run = new Run(stage, options, tell)
  try {
    const singles = people
      .filter(({ kind }, i) => kind === 'granted' && i % PEOPLE_PER_SINGLE === 50)
      .map(({ openid }, i): Delivery => ({ task: `SINGLE-${i}`, openid }))
    const evidence = await run.run(singles)
    tell({ phase: 'reading' })
    const expected = [...people.map(({ openid }) => ({ task: CAMPAIGN, openid })), ...singles]
    const faults = await stage.faults()
    const { killed, stopped } = run.trouble
    const lostAnswers = faults['lost answer'] ?? 0
    const verdict = judge({
      ...evidence,
      expected,
      interruptions: killed + stopped,
      window: WINDOW,
      lostAnswers,
    })
    return {
      verdict,
      people: people.length,
      singles: singles.length,
      delivered: evidence.delivered.length,
      killed,
      stopped,
      lostAnswers,
      doubledTimers: faults['doubled timer'] ?? 0,
      lostWrites: faults['lost write'] ?? 0,
      resumed: run.resumed,
      passedMs: run.passedMs,
      calls: (await stage.counts()).calls,
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    }
  } finally {
    await run.trouble.wakeAll()
    await stage.stop()
  }
}

/** Whoever is not answered asks again later: what was done is known then. */
const answered = (asked: Promise<unknown>): Promise<void> =>
  asked.then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error
    },
  )

class Run {
  readonly trouble: Trouble
  resumed = 0
  passedMs = 0
  private readonly endsAt: number
  private quietSince = performance.now()
  private singlesAsked = 0
  private singlesDone = 0
  private asking = 0
  private paused = 0
  private readonly asked: Promise<void>[] = []

  constructor(
    private readonly stage: Stage,
    private readonly options: ChaosOptions,
    private readonly tell: (change: Partial<State>) => void,
  ) {
    this.trouble = new Trouble(stage, options)
    this.endsAt = performance.now() + options.limitMs
  }

  /** From the start of the campaign to what everybody says of it. */
  async run(
    singles: readonly Delivery[],
  ): Promise<Pick<Evidence, 'delivered' | 'reported' | 'balances' | 'counts' | 'drifts'>> {
    const { stage, options } = this
    const { campaign } = await stage.staff('campaign.create', {
      name: 'chaos',
      template: TEMPLATE,
      params: paramsOf(CAMPAIGN),
      audience: { kind: 'everybody' },
      rate: options.rate,
    })
    // Not awaited: it may be answered only when those whom it wakes have worked.
    this.asked.push(answered(stage.staff('campaign.start', { campaign })))
    await this.during(
      'campaign',
      () => this.isFinished(campaign),
      async (asked) => {
        await this.trouble.make(asked)
        const part = asked / options.size
        this.pause(campaign, part)
        this.ask(singles.slice(0, Math.floor(part * singles.length)))
      },
    )
    await this.during(
      'settling',
      () => this.areDone(singles),
      async () => {
        await this.trouble.wakeDue(performance.now())
        this.ask(singles)
      },
    )
    await Promise.all(this.asked)
    // Whoever died while it put a doubt right: the next scan does the rest.
    await this.pass(SCAN_MS)
    const { progress } = await stage.staff('campaign.get', { campaign })
    return {
      counts: { task: CAMPAIGN, outcomes: progress.outcomes },
      delivered: await stage.delivered(),
      reported: [...(await deliveriesOf(stage, campaign, CAMPAIGN)), ...(await this.outcomesOf(singles))],
      balances: await stage.balances(),
      drifts: await driftsOf(stage, options.lanes),
    }
  }

  /** Lets things befall until it is over, and time pass where nothing works and nobody stands still. */
  private async during(
    phase: State['phase'],
    isOver: () => Promise<boolean>,
    befall: (asked: number) => Promise<void>,
  ): Promise<void> {
    const { stage, trouble, options } = this
    const poll = new Poll(isOver)
    for (;;) {
      const now = performance.now()
      if (now > this.endsAt) throw new Error(`${phase} did not end within ${options.limitMs} ms`)
      const { asked } = await stage.counts()
      await befall(asked)
      const { killed, stopped, standing } = trouble
      this.tell({ phase, done: Math.min(asked, options.size), killed, stopped })
      if (standing > 0 || (await stage.working()).length > 0) this.quietSince = now
      const isQuiet = now - this.quietSince > QUIET_MS && this.asking === 0 && !poll.isAsking
      if (isQuiet && poll.isOver) return
      poll.askIfDue(now)
      if (isQuiet && !poll.isAsking) await this.pass(STEP_MS)
      await Trouble.pause()
    }
  }

  /** Nobody holds a lease that the passing of time could end too early for its holder. */
  private async pass(ms: number): Promise<void> {
    await this.stage.advance(ms)
    this.passedMs += ms
  }

  /** Singles are asked for once, a few at a time: each waits for its outcome. */
  private ask(singles: readonly Delivery[]): void {
    while (this.asking < SINGLES_AT_ONCE) {
      const single = singles[this.singlesAsked]
      if (!single) return
      this.singlesAsked += 1
      this.asking += 1
      this.asked.push(
        answered(this.stage.staff('send.one', singleOf(single))).finally(() => {
          this.asking -= 1
        }),
      )
    }
  }

  /** As often as is due by the part of the messages that were asked for. */
  private pause(campaign: string, part: number): void {
    if (this.paused >= Math.floor(part * (this.options.pauses + 1))) return
    this.paused += 1
    const paused = this.stage.staff('campaign.pause', { campaign }).catch((error: unknown) => {
      // It has just finished.
      if (!(error instanceof Refused && error.code === 'CAMPAIGN_STATE')) throw error
    })
    this.asked.push(answered(paused))
  }

  /** Resumes it where staff paused it, or it paused by itself (a tenth of all answers is lost). */
  private async isFinished(campaign: string): Promise<boolean> {
    const { state } = await this.stage.staff('campaign.get', { campaign })
    if (state === 'paused') {
      await this.stage.staff('campaign.resume', { campaign })
      this.resumed += 1
    }
    return state === 'finished'
  }

  private async areDone(singles: readonly Delivery[]): Promise<boolean> {
    for (; this.singlesDone < singles.length; this.singlesDone += 1) {
      const next = singles[this.singlesDone]
      if (next && (await outcomeOf(this.stage, next)).outcome === 'waiting') return false
    }
    return true
  }

  private async outcomesOf(singles: readonly Delivery[]): Promise<Reported[]> {
    const all: Reported[] = []
    for (const single of singles) all.push(await outcomeOf(this.stage, single))
    return all
  }
}
