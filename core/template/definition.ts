/** The shape of a template file. `hongyan templates schema` writes it as JSON Schema for editors. */
import * as z from 'zod'
import { kidsSchema, languageSchema, sceneSchema, templateKeySchema, tidSchema } from '../contract'

const paramSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    title: z.string().min(1),
    description: z.string().optional(),
    minLength: z.int().min(0).optional(),
    maxLength: z.int().min(1).max(1000).optional(),
    pattern: z.string().optional(),
    enum: z.array(z.string()).min(1).optional(),
    /** `date-time` and `date` without an offset are meant in the template's time zone. */
    format: z.enum(['date-time', 'date']).optional(),
  }),
  z.strictObject({
    type: z.enum(['number', 'integer']),
    title: z.string().min(1),
    description: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  }),
  z.strictObject({
    type: z.literal('boolean'),
    title: z.string().min(1),
    description: z.string().optional(),
  }),
])

const keywordSchema = z.strictObject({
  label: z.string().min(1).meta({ description: 'what WeChat prints before the value' }),
  text: z.string().min(1).meta({ description: 'Handlebars text; helpers: date, money' }),
  values: z
    .array(z.string())
    .min(1)
    .optional()
    .meta({ description: 'the values WeChat lists (enum_string, const)' }),
  overflow: z
    .enum(['refuse', 'ellipsis'])
    .default('refuse')
    .meta({ description: 'what to do with a value over the limit' }),
})

/** How the values of several messages become that of one. */
const joinSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('count') }),
  z.strictObject({ by: z.literal('sum') }),
  z.strictObject({ by: z.literal('list'), separator: z.string().min(1).max(8).default('、') }),
  z.strictObject({ by: z.literal('earliest') }),
  z.strictObject({ by: z.literal('latest') }),
])

export const definitionSchema = z
  .strictObject({
    $schema: z.string().optional(),
    key: templateKeySchema,
    title: z.string().min(1).max(40),
    channel: z.enum(['subscribe', 'template']).default('subscribe'),
    kind: z.enum(['one-time', 'long-term']),
    templateIds: z
      .record(
        z.string().regex(/^wx[0-9a-z]{16}$/, 'an appid is "wx" and 16 hex digits'),
        z.string().min(1).max(128),
      )
      .meta({ description: "WeChat's template id in each Mini Program, by appid" }),
    scenes: z
      .array(z.string().min(1).max(64))
      .min(1)
      .meta({ description: 'the places in the app that offer it' }),
    frequency: z
      .strictObject({ max: z.int().min(1).max(20), days: z.int().min(1).max(365) })
      .optional()
      .meta({ description: 'at most so many messages of it to one person in so many days' }),
    digest: z
      .strictObject({
        windowMinutes: z.int().min(1).max(1440),
        join: z
          .record(z.string(), joinSchema)
          .meta({ description: 'by param; what is not named is taken from the first of them' }),
      })
      .optional()
      .meta({
        description: 'reminders of it to one person that are due within so many minutes go as one message',
      }),
    page: z
      .string()
      .regex(/^[^/]/, 'a page has no leading "/"')
      .optional()
      .meta({ description: 'the page a tap opens; Handlebars, values are URI-encoded' }),
    emphasisKeyword: z
      .string()
      .optional()
      .meta({ description: 'channel template: the keyword that is printed large' }),
    fallback: templateKeySchema.optional().meta({
      description:
        'channel template: the subscribe template, with params of the same names, that goes where no template message can',
    }),
    timeZone: z.string().default('Asia/Shanghai'),
    library: z
      .strictObject({
        tid: tidSchema,
        keywords: kidsSchema.meta({ description: 'kid of each keyword, in the order of the message' }),
        scene: sceneSchema
          .optional()
          .meta({ description: 'sceneDesc for WeChat; the title where it is left out' }),
        category: z.int().optional().meta({ description: 'the service category it belongs to' }),
      })
      .optional()
      .meta({ description: 'where it is from in the public library: what hongyan templates push adds' }),
    reminder: z
      .strictObject({
        time: z.string().meta({ description: 'the param that holds the time of the reminder' }),
      })
      .optional()
      .meta({ description: 'people may set reminders of it for themselves' }),
    params: z.strictObject({
      type: z.literal('object'),
      properties: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), paramSchema),
      required: z.array(z.string()).default([]),
      additionalProperties: z.literal(false).optional(),
    }),
    keywords: z
      .record(z.string().regex(/^[a-z_]+\d+$/, 'a keyword is a type and a number: thing1'), keywordSchema)
      .meta({ description: 'exactly the keywords of the approved template' }),
    example: z.record(z.string(), z.unknown()).meta({ description: 'params that render and pass' }),
    languages: z
      .partialRecord(
        languageSchema,
        z.strictObject({
          title: z.string().optional(),
          keywords: z.record(z.string(), z.string().min(1)),
          fields: z
            .record(
              z.string(),
              z.strictObject({ title: z.string().min(1), description: z.string().optional() }),
            )
            .optional()
            .meta({ description: 'what forms call a param, and an example of it' }),
        }),
      )
      .default({})
      .meta({ description: 'texts in other languages, by keyword and param' }),
  })
  .meta({ title: 'Hongyan message template' })

/** The most messages of a template that one person gets within some days. */
export type Frequency = { max: number; days: number }
export type DigestJoin = z.output<typeof joinSchema>
export type Definition = z.output<typeof definitionSchema>
export type ParamDefinition = z.output<typeof paramSchema>
