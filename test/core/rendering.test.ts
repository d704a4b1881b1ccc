import * as fc from 'fast-check'
import { compileText, compileTexts } from '../../core/rendering'
import { normaliseValue } from '../../core/keywords'

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

test('plain text is normalised to what any text is', () => {
  const plain = fc.string({ unit: fc.constantFrom(...'aZ9 ~·¥你好，。（）：！、') })
  fc.assert(
    fc.property(plain, (text) => {
      // An emoji takes the long way, and is taken out of it.
      expect(normaliseValue(text)).toBe(normaliseValue(`${text}😀`))
    }),
  )
})
