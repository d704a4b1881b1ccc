import * as z from 'zod'
import { SettingsError } from '../settings-error'
import { COLLECTION_NAME } from './limits'

const KEY = z.tuple([
  z.string().min(1, 'a field has a name'),
  z.union([z.literal(1), z.literal(-1)], { error: 'a direction is 1 or -1' }),
])

const INDEX = z.strictObject({
  name: z.string().min(1),
  keys: z.array(KEY).min(1, 'an index has at least one field'),
  unique: z.boolean().optional(),
})

const DECLARED = z.strictObject({
  collections: z.record(
    z.string().regex(COLLECTION_NAME, 'a collection is named with 2 to 33 letters, digits, - and _'),
    z.strictObject({ indexes: z.array(INDEX).optional() }),
  ),
})

/** Collections and indexes that a project declares: `{collections: {name: {indexes: [{name, keys, unique?}]}}}`. */
export type Declared = z.infer<typeof DECLARED>
export type DeclaredIndex = z.infer<typeof INDEX>

/** Checks a declaration. Throws a SettingsError that names the field; `file` is what it came from. */
export function checkDeclared(raw: unknown, file: string): Declared {
  const parsed = DECLARED.safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new SettingsError(file, (issue?.path ?? []).map(String).join('.'), issue?.message ?? 'not valid')
  }
  for (const [name, { indexes = [] }] of Object.entries(parsed.data.collections)) {
    const names = indexes.map((index) => index.name)
    const twice = names.find((one, at) => names.indexOf(one) !== at)
    if (twice !== undefined)
      throw new SettingsError(file, `collections.${name}.indexes`, `the name ${twice} is given twice`)
  }
  return parsed.data
}
