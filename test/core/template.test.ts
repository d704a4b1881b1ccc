import { Catalogue } from '../../core/template/catalogue'
import { ServiceError } from '../../core/errors'
import { errorOf } from '../../core/sentences'
import { DefinitionError, templateOf } from '../../core/template/template'
import { templates } from '../../templates'

const catalogue = new Catalogue(templates)

/** A definition that is right, to break in one place. */
const valid = () => ({
  key: 'sample',
  title: '样例',
  kind: 'one-time',
  templateIds: { wx5a1e0c7d9b3f2468: 'T1' },
  scenes: ['order'],
  params: { type: 'object', properties: { name: { type: 'string', title: '名称' } }, required: ['name'] },
  keywords: { thing1: { label: '名称', text: '{{name}}' } },
  example: { name: '鸿雁' },
})
const broken = (change: (definition: Record<string, never>) => void) => {
  const definition = JSON.parse(JSON.stringify(valid()))
  change(definition)
  return definition
}
const faultsOf = (definition: unknown) => {
  try {
    templateOf('sample.json', definition)
  } catch (error) {
    if (error instanceof DefinitionError) return error.faults.map(({ path, problem }) => `${path} ${problem}`)
    throw error
  }
  return []
}
const refusalOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test.each(catalogue.templates.map((template) => [template.definition.key, template] as const))(
  'the example of %s renders in every language',
  (_key, template) => {
    for (const language of template.languages)
      expect(
        template.card(template.render(template.definition.example, language), language).lines,
      ).toHaveLength(Object.keys(template.definition.keywords).length)
  },
)

test('a definition that is right has no faults', () => expect(faultsOf(valid())).toEqual([]))

test.each<[string, (definition: Record<string, never>) => void, string]>([
  [
    'words for a param that there is not',
    (d) =>
      Object.assign(d, { languages: { en_US: { keywords: {}, fields: { colour: { title: 'Colour' } } } } }),
    'languages.en_US.fields.colour unknown',
  ],
  ['an unknown field', (d) => Object.assign(d, { colour: 'red' }), 'colour unknown'],
  ['a missing title', (d) => Reflect.deleteProperty(d, 'title'), 'title missing'],
  ['a bad appid', (d) => Object.assign(d, { templateIds: { nope: 'T' } }), 'templateIds.nope rule'],
  [
    'a reminder without its time',
    (d) => Object.assign(d, { reminder: { time: 'name' } }),
    'reminder.time rule',
  ],
  [
    'an origin with other keywords than the file',
    (d) => Object.assign(d, { library: { tid: '1001', keywords: [1, 2] } }),
    'library.keywords rule',
  ],
  [
    'a tid that is none',
    (d) => Object.assign(d, { library: { tid: 'x', keywords: [1, 2] } }),
    'library.tid format',
  ],
  ['a page with a leading slash', (d) => Object.assign(d, { page: '/pages/a' }), 'page format'],
  [
    'an unknown keyword type',
    (d) => Object.assign(d, { keywords: { gizmo1: { label: 'x', text: 'y' } } }),
    'keywords.gizmo1 keyword-type',
  ],
  [
    'a text that does not compile',
    (d) => Object.assign(d, { keywords: { thing1: { label: 'x', text: '{{#if name}}' } } }),
    'keywords.thing1.text text',
  ],
  [
    'an unknown helper',
    (d) => Object.assign(d, { keywords: { thing1: { label: 'x', text: '{{shout name}}' } } }),
    'keywords.thing1.text text',
  ],
  [
    'a listed type without its values',
    (d) => Object.assign(d, { keywords: { enum_string1: { label: 'x', text: 'a' } } }),
    'keywords.enum_string1.values missing',
  ],
  [
    '"…" where the type forbids it',
    (d) => Object.assign(d, { keywords: { phrase1: { label: 'x', text: '好', overflow: 'ellipsis' } } }),
    'keywords.phrase1.overflow rule',
  ],
  ['a time zone that is none', (d) => Object.assign(d, { timeZone: 'Mars/Base' }), 'timeZone format'],
  [
    'a required param that is not declared',
    (d) => Object.assign(d, { params: { ...valid().params, required: ['name', 'age'] } }),
    'params.required unknown',
  ],
  [
    'a language variant of a keyword that is not there',
    (d) => Object.assign(d, { languages: { en_US: { keywords: { thing9: 'x' } } } }),
    'languages.en_US.keywords.thing9 unknown',
  ],
  [
    'a text of a param that is not declared',
    (d) => Object.assign(d, { keywords: { thing1: { label: 'x', text: '{{nobody}}' } } }),
    'example in zh_CN: thing1 text',
  ],
  [
    'a page of a param that can be left out',
    (d) => Object.assign(d, { page: 'pages/a/a?name={{name}}', params: { ...valid().params, required: [] } }),
    'example (optional params left out) in zh_CN: page text',
  ],
  [
    'an example over a limit',
    (d) => Object.assign(d, { example: { name: '一'.repeat(21) } }),
    'example in zh_CN: thing1 keyword-too-long',
  ],
  [
    'an example of the wrong type',
    (d) => Object.assign(d, { example: { name: 3 } }),
    'example in zh_CN: params.name type',
  ],
])('%s is refused by field and reason', (_what, change, fault) => {
  expect(faultsOf(broken(change))).toContain(fault)
})

