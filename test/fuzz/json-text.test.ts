import * as fc from 'fast-check'
import { parseJson } from '../../emulator/json-text'

test('any JSON is read as JSON.parse reads it, brackets and quotes within strings included', () => {
  const text = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', '}', ']', 'a') })
  // Long enough to be counted, with more brackets in a string than may be nested.
  const long = '[{"'.repeat(600)
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.array(text), (json, texts) => {
      const written = JSON.stringify({ texts, long, json })
      expect(parseJson(written)).toEqual(JSON.parse(written))
    }),
  )
})

test.each<[string, string]>([
  ['arrays', '['.repeat(501) + ']'.repeat(501)],
  ['objects', `${'{"a":'.repeat(501)}1${'}'.repeat(501)}`],
  [
    'arrays behind a string that ends in a backslash',
    `["${'\\\\'.repeat(3)}",${'['.repeat(501)}${']'.repeat(501)}]`,
  ],
  ['arrays that never end', '['.repeat(100_000)],
])('%s nested deeper than the stack can follow are refused', (_, text) => {
  expect(() => parseJson(text)).toThrow(/nesting/)
})

test('500 levels are read', () => {
  expect(JSON.stringify(parseJson('['.repeat(500) + ']'.repeat(500)))).toHaveLength(1000)
})

test('what is no JSON is a SyntaxError, however long', () => {
  for (const text of ['', '{', '"'.repeat(3001), `"${'\\"'.repeat(2000)}`])
    expect(() => parseJson(text)).toThrow(SyntaxError)
})
