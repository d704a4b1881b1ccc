/** Values that have broken programs: put in the place of a value, a key or an operator of a request. */
import type { Dice } from './dice'

const levels = (count: number, open: string, close: string): string =>
  open.repeat(count) + close.repeat(count)

/** JSON texts, so that what JSON.stringify cannot write (deep nesting, twin keys, huge numbers) is among them. */
export const NASTY_JSON: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1e400',
  '-1e-400',
  '9007199254740993',
  '123456789012345678901234567890',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  '"../../etc/passwd"',
  '"\'; DROP TABLE collections; --"',
  '"{\\"$gt\\":"',
  '[]',
  '{}',
  '[[]]',
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"toString":1,"hasOwnProperty":2}',
  '{"a":1,"a":2}',
  '{"$gt":{"$gt":1}}',
  '{"$where":"while(true){}"}',
  '{"$or":{}}',
  '{"$and":[null]}',
  '{"$not":1}',
  '{"$regularExpression":{"pattern":"(a+)+$","options":"i"}}',
  '{"$regularExpression":{"pattern":"(","options":"zz"}}',
  '{"$regularExpression":1}',
  '{"$date":{"$numberLong":"9e99"}}',
  '{"$date":"yesterday"}',
  '{"$numberInt":"x"}',
  '{"$numberLong":{}}',
  '{"$numberDouble":"Infinity"}',
  '{"$numberDouble":"NaN"}',
  '{"$oid":"zz"}',
  '{"$binary":{"base64":"!","subType":"00"}}',
  '{"$tcb_server_date":{"offset":{"$numberDouble":"1e30"}}}',
  '{"$inc":{"n":"x"}}',
  '{"$set":{"n.n.n":1,"n":2}}',
  '{"$set":{"":1,"a..b":2,"$x":3}}',
  '{"$push":{"n":{"$each":1}}}',
  '{"$unset":[]}',
  '{"$rename":{"n":"n"}}',
  '{"$slice":[{}]}',
  '{"$elemMatch":{"$elemMatch":{}}}',
  '{"$mod":[0,0]}',
  '{"$size":-1}',
  '{"$type":99}',
  '{"$geoNear":{}}',
  '{"$divide":[1,0]}',
  '{"$sum":"$$ROOT"}',
  '{"$lookup":{"from":"orders","as":"x"}}',
  '{"$function":{"body":"x"}}',
  levels(150, '[', ']'),
  `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`,
  levels(20_000, '[', ']'),
]

/** Names that an object may be asked for, beside those it has. */
const KEYS = ['__proto__', 'constructor', '', '$', '$where', '_id', 'a.b', '0', 'toString', '字段', '\u0000']

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** A marker that is put in, written out, and then replaced by a JSON text. */
const MARK = '@@nasty@@'

/**
 * Changes one place of a JSON text: a value becomes a nasty one, a key another, an item is doubled or left out. Text
 * that is JSON itself (EJSON, events) is changed inside, half of the time. Gives undefined for what is no JSON.
 */
export function changeJson(text: string, dice: Dice): string | undefined {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    // Not every body is JSON; another mutation fits it.
    return undefined
  }
  return JSON.stringify(change(value, dice)).replace(`"${MARK}"`, () => dice.pick(NASTY_JSON))
}

function change(value: Json, dice: Dice): Json {
  if (typeof value === 'string') return (dice.chance(0.5) ? changeJson(value, dice) : undefined) ?? MARK
  if (typeof value !== 'object' || value === null || dice.chance(0.1)) return MARK
  if (Array.isArray(value)) {
    if (value.length === 0 || dice.chance(0.1)) return [...value, ...value, MARK]
    const at = dice.below(value.length)
    if (dice.chance(0.1)) return value.filter((_, index) => index !== at)
    return value.map((item, index) => (index === at ? change(item, dice) : item))
  }
  const entries = Object.entries(value)
  if (entries.length === 0 || dice.chance(0.1)) return { ...value, [dice.pick(KEYS)]: MARK }
  const at = placeIn(entries, dice)
  if (dice.chance(0.1)) return Object.fromEntries(entries.filter((_, index) => index !== at))
  return Object.fromEntries(
    entries.map(([name, inner], index) => {
      if (index !== at) return [name, inner]
      return dice.chance(0.1) ? [dice.pick(KEYS), inner] : [name, change(inner, dice)]
    }),
  )
}

/** Which entry to change: mostly one that holds more than a plain value, since the rest of a request is envelope. */
function placeIn(entries: readonly (readonly [string, Json])[], dice: Dice): number {
  const rich = entries.flatMap(([, value], index) => (isRich(value) ? [index] : []))
  return rich.length > 0 && dice.chance(0.8) ? dice.pick(rich) : dice.below(entries.length)
}

const isRich = (value: Json): boolean =>
  typeof value === 'string' ? /^[[{]/.test(value) : typeof value === 'object' && value !== null
