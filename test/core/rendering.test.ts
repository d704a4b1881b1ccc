import * as fc from 'fast-check'
import { compilePage, compileText, compileTexts } from '../../core/template/rendering'
import { normaliseValue } from '../../core/template/keywords'

const ZONE = 'Asia/Shanghai'
const sources = [
  '{{a}}',
  '{{#if b}}{{b}}{{else}}无{{/if}}',
  '{{~a~}} 元',
  "{{date at 'M月D日'}}",
  '\\{{a}}\\',
  '{{a}}{{b}}',
]
const together = compileTexts(sources)
const alone = sources.map(compileText)

test('texts that are rendered together are what each of them is alone', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('\x1f', 'a\x1fb', '\n', '{{a}}', ''),
  )
  fc.assert(
    fc.property(value, value, (a, b) => {
      const params = { a, b, at: '2026-11-21T15:30' }
      const each = alone.map((text) => text(params, ZONE))
      expect(together(params, ZONE)).toEqual(each.some((text) => text.includes('\x1f')) ? null : each)
    }),
  )
})

test('texts of which one is broken by the params are left to be rendered alone', () => {
  expect(together({ a: 'x', at: 'tomorrow', b: '' }, ZONE)).toBeNull()
  expect(together({ b: 'x' }, ZONE)).toBeNull()
})

test('a text with a line of its own for a block is left to be rendered alone', () => {
  expect(compileTexts(['{{a}}', '{{#if a}}\nx\n{{/if}}'])({ a: 'y' }, ZONE)).toBeNull()
})

test('a text that does not compile is refused at once, alone and together', () => {
  expect(() => compileTexts(['{{a}}', '{{#if a}}'])).toThrow('Parse error')
})

test.each([
  ['pages/a/a?id={{id}}', 'pages/a/a?id=%E5%8D%95%2F1%3F'],
  ['pages/a/a?{{#if id}}id={{id}}&{{/if}}n={{n}}', 'pages/a/a?id=%E5%8D%95%2F1%3F&n=7'],
  ["pages/a/a?at={{date at 'M月D日'}}", 'pages/a/a?at=11%E6%9C%8821%E6%97%A5'],
])('what the page %s inserts is URI-encoded, alone and in company', (source, page) => {
  const params = { id: '单/1?', n: 7, at: '2026-11-21T15:30' }
  expect(compilePage(source)(params, ZONE)).toBe(page)
  expect(compileTexts(['{{id}}', '{{n}}'], source)(params, ZONE)).toEqual(['单/1?', '7', page])
})

test('a page that inserts what is not there is refused', () => {
  expect(() => compilePage('pages/a/a?id={{id}}')({}, ZONE)).toThrow('a param of the page is missing')
})

test('plain text is normalised to what any text is', () => {
  const plain = fc.string({ unit: fc.constantFrom(...'aZ9 ~·¥你好，。（）：！、') })
  fc.assert(
    fc.property(plain, (text) => {
      // An emoji takes the long way, and is taken out of it.
      expect(normaliseValue(text)).toBe(normaliseValue(`${text}😀`))
    }),
  )
})
