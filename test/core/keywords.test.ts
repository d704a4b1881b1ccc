import {
  checkValue,
  ellipsis,
  keywordRules,
  keywordTypeOf,
  keywordTypes,
  normaliseValue,
} from '../../core/template/keywords'
import corpus from '../corpus/keyword-values.json'

const typeOf = (name: string) => {
  const type = keywordTypes.find((known) => known === name)
  if (!type) throw new Error(`the corpus names the unknown keyword type ${name}`)
  return type
}

describe('the corpus of values that WeChat is known to accept or refuse', () => {
  test.each(corpus)('$type "$value" is $verdict ($source)', ({ type, value, verdict, values }) => {
    expect(checkValue(typeOf(type), value, values)).toEqual(verdict === 'accepted' ? null : expect.anything())
  })

  test('names every keyword type but const, of which nothing is known', () => {
    const named = new Set(corpus.map(({ type }) => type))
    expect(keywordTypes.filter((type) => !named.has(type))).toEqual(['const'])
  })
})

test.each(Object.entries(keywordRules))(
  'the rule of %s has words in both languages and a source',
  (_type, rule) => {
    expect(rule.allows.zh).toMatch(/\p{Script=Han}/u)
    expect(rule.allows.en).toMatch(/[a-z]/)
    expect(rule.source).toMatch(/^wechat\.md §2 /)
  },
)

test.each([
  ['thing1', 'thing'],
  ['character_string12', 'character_string'],
  ['enum_string2', 'enum_string'],
  ['thing', undefined],
  ['Thing1', undefined],
  ['gizmo1', undefined],
])('the keyword %s is of type %s', (keyword, type) => expect(keywordTypeOf(keyword)).toBe(type))

test('a fault says how many characters there are and how many there may be', () => {
  expect(checkValue('phrase', '一二三四五六')).toEqual({ problem: 'too-long', max: 5, count: 6 })
  expect(checkValue('thing', '😀'.repeat(21))).toMatchObject({ count: 21 })
})

test.each([
  ['a\nb', 'a b'],
  ['  a\t\u0000b ', 'a b'],
  ['到货🎉啦', '到货啦'],
  ['👨‍👩‍👧', ''],
  ['2️⃣楼', '2楼'],
  ['e\u0301', '\u00e9'],
])('%j reaches WeChat as %j', (text, value) => expect(normaliseValue(text)).toBe(value))

test('a value that is cut ends with … and is as long as the limit allows', () => {
  const cut = ellipsis(keywordRules.thing, '一'.repeat(30))
  expect(cut).toBe(`${'一'.repeat(19)}…`)
  expect(checkValue('thing', cut)).toBeNull()
  expect(ellipsis(keywordRules.thing, '短')).toBe('短')
  expect(ellipsis(keywordRules.phrase, '一二三四五六')).toBe('一二三四五六')
})
