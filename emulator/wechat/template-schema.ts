import * as z from 'zod'

/** A subscribe message template as getTemplateList has it (wechat.md §3). */
export const templateSchema = z.strictObject({
  priTmplId: z.string().min(1),
  title: z.string().min(1),
  /** 2 = one-time, 3 = long-term. */
  type: z.union([z.literal(2), z.literal(3)]),
  content: z.string().regex(/\{\{[^{}]+\.DATA\}\}/, 'must hold at least one {{key.DATA}}'),
  example: z.string().default(''),
  keywordEnumValueList: z
    .array(z.strictObject({ keywordCode: z.string().min(1), enumValueList: z.array(z.string()).min(1) }))
    .optional(),
  /** Set when WeChat banned the template: prompts answer `ban`, sends 43107. */
  banned: z.boolean().optional(),
})

/** A template of the public library, from which an account takes its own. */
export const libraryTemplateSchema = z.strictObject({
  tid: z.string().min(1),
  title: z.string().min(1),
  type: z.union([z.literal(2), z.literal(3)]),
  categoryId: z.int(),
  keywords: z
    .array(
      z.strictObject({
        kid: z.int(),
        name: z.string().min(1),
        example: z.string(),
        /** The keyword type, for example `thing`. */
        rule: z.string().regex(/^[a-z_]+$/, 'must be a keyword type such as thing or character_string'),
        /** The values that WeChat lists for it (enum_string). */
        enumValues: z.array(z.string()).min(1).optional(),
      }),
    )
    .min(1),
  /** Set when WeChat banned it: it cannot be taken, 200013. */
  banned: z.boolean().optional(),
})
