import { MAX_PAGES, planOf, resolvePath, routeOf, type Entry } from '../../emulator/phone/runtime/page-stack'

const site = { pages: ['a', 'b', 'c', 't1', 't2'], tabs: ['t1', 't2'] }
const stackOf = (...paths: string[]): Entry<string>[] =>
  paths.map((path, index) => ({ path, page: `${path}${index}` }))
const paths = (entries: Entry<string>[]) => entries.map((entry) => entry.path)

test('navigateTo keeps what is below', () => {
  const plan = planOf(stackOf('t1', 'a'), [], { kind: 'navigateTo', path: 'b' }, site)
  expect({ ...plan, keep: paths(plan.keep) }).toEqual({ close: [], keep: ['t1', 'a'], open: true })
})

test('navigateBack closes from the top and never the first page', () => {
  const plan = planOf(stackOf('t1', 'a', 'b'), [], { kind: 'navigateBack', delta: 9 }, site)
  expect(paths(plan.close)).toEqual(['b', 'a'])
  expect(paths(plan.keep)).toEqual(['t1'])
})

test('switchTab closes pages above the tab and keeps the other tab for later', () => {
  const stack = stackOf('t1', 'a')
  const plan = planOf(stack, stackOf('t2'), { kind: 'switchTab', path: 't2' }, site)
  expect(paths(plan.close)).toEqual(['a'])
  expect(paths(plan.keep)).toEqual(['t2'])
  expect(plan.open).toBe(false)
})

test('reLaunch closes everything, tabs in the background too', () => {
  const plan = planOf(stackOf('t1', 'a'), stackOf('t2'), { kind: 'reLaunch', path: 'c' }, site)
  expect(paths(plan.close)).toEqual(['a', 't1', 't2'])
  expect(plan.open).toBe(true)
})

test.each([
  [{ kind: 'navigateTo', path: 'nowhere' } as const, stackOf('t1'), /not found/],
  [{ kind: 'navigateTo', path: 't2' } as const, stackOf('t1'), /tabbar page/],
  [{ kind: 'redirectTo', path: 't2' } as const, stackOf('t1'), /tabbar page/],
  [{ kind: 'switchTab', path: 'a' } as const, stackOf('t1'), /no-tabBar page/],
  [{ kind: 'navigateBack', delta: 1 } as const, stackOf('t1'), /first page/],
  [{ kind: 'navigateTo', path: 'a' } as const, stackOf(...Array<string>(MAX_PAGES).fill('b')), /limit/],
])('%o is refused in words', (move, stack, words) => {
  expect(() => planOf(stack, [], move, site)).toThrow(words)
})

test('an address is resolved from the page it is written in, its query left as written', () => {
  expect(routeOf('../b/b?x=%E4%BD%A0&y=', 'pages/a/a')).toEqual({
    path: 'pages/b/b',
    query: { x: '%E4%BD%A0', y: '' },
  })
  expect(routeOf('/pages/c/c', 'pages/a/a').path).toBe('pages/c/c')
  expect(resolvePath('./d', 'pages/a/a')).toBe('pages/a/d')
})
