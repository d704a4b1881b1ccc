/** The page stack as a pure function: what each kind of navigation does to it, and what it refuses. */

export interface Entry<P> {
  /** Path from the project root, no leading slash. */
  path: string
  page: P
}

export interface Route {
  path: string
  query: Record<string, string>
}

export type Move =
  | { kind: 'navigateTo' | 'redirectTo' | 'reLaunch' | 'switchTab'; path: string }
  | { kind: 'navigateBack'; delta: number }

/** What a move does: pages to close (top first), then whether a new one opens or one that is there shows. */
export interface Plan<P> {
  close: Entry<P>[]
  keep: Entry<P>[]
  open: boolean
}

// WeChat refuses an eleventh page.
export const MAX_PAGES = 10

export class RouteRefused extends Error {
  override name = 'RouteRefused'
}

export interface Site {
  pages: readonly string[]
  tabs: readonly string[]
}

/** `cached` are tab pages that live on while another tab shows. */
export function planOf<P>(stack: Entry<P>[], cached: Entry<P>[], move: Move, site: Site): Plan<P> {
  if (move.kind === 'navigateBack') {
    if (stack.length < 2) throw new RouteRefused('cannot navigate back at first page')
    const keep = stack.slice(0, Math.max(1, stack.length - Math.max(1, move.delta)))
    return { close: stack.slice(keep.length).reverse(), keep, open: false }
  }
  if (!site.pages.includes(move.path)) throw new RouteRefused(`page "${move.path}" is not found`)
  const isTab = site.tabs.includes(move.path)
  if (move.kind === 'switchTab') {
    if (!isTab) throw new RouteRefused(`can not switch to no-tabBar page ${move.path}`)
    const [root, ...above] = stack
    const isRootTab = root !== undefined && site.tabs.includes(root.path)
    const close = [...(isRootTab ? above : stack)].reverse()
    const there = [...(isRootTab && root ? [root] : []), ...cached].find((entry) => entry.path === move.path)
    return { close, keep: there ? [there] : [], open: there === undefined }
  }
  if (move.kind === 'reLaunch') return { close: [...[...stack].reverse(), ...cached], keep: [], open: true }
  if (isTab) throw new RouteRefused(`can not ${move.kind} a tabbar page`)
  if (move.kind === 'redirectTo') return { close: stack.slice(-1), keep: stack.slice(0, -1), open: true }
  if (stack.length >= MAX_PAGES)
    throw new RouteRefused(`webview count limit exceed: ${MAX_PAGES} pages are open`)
  return { close: [], keep: stack, open: true }
}

/** An address as page code writes it, resolved against the page it is written in. */
export function routeOf(url: string, from: string): Route {
  const [address = '', search = ''] = url.split('?')
  const query: Record<string, string> = {}
  for (const pair of search.split('&')) {
    const at = pair.indexOf('=')
    const key = at < 0 ? pair : pair.slice(0, at)
    // A phone hands the value to onLoad as it was written, still encoded.
    if (key) query[key] = at < 0 ? '' : pair.slice(at + 1)
  }
  return { path: resolvePath(address.replace(/\.html$/, ''), from), query }
}

/** `../b/b` in the file `pages/a/a` is `pages/b/b`. */
export function resolvePath(address: string, from: string): string {
  if (address.startsWith('/')) return address.slice(1)
  const parts = from.split('/').slice(0, -1)
  for (const part of address.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
