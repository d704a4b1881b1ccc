/** Two opinions of WeChat's keyword rules, written apart from each other, held against one corpus and one another. */
import * as fc from 'fast-check'
import {
  checkValue,
  type KeywordType,
  keywordRules,
  keywordTypes,
  normaliseValue,
} from '../../core/template/keywords'
import { checkKeywordValue } from '../../emulator/wechat/keyword-values'
import corpus from '../corpus/keyword-values.json'

const RUNS = 400

describe("the emulator's WeChat judges the corpus as WeChat does", () => {
  test.each(corpus)('$type "$value" is $verdict ($source)', ({ type, value, verdict, values }) => {
    expect(checkKeywordValue(`${type}1`, value, values).ok).toBe(verdict === 'accepted')
  })
})

const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...'0123456789', ...'年月日:~-/.+¥￥元', ...'Ab z', ...'鸿雁传书'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('2026年11月21日', '2026-11-21', '15:01', '08:00~12:00', '￥100', ' '),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 3 }) },
)
const text = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''))
const listed = ['进行中', '已完成']

/** A corpus value with one character put in, taken out or doubled: near the edge of its rule. */
const nearMiss = (type: KeywordType) => {
  const known = corpus.filter((row) => row.type === type).map(({ value }) => value)
  return fc
    .tuple(
      fc.constantFrom(...(known.length > 0 ? known : [''])),
      fc.nat(),
      piece,
      fc.constantFrom('in', 'out', 'twice'),
    )
    .map(([value, at, other, how]) => {
      const characters = [...value]
      const place = at % (characters.length + 1)
      const inserted = how === 'in' ? [other] : how === 'twice' ? characters.slice(0, place) : []
      return [
        ...characters.slice(0, place),
        ...inserted,
        ...characters.slice(place + (how === 'out' ? 1 : 0)),
      ].join('')
    })
}

describe('what passes our check is never answered 47003', () => {
  test.each(keywordTypes)('%s', (type) => {
    const values = keywordRules[type].forms.length === 0 ? listed : undefined
    const candidate = values ? fc.oneof(fc.constantFrom(...values), text) : fc.oneof(text, nearMiss(type))
    fc.assert(
      fc.property(candidate, (raw) => {
        const value = normaliseValue(raw)
        if (checkValue(type, value, values) === null)
          expect({ value, ...checkKeywordValue(`${type}1`, value, values) }).toMatchObject({ ok: true })
      }),
      { numRuns: RUNS },
    )
  })
})