test('two files with one key are refused', () => {
  const twice = [1, 2].map((at) => ({ file: `${at}.json`, content: valid() }))
  expect(() => new Catalogue(twice)).toThrow('two template files have the key sample')
})

test('every fault of the params is told at once, by name', () => {
  const params = { goods: 3, colour: 'red', total: -1, carrier: 'DHL', shippedAt: '2026-02-30T10:00' }
  const error = refusalOf(() => catalogue.get('order-shipped').render(params))
  expect(error.code).toBe('PARAMS_INVALID')
  expect(error.faults.map(({ path, problem }) => `${path} ${problem}`).sort()).toEqual([
    'params.carrier not-listed',
    'params.colour unknown',
    'params.goods type',
    'params.orderNumber missing',
    'params.shippedAt format',
    'params.total too-small',
  ])
})

test('a param that breaks its pattern is told by a value that is right, not by a regular expression', () => {
  const order = catalogue.get('order-shipped')
  const error = refusalOf(() => order.render({ ...order.definition.example, orderNumber: '订单一号' }))
  expect(errorOf(error, 'zh').message).toContain(
    'params.orderNumber 格式不对，应像“HY20261121001”这样，得到“订单一号”',
  )
})

test('a value over its limit is refused where the template says refuse, and cut where it says ellipsis', () => {
  const reminder = catalogue.get('class-reminder')
  const example = reminder.definition.example
  expect(reminder.render({ ...example, course: '书'.repeat(30) }).data['thing1']).toBe(`${'书'.repeat(19)}…`)
  const error = refusalOf(() => reminder.render({ ...example, teacher: '十一个字的老师名字真长啊' }))
  expect(error.faults).toMatchObject([{ path: 'name4', problem: 'keyword-too-long' }])
})

test('a value that is nothing but control characters and emoji is empty, and refused', () => {
  const reminder = catalogue.get('class-reminder')
  const error = refusalOf(() => reminder.render({ ...reminder.definition.example, room: '\n🎉\t' }))
  expect(error.faults).toMatchObject([{ path: 'thing3', problem: 'keyword-empty' }])
})

test('text of a sender is never a template and never HTML', () => {
  const reminder = catalogue.get('class-reminder')
  const { data, page } = reminder.render({ ...reminder.definition.example, course: '{{room}} <b>&' })
  expect(data['thing1']).toBe('{{room}} <b>&')
  expect(page).toBe('pages/messages/messages?course=%7B%7Broom%7D%7D%20%3Cb%3E%26')
})

test('dates are written in the time zone of the template, wherever the function runs', () => {
  const order = catalogue.get('order-shipped')
  const at = (shippedAt: string) => order.render({ ...order.definition.example, shippedAt }).data['time5']
  expect(at('2026-11-21T15:30')).toBe('2026年11月21日 15:30')
  expect(at('2026-11-21T07:30:00Z')).toBe('2026年11月21日 15:30')
  expect(at('2026-11-21T00:30:00-07:00')).toBe('2026年11月21日 15:30')
})

test('an edit is another revision; the order of keys is not', () => {
  const before = templateOf('a.json', valid()).revision
  expect(
    templateOf(
      'a.json',
      broken((d) => Object.assign(d, { title: '别的' })),
    ).revision,
  ).not.toBe(before)
  expect(templateOf('a.json', Object.fromEntries(Object.entries(valid()).reverse())).revision).toBe(before)
})
