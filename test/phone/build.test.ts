import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { BuildError, type Fault } from '../../emulator/phone/build/fault'
import { buildMiniprogram, MiniprogramCache } from '../../emulator/phone/build/miniprogram'
import { themedCss } from '../../emulator/phone/build/styles'

const FIXTURE = path.join(__dirname, '../fixtures/miniprogram')
let dir: string

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'phone-build-'))
  cpSync(FIXTURE, dir, { recursive: true })
})
afterEach(() => rmSync(dir, { recursive: true }))

const change = (file: string, edit: (source: string) => string): void => {
  const full = path.join(dir, file)
  writeFileSync(full, edit(readFileSync(full, 'utf8')))
}

async function faultsOf(): Promise<Fault[]> {
  try {
    await buildMiniprogram(dir)
    return []
  } catch (error) {
    if (error instanceof BuildError) return error.faults
    throw error
  }
}

test.each<[string, string, (source: string) => string, Partial<Fault>]>([
  [
    'an unclosed tag',
    'pages/home/home.wxml',
    (s) => `<view>\n<text>\n${s}`,
    { line: 1, message: 'missing end tag' },
  ],
  ['a wrong expression', 'pages/detail/detail.wxml', () => '<view/>\n<view>{{a b}}</view>', { line: 2 }],
  ['wx:else without wx:if', 'pages/detail/detail.wxml', () => '<view wx:else>x</view>', { line: 1 }],
  ['a script that is no TypeScript', 'pages/home/home.ts', () => 'Page({\n data: {,}\n})', { line: 2 }],
  [
    'an inline WXS that is no script',
    'pages/detail/detail.wxml',
    () => '<view/>\n<wxs module="m">\nvar a = ;\n</wxs>',
    { line: 3 },
  ],
  ['a WXS file that is no script', 'shared/count.wxs', () => 'module.exports = {\n a: ,\n}', { line: 2 }],
  ['a style sheet that is none', 'pages/home/home.wxss', () => '.a {\n color: red;\n', { line: 1 }],
  ['JSON with a comma too many', 'pages/forms/forms.json', () => '{\n  "a": 1,\n}', { line: 3 }],
])('%s is named with file and line', async (_, file, edit, fault) => {
  change(file, edit)
  expect(await faultsOf()).toContainEqual(expect.objectContaining({ file, ...fault }))
})

test.each<[string, string, (source: string) => string, RegExp]>([
  [
    'a page without files',
    'app.json',
    (s) => s.replace('pages/detail/detail', 'pages/gone/gone'),
    /pages\/gone\/gone/,
  ],
  [
    'a component that is not there',
    'pages/home/home.json',
    (s) => s.replace('panel-card"\n', '').replace('panel-card/panel-card"', 'x/x"'),
    /no component/,
  ],
  [
    'a template that is not there',
    'pages/home/home.wxml',
    (s) => s.replace('rows.wxml', 'none.wxml'),
    /none\.wxml/,
  ],
  ['one tab', 'app.json', (s) => s.replace(/,\s*\{ "pagePath": "pages\/forms[^}]*\}/, ''), /at least 2 tabs/],
  ['code from outside the project', 'app.ts', (s) => `import '../outside'\n${s}`, /outside the Mini Program/],
  ['a package that was not built', 'app.ts', (s) => `import 'left-pad'\n${s}`, /miniprogram_npm/],
])('%s stops the build in words', async (_, file, edit, words) => {
  change(file, edit)
  expect((await faultsOf()).map((fault) => fault.message).join('\n')).toMatch(words)
})

test('all faults of a project are told at once', async () => {
  change('pages/home/home.ts', () => 'Page({')
  change('pages/home/home.wxss', () => '.a {')
  change('pages/detail/detail.wxml', () => '<view>')
  const files = (await faultsOf()).map((fault) => fault.file)
  expect(files).toEqual(
    expect.arrayContaining(['pages/home/home.ts', 'pages/home/home.wxss', 'pages/detail/detail.wxml']),
  )
})

test('a changed file is built again at the next request, an unchanged one is not', async () => {
  const lines: string[] = []
  const cache = new MiniprogramCache(dir, (line) => lines.push(line))
  const first = await cache.current()
  expect(await cache.current()).toBe(first)
  change('pages/home/home.ts', (source) => source.replace('你好，鸿雁', '改过了'))
  utimesSync(path.join(dir, 'pages/home/home.ts'), new Date(), new Date(Date.now() + 5000))
  const second = await cache.current()
  expect(second.js).toContain('改过了')
})

test('a broken file is logged, and correcting it is enough', async () => {
  const lines: string[] = []
  const cache = new MiniprogramCache(dir, (line) => lines.push(line))
  const good = readFileSync(path.join(dir, 'pages/home/home.ts'), 'utf8')
  change('pages/home/home.ts', () => 'Page({')
  await expect(cache.current()).rejects.toThrow(BuildError)
  expect(lines.join('\n')).toContain('pages/home/home.ts:1')
  change('pages/home/home.ts', () => good)
  utimesSync(path.join(dir, 'pages/home/home.ts'), new Date(), new Date(Date.now() + 5000))
  expect((await cache.current()).js).toContain('你好，鸿雁')
})

test('style sheets are scoped, in pixels of the screen, and follow a forced theme', async () => {
  const { css } = await buildMiniprogram(dir)
  expect(css).toContain('@scope ([data-page="pages/home/home"])')
  expect(css).toMatch(/\[wx-host="c\d+"\]/)
  expect(css).toContain('font-size: 5.33333vw')
  expect(css).toContain('calc(2 * var(--vh))')
  expect(themedCss(css, 'dark')).not.toContain('prefers-color-scheme')
})

test('a local file in url() is warned about, since a phone does not show it', async () => {
  change('app.wxss', (source) => `${source}\n.x { background: url(/images/dot.png) }`)
  const { warnings } = await buildMiniprogram(dir)
  expect(warnings.map((warning) => warning.message).join()).toContain('/images/dot.png')
})

test('an icon that is named by the theme is looked for in both themes', async () => {
  change('app.json', (json) => json.replace('"text": "首页"', '"text": "首页", "iconPath": "@home"'))
  change('theme.json', (json) => json.replaceAll('"bar":', '"home": "images/none.png", "bar":'))
  expect((await faultsOf()).map(({ message }) => message)).toContain(
    'tabBar names the icon images/none.png, which is missing',
  )
  mkdirSync(path.join(dir, 'images'), { recursive: true })
  writeFileSync(path.join(dir, 'images/none.png'), '')
  expect(await faultsOf()).toEqual([])
})

test.each(['.title[disabled]', '#title', '.card text'])(
  '%s in a component is warned about, since a phone may not follow it',
  async (selector) => {
    const file = 'components/panel-card/panel-card.wxss'
    change(file, (source) => `${source}\n${selector} { color: red }`)
    const { warnings } = await buildMiniprogram(dir)
    expect(warnings).toContainEqual(
      expect.objectContaining({ file, message: expect.stringContaining('classes only') }),
    )
  },
)
