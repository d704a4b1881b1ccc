/** Processes that are held up in the middle of what they do, so that another comes between. */
import type { Page } from '../../core/delivery/page'
import type { Store } from '../../core/ports'
import { created, openidsOf, subscribe } from './campaign'
import { as, dataOf, given, type Given, wrapped } from './service'

/** Longer than a lease and the time that a taker-over waits on top of it. */
export const TAKEN_OVER_MS = 60_000

export interface Gate {
  /** Resolves when somebody stands before it. */
  reached: Promise<void>
  /** Lets go on whoever stands before it, and all who come. */
  release(): void
  /** Stands before it. */
  pass(): Promise<void>
}

function gate(): Gate {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let reach: () => void = () => undefined
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  return {
    reached,
    release: () => release(),
    pass() {
      reach()
      return released
    },
  }
}

export type Held = Pick<Gate, 'reached' | 'release'> & { store: Store }

/** A store that holds up one call, before its effect: the first of this name for which `isIt` holds. */
export function heldAt(store: Store, name: string, isIt: () => boolean = () => true): Held {
  const { reached, release, pass } = gate()
  let isOver = false
  const held = wrapped(store, async (call, make) => {
    if (!isOver && call === name && isIt()) {
      isOver = true
      await pass()
    }
    return make()
  })
  return { store: held, reached, release }
}

/** WeChat keeps so many answers to itself until it is let go; `reached` when it was asked so often. */
export function heldAnswers({ wechat }: Given, count: number): Pick<Gate, 'reached' | 'release'> {
  const { reached, release, pass } = gate()
  const last = gate()
  const send = wechat.send.bind(wechat)
  let asked = 0
  wechat.send = async (message) => {
    asked += 1
    const at = asked
    const answer = await send(message)
    if (at === count) void last.pass()
    if (at <= count) await pass()
    return answer
  }
  return { reached: reached.then(() => last.reached), release }
}

/** A tick whose messages are under way when it is taken for dead; they are answered when another has settled them. */
export async function answeredLate(world: Given, messages: number): Promise<void> {
  const answers = heldAnswers(world, messages)
  const first = world.tick()
  await answers.reached
  world.clock.advance(TAKEN_OVER_MS)
  dataOf(await world.tick())
  answers.release()
  dataOf(await first)
}

interface Running {
  env?: Record<string, string>
  /** Prompts that each has accepted. */
  times?: number
  over?: Parameters<typeof created>[1]
}

/** One lane with a campaign that runs; nothing has been sent yet. */
export async function running(people: number, { env = {}, times = 1, over = {} }: Running = {}) {
  const world = given({ env: { HONGYAN_LANES: '1', ...env } })
  const openids = openidsOf(people)
  await subscribe(world, openids, times)
  const { campaign } = await created(world, over)
  dataOf(await world.call('campaign.start', { campaign }, as.owner))
  return { world, openids, campaign }
}

/** Who got messages, as often as they came. */
export const got = ({ wechat }: Given) => wechat.delivered.map(({ openid }) => openid).sort()

export const pagesOf = ({ store }: Given) => store.documents<Page>('pages')

/** The only page there is. */
export function onlyPage(world: Given): Page {
  const [page, ...others] = pagesOf(world)
  if (page && others.length === 0) return page
  throw new Error(`there are ${pagesOf(world).length} pages, not one`)
}
