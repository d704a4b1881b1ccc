/** What holds at every write of a page. */
import { type Code, outcomeOf } from '../../../core/delivery/outcomes'
import type { Page } from '../../../core/delivery/page'
import { quotaId } from '../../../core/subscription/quotas'
import { type Books, unsettled, type Written } from '../books'
import { laneFor } from '../people'

export type Check<T> = (written: Written<T>, books: Books) => string | undefined

type Placed = readonly [place: number, code: Code][]

const NONE: Placed = []

/** Codes that this write brought. */
function fresh(written: Written<Page>, books: Books): Placed {
  const { was, is } = written
  if (is.codes === was?.codes && is.late === was.late) return NONE
  const known = books.brought.get(written)
  if (known) return known
  const found: [number, Code][] = []
  const add = (codes: { [place: string]: Code }, known: { [place: string]: Code } = {}) => {
    for (const [place, code] of Object.entries(codes))
      if (known[place] === undefined) found.push([Number(place), code])
  }
  for (const [step, codes] of Object.entries(is.codes))
    if (codes !== was?.codes[step]) add(codes, was?.codes[step])
  if (is.late !== was?.late) add(is.late, was?.late)
  books.brought.set(written, found)
  return found
}

/** How many messages of one invocation can be in doubt. */
const doubtful = ({ settings: { window, parallel } }: Books) => Math.min(window, parallel)

const placesLater = ({ later }: Page) => later.flatMap(({ places }) => places)

/** Fields of a page that change with a doubt that is cleared up: `has` names its new code. */
const ofDoubt = ['late', 'lateAt', 'has']

