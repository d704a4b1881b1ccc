/** Languages are complete: nothing is said outside the words, every word is in both languages, and none is left over. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Catalogue } from '../../core/template/catalogue'
import { templates } from '../../templates'

const root = join(__dirname, '..', '..', 'miniprogram')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const isWords = (file: string) => file.endsWith('words.ts') || /^words[/\\](?!language)/.test(file)

interface Words {
  zh: Record<string, unknown>
  en: Record<string, unknown>
}
const tables = files.filter(isWords).map((file): [string, Words] => {
  const { words } = require(join(root, file)) as { words: Words }
  return [file, words]
})

/** Each word with its path: `scenes.order`. */
function flat(words: Record<string, unknown>, above = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string'
        ? [[`${above}${key}`, value]]
        : [...flat(value as Record<string, unknown>, `${above}${key}.`)],
    ),
  )
}
const han = /\p{Script=Han}/u
const slotsOf = (text: string | undefined) => (text?.match(/\{\w+\}/g) ?? []).sort()

test('there are words to look at', () => expect(tables.length).toBeGreaterThan(5))

test.each(tables)('%s has every word in both languages, with the same slots', (_file, { zh, en }) => {
  const [chinese, english] = [flat(zh), flat(en)]
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  for (const [key, text] of chinese) {
    expect(text.trim()).not.toBe('')
    expect(english.get(key)?.trim()).not.toBe('')
    expect([key, slotsOf(english.get(key))]).toEqual([key, slotsOf(text)])
  }
})

test.each(tables)('%s is Chinese in Chinese and English in English', (_file, { zh, en }) => {
  const chinese = [...flat(zh)].filter(
    ([, text]) => /[a-z]{2}/i.test(text.replace(/\{\w+\}/g, '')) && !han.test(text),
  )
  expect(chinese).toEqual([])
  expect([...flat(en)].filter(([, text]) => han.test(text))).toEqual([])
})

test.each(tables)('%s has no word that nothing says', (file, { zh }) => {
  const folder = join(file, '..')
  const isShared = folder === 'words'
  const near = files.filter(
    (one) => /\.(ts|wxml)$/.test(one) && !isWords(one) && (isShared || one.startsWith(folder)),
  )
  const sources = near.map(read).join('\n')
  const unsaid = Object.keys(zh).filter((key) => !new RegExp(`\\b${key}\\b`).test(sources))
  expect(unsaid).toEqual([])
})

test.each(files.filter((file) => file.endsWith('.wxml')))('%s says nothing of its own', (file) => {
  const source = read(file)
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<wxs[\s\S]*?<\/wxs>/g, '')
  const texts = source.replace(/\{\{[\s\S]*?\}\}/g, '').replace(/<[^>]*>/g, '\n')
  // WeChat's own word, the same in both languages.
  const said = (texts.match(/[\p{L}\d]+/gu) ?? []).filter((word) => word !== 'openid')
  expect(said).toEqual([])
  const spoken = [...source.matchAll(/\s(?:aria-label|placeholder|title|header-text)="([^"]*)"/g)].map(
    ([, value = '']) => value.replace(/\{\{[\s\S]*?\}\}/g, ''),
  )
  expect(spoken.filter((text) => /\p{L}/u.test(text))).toEqual([])
})

/** Names in a language of their own, and the two languages side by side in one small table. */
const bilingual = [
  'words/language.ts',
  'services/cloud.ts',
  'pages/tab-bar.ts',
  'pages/preferences/options.ts',
]

test.each(files.filter((file) => file.endsWith('.ts') && !isWords(file) && !bilingual.includes(file)))(
  '%s holds no Chinese text outside its comments',
  (file) => {
    const code = read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    expect(code.split('\n').filter((line) => han.test(line))).toEqual([])
  },
)

test('every scene of the templates has a name in both languages', () => {
  const { scenes } = new Catalogue(templates)
  const found = tables.find(([file]) => relative('pages/subscriptions', file) === 'words.ts')?.[1]
  for (const words of [found?.zh, found?.en])
    expect(Object.keys(words?.['scenes'] ?? {})).toEqual(expect.arrayContaining([...scenes]))
})
