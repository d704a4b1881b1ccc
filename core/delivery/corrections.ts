/** What turns out later about a delivery in doubt: the word of a holder that was too slow, or a receipt. */
import type { Code } from './outcomes'
import { type Origin, type Page, payerOf, peopleOf } from './page'
import { gt, type Ports } from '../ports'
import { correctCount } from '../campaign/progress'
import { giveBack } from '../subscription/quotas'
import { correctItem } from './items'
import { reminders } from '../reminder/reminder'
import { sends } from './sends'
import { grantOf, spenderOf } from './settlement'

type Needs = Pick<Ports, 'store' | 'clock'>

/** How each source learns of it. Repeatable. */
const correctors: Record<Origin, (ports: Needs, page: Page, place: number, code: Code) => Promise<void>> = {
  send: (ports, ...told) => correctItem(ports, sends, ...told),
  reminder: (ports, ...told) => correctItem(ports, reminders, ...told),
  campaign: async (ports, page, place, code) => void (await correctCount(ports, page, place, code)),
}

/** Grants and the source follow what the page says. Repeatable. */
async function follow(ports: Needs, page: Page, place: number, code: Code): Promise<void> {
  const openid = peopleOf(page)[place]
  if (openid !== undefined && place < page.size && grantOf({ code }) === 'return')
    await giveBack(ports, { ...page, _id: spenderOf(page, place) }, [payerOf(page, openid, place)])
  await correctors[page.source](ports, page, place, code)
}

/** More codes than a page can have. */
const CODES = 200

/** Written on the page once; the rest follows it, also when it is told again. True where it stands. */
export async function correct(ports: Needs, page: Page, place: number, code: Code): Promise<boolean> {
  const key = `late.${place}`
  const known = page.late[place]
  if (known !== undefined && known !== code) return false
  // Equal to null is what a field is that is not there. A page that quotas have taken over stands (core/subscription/books.ts).
  const where = { _id: page._id, [key]: null, booked: null }
  const change = {
    set: { [key]: code, lateAt: ports.clock.now() },
    push: { has: { value: String(code), keep: CODES } },
  }
  if (known === undefined && (await ports.store.update('pages', where, change)) === 0) return false
  await follow(ports, page, place, code)
  return true
}

/** Pages looked at by one scan. */
const MOST = 100
/** Whoever corrected it has long done the rest, or died. */
const DONE_MS = 60_000

/** Does what a corrector left undone when it died. Three reads and writes for each page that was corrected. */
export async function completeCorrections(ports: Needs): Promise<void> {
  const pages = await ports.store.find<Page>('pages', { where: { lateAt: gt(0) }, limit: MOST })
  const before = ports.clock.now() - DONE_MS
  for (const page of pages.filter(({ lateAt }) => lateAt <= before)) {
    for (const [place, code] of Object.entries(page.late)) await follow(ports, page, Number(place), code)
    // One that was corrected meanwhile is looked at again.
    await ports.store.update('pages', { _id: page._id, lateAt: page.lateAt }, { set: { lateAt: 0 } })
  }
}