export const ofPages: Record<string, Check<Page>> = {
  'each person is in a page once, each at a place of their own': ({ was, is }) => {
    if (was) return was.people === is.people ? undefined : `${is._id} has other people`
    const places = Object.values(is.people)
    return new Set(places).size === places.length && places.every((place) => place < places.length)
      ? undefined
      : `${is._id}: places ${places.join(' ')}`
  },

  'steps come one after another, and what they wrote stays': ({ was, is }) => {
    if (!was) return is.step === 0 && is.announced === 0 ? undefined : `${is._id} begins at step ${is.step}`
    const wentBack = is.fence < was.fence || is.announced < was.announced || is.announced > is.size
    if (wentBack || (is.step !== was.step && is.step !== was.step + 1))
      return `${is._id}: fence ${was.fence}→${is.fence}, step ${was.step}→${is.step}, announced ${was.announced}→${is.announced}`
    if (is.step === was.step && (is.announced !== was.announced || is.state !== was.state))
      return `${is._id} moved without a step`
    if (is.codes === was.codes) return undefined
    for (const step in was.codes)
      if (is.codes[step] !== was.codes[step]) return `${is._id}: the codes of ${step} were changed`
    return undefined
  },

  'a place is settled once, unless it was only held back': ({ was, is }) => {
    if (is.codes === was?.codes) return undefined
    const settled: boolean[] = []
    for (const step in is.codes) {
      const codes = is.codes[step]
      for (const place in codes) {
        if (codes[place] === 'held') continue
        if (settled[Number(place)]) return `${is._id}: place ${place}`
        settled[Number(place)] = true
      }
    }
    return undefined
  },

  'a page that is closed stays as it is, but for doubt': ({ was, is }) => {
    if (was?.state !== 'closed') return undefined
    const changed = Object.keys(is).find((field) => !ofDoubt.includes(field) && is[field] !== was[field])
    return changed === undefined ? undefined : `${is._id}: ${changed}`
  },

  'only the holder of a lane steps its pages': ({ was, is, by }, books) =>
    is.step === (was?.step ?? 0) || books.holder(is.lane, is.fence) === by
      ? undefined
      : `${is._id} at step ${is.step} by another than the holder of fence ${is.fence}`,

  // A page that its claimer inserted too late may lie open beside it, until a scan finds it.
  'a holder announces one page of its lane at a time': ({ was, is }, books) => {
    if (is.announced === (was?.announced ?? 0)) return undefined
    for (const page of books.open.values())
      if (
        page._id !== is._id &&
        page.lane === is.lane &&
        page.fence === is.fence &&
        unsettled(page).length > 0
      )
        return `${is._id} beside ${page._id}`
    return undefined
  },

  'never more than the window is announced and not settled, of one page or of one invocation': (
    { was, is, by },
    books,
  ) => {
    if (is.announced === (was?.announced ?? 0)) return undefined
    const most = doubtful(books)
    let all = 0
    for (const page of books.open.values())
      for (const place of unsettled(page)) if (books.announcer(page, place) === by) all += 1
    return all <= most ? undefined : `${is._id}: ${all} of ${most}`
  },

  'nothing is announced after a pause, a cancellation or a stop was acknowledged': ({ was, is }, books) => {
    if (is.announced === (was?.announced ?? 0)) return undefined
    if (books.isStopped) return `${is._id} after the stop of everything`
    return is.campaign !== undefined && books.acknowledged.has(is.campaign)
      ? `${is._id} after its campaign was paused`
      : undefined
  },

  'what is said to be sent was delivered, and what is said not to be was not': (written, books) => {
    const wrong = fresh(written, books).find(([place, code]) => {
      const outcome = outcomeOf(code)
      if (outcome === 'unknown') return false
      const { is } = written
      const trail = books.wechat.trail(books.markOf(is, place), books.openidAt(is, place))
      return (outcome === 'sent') !== (trail?.delivered ?? 0) > 0
    })
    return wrong && `${written.is._id}: ${books.openidAt(written.is, wrong[0])} has ${wrong[1]}`
  },

  'each doubt has a cause: an answer that was lost, or an invocation that was interrupted, and no more of it than its window':
    (written, books) => {
      const { is } = written
      for (const [place, code] of fresh(written, books)) {
        if (outcomeOf(code) !== 'unknown') continue
        if (code !== 'died') {
          const trail = books.wechat.trail(books.markOf(is, place), books.openidAt(is, place))
          if (!trail?.isDoubtful)
            return `${is._id}: ${books.openidAt(is, place)} has ${code} without a lost answer`
          continue
        }
        const announcer = books.announcer(is, place)
        if (!announcer?.isInterrupted) return `${is._id}: place ${place} died and nothing was interrupted`
        announcer.doubts += 1
        if (announcer.doubts > doubtful(books))
          return `${is._id}: ${announcer.doubts} in doubt by one invocation, at most ${doubtful(books)}`
      }
      return undefined
    },

  'who is left out for want of a grant had none while the page was open': (written, books) => {
    const { is } = written
    for (const [place, code] of fresh(written, books)) {
      if (code !== 'no-grant') continue
      const openid = books.openidAt(is, place)
      const id = quotaId(is.template, laneFor(openid, books.settings.lanes), openid)
      const hasMoved = (books.movedAt.get(id) ?? 0) >= (books.claimedAt.get(is._id) ?? 0)
      if ((books.kept.quotas.get(id)?.left ?? 0) > 0 && !hasMoved) return `${is._id}: ${openid} has one`
    }
    return undefined
  },

  'a page ends when everybody in it has a code or is put off': ({ was, is }) => {
    if (is.state === 'open' || was?.state === is.state) return undefined
    const later = placesLater(is)
    const ended = new Set(later)
    const twice = ended.size === later.length ? [] : later.filter((place, at) => later.indexOf(place) !== at)
    for (const codes of Object.values(is.codes)) for (const place in codes) ended.add(Number(place))
    const missing = Object.values(is.people).filter((place) => !ended.has(place))
    if (twice.length > 0) return `${is._id}: put off twice: ${twice.join(' ')}`
    return missing.length === 0 ? undefined : `${is._id}: nothing is known of ${missing.join(' ')}`
  },
}
