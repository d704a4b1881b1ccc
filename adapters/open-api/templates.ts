/**
 * Template management by WeChat's open APIs: their names, parameters and answers (wechat.md §3). How an API is called is
 * told by each adapter.
 */
import * as z from 'zod'
import type { AccountKeyword, AccountTemplate, Kind } from '../../core/contract'
import { UNKNOWN } from '../../core/delivery/errcodes'
import { refusal } from '../../core/explain/refusal'
import type { TemplateLibrary } from '../../core/ports'

/** Their parameters are camel case on the wire too: `kidList`, `sceneDesc`, `priTmplId`. */
export const templateApis = {
  getTemplateList: { method: 'GET', path: '/wxaapi/newtmpl/gettemplate' },
  getCategory: { method: 'GET', path: '/wxaapi/newtmpl/getcategory' },
  getPubTemplateTitleList: { method: 'GET', path: '/wxaapi/newtmpl/getpubtemplatetitles' },
  getPubTemplateKeyWordsById: { method: 'GET', path: '/wxaapi/newtmpl/getpubtemplatekeywords' },
  addTemplate: { method: 'POST', path: '/wxaapi/newtmpl/addtemplate' },
  deleteTemplate: { method: 'POST', path: '/wxaapi/newtmpl/deltemplate' },
} as const satisfies Record<string, { method: 'GET' | 'POST'; path: string }>

export type TemplateApi = keyof typeof templateApis
export type Params = Record<string, string | number | readonly number[]>

/** Gives WeChat's answer where its errcode is 0; else rejects with WECHAT_REFUSED. */
export type CallTemplateApi = (api: TemplateApi, params: Params) => Promise<unknown>

// The documents and their samples disagree about what is a number and what is text.
const number = z.coerce.number()
const text = z.coerce.string()
const kinds: ReadonlyMap<number, Kind> = new Map([
  [2, 'one-time'],
  [3, 'long-term'],
])
const kind = number.transform((type): Kind | 'other' => kinds.get(type) ?? 'other')

const listSchema = z.object({
  data: z
    .array(
      z.object({
        priTmplId: z.string(),
        title: z.string(),
        content: z.string(),
        example: z.string().nullish(),
        type: kind,
        keywordEnumValueList: z
          .array(z.object({ keywordCode: z.string(), enumValueList: z.array(z.string()) }))
          .nullish(),
      }),
    )
    .nullish(),
})
const categoriesSchema = z.object({ data: z.array(z.object({ id: number, name: z.string() })).nullish() })
const titlesSchema = z.object({
  count: number,
  data: z.array(z.object({ tid: text, title: z.string(), type: kind, categoryId: number })).nullish(),
})
const keywordsSchema = z.object({
  data: z
    .array(z.object({ kid: number, name: z.string(), example: text.nullish(), rule: z.string() }))
    .nullish(),
})
const addedSchema = z.object({ priTmplId: z.string().min(1) })

type Listed = NonNullable<z.output<typeof listSchema>['data']>[number]

/** `标题:{{thing1.DATA}}` on each line of the content; the example has the same labels with values. */
function keywordsOf({ content, example, keywordEnumValueList }: Listed): AccountKeyword[] {
  // keywordCode carries the suffix .DATA (wechat.md §3).
  const values = new Map(
    keywordEnumValueList?.map(({ keywordCode, enumValueList }) => [
      keywordCode.replace(/\.DATA$/, ''),
      enumValueList,
    ]),
  )
  const lines = (example ?? '').split('\n')
  return [...content.matchAll(/([^\n{}]*)\{\{\s*([^{}]+?)\.DATA\s*\}\}/g)].map(
    ([, before = '', keyword = '']) => {
      const label = before.replace(/[:：]\s*$/, '').trim()
      const line = lines.find((one) => one.startsWith(label) && /^\s*[:：]/.test(one.slice(label.length)))
      const listed = values.get(keyword)
      return {
        keyword,
        label,
        example:
          line === undefined
            ? ''
            : line
                .slice(label.length)
                .replace(/^\s*[:：]\s*/, '')
                .trim(),
        ...(listed && { values: listed }),
      }
    },
  )
}

const templateOf = (listed: Listed): AccountTemplate => ({
  templateId: listed.priTmplId,
  title: listed.title,
  kind: listed.type,
  keywords: keywordsOf(listed),
})

export function templateLibrary(call: CallTemplateApi): TemplateLibrary {
  const ask = async <T>(api: TemplateApi, schema: z.ZodType<T>, params: Params = {}): Promise<T> => {
    const parsed = schema.safeParse(await call(api, params))
    if (parsed.success) return parsed.data
    throw refusal(api, UNKNOWN, `the answer is of another form: ${z.prettifyError(parsed.error)}`)
  }
  return {
    list: async () => (await ask('getTemplateList', listSchema)).data?.map(templateOf) ?? [],
    categories: async () => (await ask('getCategory', categoriesSchema)).data ?? [],
    async titles({ categories, start, limit }) {
      const params = { ids: categories.join(','), start, limit }
      const { count, data } = await ask('getPubTemplateTitleList', titlesSchema, params)
      const titles = data?.map(({ tid, title, type, categoryId }) => ({
        tid,
        title,
        kind: type,
        category: categoryId,
      }))
      return { count, titles: titles ?? [] }
    },
    async keywords(tid) {
      const { data } = await ask('getPubTemplateKeyWordsById', keywordsSchema, { tid })
      return (
        data?.map(({ kid, name, example, rule }) => ({ kid, name, example: example ?? '', type: rule })) ?? []
      )
    },
    async add({ tid, keywords, scene }) {
      const params = { tid, kidList: keywords, sceneDesc: scene }
      return (await ask('addTemplate', addedSchema, params)).priTmplId
    },
    async remove(templateId) {
      await call('deleteTemplate', { priTmplId: templateId })
    },
  }
}
