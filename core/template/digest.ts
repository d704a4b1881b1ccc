/** Several messages of one template to one person as one: how their params become those of one message. */
import type { Definition, DigestJoin, ParamDefinition } from './definition'
import type { FoundFault } from '../errors'
import type { Params } from './params'
import { instantOf } from '../time'

type Value = Params[string]

const timeOf = (value: Value, zone: string) => instantOf(String(value), zone) ?? Number.POSITIVE_INFINITY

/** Cut to what the param may hold: whether it fits its keyword is judged when it is rendered. */
function cut(text: string, param: ParamDefinition | undefined): string {
  const most = param?.type === 'string' ? param.maxLength : undefined
  const letters = [...text]
  return most === undefined || letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}

function joined(by: DigestJoin, values: readonly Value[], zone: string): Value | undefined {
  switch (by.by) {
    case 'list':
      return [...new Set(values.map(String))].join(by.separator)
    case 'sum':
      return values.reduce<number>((sum, value) => sum + Number(value), 0)
    case 'earliest':
    case 'latest': {
      const inOrder = [...values].sort((a, b) => timeOf(a, zone) - timeOf(b, zone))
      return by.by === 'earliest' ? inOrder[0] : inOrder.at(-1)
    }
    case 'count':
      throw new Error('a count is of messages, not of values')
    default: {
      const unreachable: never = by
      throw new Error(`nothing is joined by ${JSON.stringify(unreachable)}`)
    }
  }
}

/** Params of the one message, in place of these; what the template does not say how to join is the first one's. */
export function digestParams(definition: Definition, messages: readonly Params[]): Params {
  const [first = {}] = messages
  const params: Params = { ...first }
  for (const [name, by] of Object.entries(definition.digest?.join ?? {})) {
    if (by.by === 'count') {
      params[name] = messages.length
      continue
    }
    const values = messages.flatMap(({ [name]: value }) => (value === undefined ? [] : [value]))
    const value = values.length > 0 ? joined(by, values, definition.timeZone) : undefined
    if (value === undefined) continue
    params[name] = typeof value === 'string' ? cut(value, definition.params.properties[name]) : value
  }
  return params
}

const isText = (param: ParamDefinition) =>
  param.type === 'string' && !param.format && !param.enum && param.pattern === undefined
const isNumber = ({ type }: ParamDefinition) => type === 'number' || type === 'integer'
const isTime = (param: ParamDefinition) => param.type === 'string' && param.format !== undefined

/** What a param must be to be joined so. */
const kinds: Readonly<
  Record<DigestJoin['by'], { holds: (param: ParamDefinition) => boolean; wanted: { zh: string; en: string } }>
> = {
  count: { holds: isNumber, wanted: { zh: '条数要填入数字参数', en: 'a count is for a param of numbers' } },
  sum: { holds: isNumber, wanted: { zh: '只有数字才能相加', en: 'a sum is for a param of numbers' } },
  list: {
    holds: isText,
    wanted: { zh: '只有自由文本才能连成一串', en: 'a list is for a param of free text' },
  },
  earliest: { holds: isTime, wanted: { zh: '只有时间才有最早', en: 'the earliest is for a param of times' } },
  latest: { holds: isTime, wanted: { zh: '只有时间才有最晚', en: 'the latest is for a param of times' } },
}

const NOT_REQUIRED = {
  zh: '条数不能是必填参数：单独一条没有它',
  en: 'a count is no required param: a message that goes alone has none',
}

/** What is wrong with the digest of a definition. */
export function digestFaults({ digest, params: { properties, required } }: Definition): FoundFault[] {
  const faults: FoundFault[] = []
  for (const [name, { by }] of Object.entries(digest?.join ?? {})) {
    const path = `digest.join.${name}`
    const param = properties[name]
    if (!param) faults.push({ path, problem: 'unknown', facts: { key: name } })
    else if (!kinds[by].holds(param))
      faults.push({ path, problem: 'rule', facts: { rule: kinds[by].wanted, got: by } })
    else if (by === 'count' && required.includes(name))
      faults.push({ path, problem: 'rule', facts: { rule: NOT_REQUIRED, got: by } })
  }
  return faults
}
