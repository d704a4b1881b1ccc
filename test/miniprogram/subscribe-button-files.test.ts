/** docs/subscribe-button.md tells which files to copy: they are all that the button needs, and none too many. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { buildMiniprogram } from '../../emulator/phone/build/miniprogram'

const root = join(__dirname, '..', '..')
const miniprogram = join(root, 'miniprogram')

/** The lines `folder/   file file` of the page. */
function told(): string[] {
  const lines = readFileSync(join(root, 'docs/subscribe-button.md'), 'utf8').split('\n')
  return lines
    .filter((line) => /^[\w-]+\/\S* {2,}\w/.test(line))
    .flatMap((line) => {
      const [folder = '', ...files] = line.split(/\s+/)
      return files.map((file) => folder + file)
    })
}

/** What a file of the Mini Program uses: imports of more than types, and components. */
function usedBy(file: string): string[] {
  const text = readFileSync(join(miniprogram, file), 'utf8')
  const beside = (name: string) => posix.join(posix.dirname(file), name)
  if (file.endsWith('.ts'))
    return [...text.matchAll(/^import (?!type )[\s\S]*?from '(\.[^']*)'/gm)].map(
      ([, name = '']) => `${beside(name)}.ts`,
    )
  if (!file.endsWith('.json')) return []
  const { usingComponents = {} } = JSON.parse(text) as { usingComponents?: Record<string, string> }
  return Object.values(usingComponents).flatMap((name) => componentFiles(beside(name)))
}

const componentFiles = (id: string) => ['json', 'ts', 'wxml', 'wxss'].map((type) => `${id}.${type}`)

function needed(): Set<string> {
  const found = new Set<string>()
  const waiting = componentFiles('components/subscribe-button/subscribe-button')
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue
    found.add(file)
    waiting.push(...usedBy(file))
  }
  return found
}

test('the list is what the button uses', () => {
  expect(told().sort()).toEqual([...needed()].sort())
  expect(told().filter((file) => !existsSync(join(miniprogram, file)))).toEqual([])
})

test('a Mini Program with these files alone is built without a warning', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'subscribe-button-'))
  try {
    for (const file of told()) {
      mkdirSync(join(folder, dirname(file)), { recursive: true })
      cpSync(join(miniprogram, file), join(folder, file))
    }
    mkdirSync(join(folder, 'pages/shop'), { recursive: true })
    const component = '/components/subscribe-button/subscribe-button'
    const files = {
      'app.json': '{ "pages": ["pages/shop/shop"] }',
      'app.ts': 'App({ onLaunch() { wx.cloud.init() } })',
      'pages/shop/shop.json': `{ "usingComponents": { "subscribe-button": "${component}" } }`,
      'pages/shop/shop.ts': 'Page({ onAccept() {} })',
      'pages/shop/shop.wxml': '<subscribe-button scene="class" bind:accept="onAccept" />',
    }
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
    expect((await buildMiniprogram(folder)).warnings).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
