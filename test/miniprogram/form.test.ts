import {
  fieldsOf,
  isComplete,
  nowParts,
  paramsOf,
  placed,
} from '../../miniprogram/components/param-form/form'
import { Catalogue } from '../../core/template/catalogue'
import { templates } from '../../templates'

const catalogue = new Catalogue(templates)

test.each(catalogue.templates.map((template) => [template.definition.key, template] as const))(
  'the form of %s, filled with its example, makes params that render',
  (_key, template) => {
    const fields = fieldsOf(template.fields, template.definition.example)
    expect(isComplete(fields)).toBe(true)
    expect(paramsOf(fields)).toEqual(template.definition.example)
    expect(() => template.render(paramsOf(fields))).not.toThrow()
  },
)

test('an empty form is incomplete and makes no params', () => {
  const fields = fieldsOf(catalogue.get('order-shipped').fields, {})
  expect(isComplete(fields)).toBe(false)
  expect(paramsOf(fields)).toEqual({})
})

test('what is no number goes as it was typed, for the service to name', () => {
  const fields = fieldsOf(catalogue.get('order-shipped').fields, {}).map((field) =>
    field.name === 'total' ? { ...field, text: '六十八' } : field,
  )
  expect(paramsOf(fields)).toEqual({ total: '六十八' })
})

test('half a date and time is none', () => {
  const [field] = fieldsOf(
    [{ name: 'at', title: '时间', type: 'string', format: 'date-time', required: true }],
    {},
  )
  if (!field) throw new Error('no field')
  expect(paramsOf([{ ...field, date: '2026-11-21' }])).toEqual({})
  expect(paramsOf([{ ...field, date: '2026-11-21', time: '15:30' }])).toEqual({ at: '2026-11-21T15:30' })
})

test('faults are placed where a person looks for them, without their path', () => {
  const faults = [
    { path: 'params.total', problem: 'too-small', message: 'params.total 太小，最小 0，得到 -1' },
    { path: 'thing2', problem: 'keyword-empty', message: 'thing2 “商品”为空' },
  ]
  expect(placed(faults)).toEqual({
    fields: { total: '太小，最小 0，得到 -1' },
    keywords: { thing2: '“商品”为空' },
  })
})

test('the pickers start at now, by the clock of the phone', () => {
  expect(nowParts(new Date(2026, 0, 5, 9, 7))).toEqual({ date: '2026-01-05', time: '09:07' })
})
