/** What pages of docs/ name is there: files, headings, actions, variables, collections, folders. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { collections } from '../../core/collections'
import { rights } from '../../core/roles'

const root = join(__dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const under = (folder: string, type: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => type.test(file))
    .map((file) => join(folder, file))

const pages = ['README.md', ...under('docs', /\.md$/)]
/** Of WeChat and its SDKs they tell, not of us. */
const ours = pages.filter((page) => !page.startsWith(join('docs', 'facts')))

/** A heading as a link names it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

/** Links of a page that lead nowhere. Code is not looked at. */
function broken(page: string): string[] {
  const text = read(page).replaceAll(/^```[\s\S]*?^```|`[^`\n]*`/gm, (code) =>
    code.startsWith('```') ? '' : 'code',
  )
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^\w+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      if (!existsSync(resolve(root, file))) return true
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor)
    })
}

test.each(pages)('every link leads somewhere: %s', (page) => {
  expect(broken(page)).toEqual([])
})

test('every page can be reached from the README', () => {
  const linked = new Set<string>()
  const waiting = ['README.md']
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    if (linked.has(page)) continue
    linked.add(page)
    for (const [, link = ''] of read(page).matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)) {
      const file = join(dirname(page), link)
      waiting.push(...pages.filter((one) => one === file || dirname(one) === file))
    }
  }
  expect(pages.filter((page) => !linked.has(page))).toEqual([])
})

test('every action that a page names is one', () => {
  const areas = new Set(Object.keys(rights).map((action) => action.split('.')[0]))
  const named = ours.flatMap((page) =>
    [...read(page).matchAll(/(?:`|"action":"|action: ')([a-zA-Z]+(?:\.[a-zA-Z]+)+)['"`]/g)].map(
      ([, name = '']) => name,
    ),
  )
  const isOurs = (name: string) => areas.has(name.split('.')[0] ?? '') && !/\.(ts|md|json)$/.test(name)
  expect(named.filter(isOurs).length).toBeGreaterThan(40)
  expect(named.filter(isOurs).filter((name) => !(name in rights))).toEqual([])
})

test('every variable of the functions is told by deploy.md or standalone.md, and no other', () => {
  const variablesIn = (text: string) => new Set(text.match(/HONGYAN_[A-Z_]*[A-Z]/g) ?? [])
  const code = ['core', 'adapters', 'cloudfunctions'].flatMap((folder) => under(folder, /\.ts$/)).map(read)
  const pagesOfThem = variablesIn(read('docs/deploy.md') + read('docs/standalone.md'))
  expect([...variablesIn(code.join('\n'))].filter((name) => !pagesOfThem.has(name))).toEqual([])
  const known = variablesIn(
    [...code, ...under('cli', /\.ts$/).map(read), ...under('test', /\.ts$/).map(read)].join('\n'),
  )
  expect([...variablesIn(ours.map(read).join('\n'))].filter((name) => !known.has(name))).toEqual([])
})

describe('design.md', () => {
  const design = read('docs/design.md')

  test('its table of data has every collection, and no other', () => {
    const [, data = ''] = design.split('\n## 4. Data\n')
    const rows = data.split('\n## ', 1)[0]?.match(/^\| `.+?` \|/gm) ?? []
    const named = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
    expect(named.sort()).toEqual(Object.keys(collections).sort())
  })

  test.each(['core', 'adapters', 'cloudfunctions'])(
    'its list of folders has every folder of %s',
    (folder) => {
      const [, list = ''] = /^## 1\.[\s\S]*?^```\n([\s\S]*?)^```/m.exec(design) ?? []
      const folders = readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
      expect(folders.filter((name) => !new RegExp(`\\b${name}\\b`).test(list))).toEqual([])
    },
  )
})
