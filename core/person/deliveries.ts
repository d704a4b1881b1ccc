/** Everything that was sent to one person, and what became of it. */
import { retryId } from '../campaign/campaign'
import type { Openid, Outputs, SkipReason } from '../contract'
import { FIELDS, msgidsOf, rowOf } from '../campaign/deliveries'
import { type Code, outcomeOf } from '../delivery/outcomes'
import { codesOf, type Page } from '../delivery/page'
import { oneOf, type Ports } from '../ports'
import { quotasOf } from '../subscription/quotas'
import type { Lang } from '../sentences'

/** Pages read together for one person: everybody's codes come with each. */
const PAGES_OF_PERSON = 20

/** What became of one person on a page. */
export interface PersonDelivery {
  page: Page
  /** Their place; absent where an old page only counts those who got the message, or where they were left out. */
  place?: number
  code: Code
}

/** Pages by id, as far as one person is concerned. */
async function pagesFor(
  { store }: Pick<Ports, 'store'>,
  openid: Openid,
  ids: readonly string[],
): Promise<Page[]> {
  const others = FIELDS.filter((field) => field !== 'people')
  const fields = [`people.${openid}`, ...others, 'languages', 'source', 'openedAt', 'revision', 'reduced']
  const pages: Page[] = []
  for (let at = 0; at < ids.length; at += PAGES_OF_PERSON) {
    const some = ids.slice(at, at + PAGES_OF_PERSON)
    pages.push(
      ...(await store.find<Page>('pages', { where: { _id: oneOf(some) }, limit: some.length, fields })),
    )
  }
  return pages
}

const leftOut = ({ skipped }: Page, openid: Openid): SkipReason | undefined =>
  (Object.keys(skipped) as SkipReason[]).find((reason) => skipped[reason]?.includes(openid))

/** What became of the person in the end: who was put off is followed to the page that tried them again. */
async function endingOf(
  ports: Pick<Ports, 'store'>,
  openid: Openid,
  known: ReadonlyMap<string, Page>,
  first: Page,
): Promise<PersonDelivery | null> {
  let page = first
  for (;;) {
    const place = page.people?.[openid]
    if (place === undefined) {
      // An old page names only those who did not get it.
      if (page.reduced !== undefined) return { page, code: 0 }
      const code = leftOut(page, openid)
      return code === undefined ? null : { page, code }
    }
    const group = page.later.findIndex(({ places }) => places.includes(place))
    if (group < 0) return { page, place, code: codesOf(page).get(place) ?? 'waiting' }
    const id = retryId(page._id, group)
    const next = known.get(id) ?? (await pagesFor(ports, openid, [id]))[0]
    if (!next) return { page, place, code: 'waiting' }
    page = next
  }
}

/**
 * Everything that was sent to this person, or tried, newest first: by the pages that spent a grant, of which each quota
 * remembers the last 20. Two calls for up to 20 pages, and one more for a try that spent nothing.
 */
export async function pagesOfPerson(ports: Pick<Ports, 'store'>, openid: Openid): Promise<PersonDelivery[]> {
  const quotas = await quotasOf(ports, openid)
  const pages = await pagesFor(ports, openid, [...new Set(quotas.flatMap(({ spent }) => spent))])
  const known = new Map(pages.map((page) => [page._id, page]))
  const found = new Map<string, PersonDelivery>()
  for (const page of pages) {
    const ending = await endingOf(ports, openid, known, page)
    if (ending) found.set(ending.page._id, ending)
  }
  return [...found.values()].sort((a, b) => timeOf(b.page) - timeOf(a.page))
}

const timeOf = ({ closedAt, openedAt }: Page) => closedAt ?? openedAt

export async function deliveriesTo(
  ports: Pick<Ports, 'store'>,
  openid: Openid,
  lang: Lang,
): Promise<Outputs['person.deliveries']> {
  const found = await pagesOfPerson(ports, openid)
  return {
    deliveries: found.map(({ page, place, code }) =>
      rowOf(
        page,
        { openid, outcome: outcomeOf(code), code, ...(place !== undefined && { place }) },
        msgidsOf(page).get(place ?? -1),
        lang,
      ),
    ),
  }
}
