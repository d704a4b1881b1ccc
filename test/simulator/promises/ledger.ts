/** What holds at every write of a quota. */
import type { Quota } from '../../../core/subscription/quotas'
import type { Check } from './pages'

const news = (was: readonly string[] | undefined, is: readonly string[]) =>
  is.filter((id) => !was?.includes(id))

const isTwice = (ids: readonly string[]) => ids.length > 1 && new Set(ids).size !== ids.length

export const ofQuotas: Record<string, Check<Quota>> = {
  'no quota is below nothing, and grants only grow': ({ was, is }) => {
    if (is.left < 0) return `${is._id} has ${is.left} left`
    return was && is.granted < was.granted ? `${is._id} lost grants` : undefined
  },

  'nobody has more grants than they tapped, however often a tap is told': ({ was, is }, books) => {
    // What a person tapped only grows.
    if (is.granted === was?.granted) return undefined
    const tapped = books.tapped(is.openid, is.template)
    return is.granted <= tapped ? undefined : `${is._id} has ${is.granted} of ${tapped}`
  },

  'evidence is written once: no page spends, returns or revokes twice, no prompt grants twice': ({
    was,
    is,
  }) => {
    const isTwiceIn = (list: 'spent' | 'returned' | 'revoked') =>
      is[list] !== was?.[list] && isTwice(is[list])
    const isPromptTwice = is.prompts !== was?.prompts && isTwice(is.prompts.map(({ id }) => id))
    return isPromptTwice || isTwiceIn('spent') || isTwiceIn('returned') || isTwiceIn('revoked')
      ? is._id
      : undefined
  },

  'only what was spent comes back': ({ was, is }) => {
    if (is.returned === was?.returned) return undefined
    const stray = news(was?.returned, is.returned).find((page) => !is.spent.includes(page))
    return stray && `${is._id}: ${stray}`
  },

  'who spends is in the page that it is for': ({ was, is }, books) => {
    if (!was || is.spent === was.spent) return undefined
    const stray = news(was.spent, is.spent).find((id) => {
      const page = books.kept.pages.get(id)
      const place = page?.people[is.openid]
      return !page || place === undefined || place >= page.size
    })
    return stray && `${is._id}: ${stray}`
  },

  'nobody pays twice for one campaign': ({ was, is }) => {
    if (is.spent === was?.spent || is.spent.length < 2) return undefined
    const paid = is.spent.filter(
      (page) => !is.returned.includes(page) && !page.startsWith('send:') && !page.startsWith('reminder:'),
    )
    const campaigns = paid.map((page) => page.slice(0, page.indexOf(':')))
    return isTwice(campaigns) ? `${is._id}: ${paid.join(' ')}` : undefined
  },

  'left = granted − spent + returned − revoked': ({ is }, books) => {
    const { granted = 0, spent = 0, returned = 0, revoked = 0 } = books.evidence.get(is._id) ?? {}
    const isOneTime = books.isOneTime(is.template)
    const expected = granted - (isOneTime ? spent - returned : 0) - revoked
    return is.left === expected ? undefined : `${is._id}: left ${is.left}, by the evidence ${expected}`
  },
}
