/** What a sender supplies for a template: checked by zod, every fault at once. */
import * as z from 'zod'
import type { Language, ParamField } from '../contract'
import type { Definition, ParamDefinition } from './definition'
import { faultsOf } from '../faults'
import { ServiceError } from '../errors'
import { instantOf } from '../time'

export type Params = Record<string, string | number | boolean>

const withPattern = (text: z.ZodString, pattern: RegExp, like: unknown) =>
  text.refine((value) => pattern.test(value), { params: { like } })

/** `like` is a value that is right: a person is told it in place of a regular expression. */
function fieldSchema(param: ParamDefinition, zone: string, like: unknown): z.ZodType {
  if (param.type === 'boolean') return z.boolean()
  if (param.type !== 'string') {
    let number: z.ZodNumber = param.type === 'integer' ? z.int() : z.number()
    if (param.minimum !== undefined) number = number.min(param.minimum)
    if (param.maximum !== undefined) number = number.max(param.maximum)
    return number
  }
  if (param.enum) return z.enum(param.enum)
  let text = z.string()
  if (param.minLength !== undefined) text = text.min(param.minLength)
  if (param.maxLength !== undefined) text = text.max(param.maxLength)
  if (param.pattern !== undefined) return withPattern(text, new RegExp(param.pattern, 'u'), like)
  const format = param.format
  if (!format) return text
  return text.check(({ value, issues }) => {
    const written = format === 'date' ? /^\d{4}-\d{2}-\d{2}$/.test(value) : value.includes(':')
    if (!written || instantOf(value, zone) === null)
      issues.push({ code: 'invalid_format', format, input: value })
  })
}

/** The zod schema of a template's params: unknown ones are refused by name. */
export function paramsSchemaOf(definition: Definition): z.ZodType<Params> {
  const { properties, required } = definition.params
  const shape = Object.fromEntries(
    Object.entries(properties).map(([name, param]) => {
      const schema = fieldSchema(param, definition.timeZone, definition.example[name])
      return [name, required.includes(name) ? schema : schema.optional()]
    }),
  )
  return z.strictObject(shape) as unknown as z.ZodType<Params>
}

/** Throws PARAMS_INVALID with every fault by name. */
export function checkParams(schema: z.ZodType<Params>, template: string, params: unknown): Params {
  const result = schema.safeParse(params)
  if (result.success) return result.data
  throw new ServiceError('PARAMS_INVALID', { template }, faultsOf(result.error, 'params', params))
}

const checkedSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

/** Params that a template has checked, as a document holds them. */
export const paramsOf = (checked: unknown): Params => checkedSchema.parse(checked)

/** The form of a template, in the order of its file; in a language where the file has words for it. */
export function fieldsOf(definition: Definition, language?: Language): ParamField[] {
  const translated = language === undefined ? undefined : definition.languages[language]?.fields
  return Object.entries(definition.params.properties).map(([name, param]) => {
    const { title, description } = translated?.[name] ?? param
    const field: ParamField = {
      name,
      title,
      type: param.type,
      required: definition.params.required.includes(name),
    }
    if (description !== undefined) field.placeholder = description
    if (param.type === 'string') {
      if (param.format) field.format = param.format
      if (param.enum) field.options = param.enum
      if (param.minLength !== undefined) field.minLength = param.minLength
      if (param.maxLength !== undefined) field.maxLength = param.maxLength
    } else if (param.type !== 'boolean') {
      if (param.minimum !== undefined) field.minimum = param.minimum
      if (param.maximum !== undefined) field.maximum = param.maximum
    }
    return field
  })
}
