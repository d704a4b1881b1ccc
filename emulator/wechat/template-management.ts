import * as z from 'zod'
import type { Desk, Done } from './desk'
import { WeChatError } from './errcodes'

/** The subscribeMessage.* calls that manage templates (wechat.md §3). Their own parameter names are camel case. */

const MAX_SCENE_CHARACTERS = 15
const MAX_TITLES = 30

// A tid may come as a number or as text; WeChat's own samples show both.
const tidSchema = z.union([z.string().min(1), z.number()]).transform(String)
/** Ids of categories, joined by commas; the sample of the documents quotes them. */
const idsSchema = z.string().regex(/^"?\d+(,\d+)*"?$/)
const kidListSchema = z.array(z.coerce.number().int()).min(2).max(5)

/** Throws 200011 and 200100 where the account may not manage templates. */
function checkStanding({ world }: Desk): void {
  if (world.standing === 'banned') throw new WeChatError(200011)
  if (world.standing === 'other-type') throw new WeChatError(200100)
}

export function addTemplate(desk: Desk, params: Record<string, unknown>): Done {
  checkStanding(desk)
  const tid = tidSchema.safeParse(params['tid']).data
  const library = desk.world.templateLibrary.find((one) => one.tid === tid)
  if (library === undefined) throw new WeChatError(200014)
  if (library.banned) throw new WeChatError(200013)
  // With the SDK's default convertCase `kidList` arrives as `kid_list`, and WeChat misses it.
  const kids = kidListSchema.safeParse(params['kidList'])
  const keywords = kids.data?.map((kid) => library.keywords.find((one) => one.kid === kid))
  const known = keywords?.filter((keyword) => keyword !== undefined) ?? []
  if (keywords === undefined || known.length < keywords.length) throw new WeChatError(200020)
  const scene = params['sceneDesc']
  if (typeof scene !== 'string' || scene === '' || Array.from(scene).length > MAX_SCENE_CHARACTERS)
    throw new WeChatError(200021)
  const existing = desk.templates.list()
  if (existing.length >= desk.world.quotas.templatesOfAccount) throw new WeChatError(200012)
  const content = known.map(({ name, rule, kid }) => `${name}:{{${rule}${kid}.DATA}}`).join('\n')
  if (existing.some((one) => one.title === library.title && one.content === content))
    throw new WeChatError(200022)
  const listed = known.flatMap(({ rule, kid, enumValues }) =>
    enumValues ? [{ keywordCode: `${rule}${kid}.DATA`, enumValueList: enumValues }] : [],
  )
  const priTmplId = templateId(desk.random)
  desk.templates.add({
    priTmplId,
    title: library.title,
    type: library.type,
    content,
    example: known.map(({ name, example }) => `${name}:${example}`).join('\n'),
    ...(listed.length > 0 && { keywordEnumValueList: listed }),
  })
  return { reply: { priTmplId } }
}

export function deleteTemplate(desk: Desk, params: Record<string, unknown>): Done {
  checkStanding(desk)
  const { priTmplId } = params
  // With the SDK's default convertCase it arrives as `pri_tmpl_id`, and WeChat misses it.
  if (typeof priTmplId !== 'string') throw new WeChatError(200002)
  if (desk.templates.find(priTmplId) === undefined) throw new WeChatError(200014)
  desk.templates.remove(priTmplId)
  return {}
}

export function getCategory(desk: Desk): Done {
  return { reply: { data: desk.world.categories } }
}

export function getPublicKeywords(desk: Desk, params: Record<string, unknown>): Done {
  const tid = tidSchema.safeParse(params['tid']).data
  const library = desk.world.templateLibrary.find((one) => one.tid === tid)
  if (library === undefined) throw new WeChatError(200014)
  const data = library.keywords.map(({ kid, name, example, rule }) => ({ kid, name, example, rule }))
  return { reply: { count: data.length, data } }
}

export function getPublicTitles(desk: Desk, params: Record<string, unknown>): Done {
  const ids = params['ids']
  if (ids === undefined || ids === '') throw new WeChatError(200018)
  if (typeof ids !== 'string' && typeof ids !== 'number') throw new WeChatError(200019)
  if (!idsSchema.safeParse(String(ids)).success) throw new WeChatError(200019)
  const start = z.coerce.number().int().min(0).safeParse(params['start'])
  if (!start.success) throw new WeChatError(200016)
  const limit = z.coerce.number().int().min(1).max(MAX_TITLES).safeParse(params['limit'])
  if (!limit.success) throw new WeChatError(200017)
  const categories = new Set(String(ids).replaceAll('"', '').split(','))
  const found = desk.world.templateLibrary.filter((one) => categories.has(String(one.categoryId)))
  return {
    reply: {
      count: found.length,
      data: found
        .slice(start.data, start.data + limit.data)
        .map(({ tid, title, type, categoryId }) => ({ tid, title, type, categoryId: String(categoryId) })),
    },
  }
}

export function getTemplateList(desk: Desk): Done {
  const listed = desk.templates
    .list()
    .map(({ priTmplId, title, type, content, example, keywordEnumValueList }) => ({
      priTmplId,
      title,
      type,
      content,
      example,
      keywordEnumValueList,
    }))
  return { reply: { data: listed } }
}

/** Like WeChat's: 43 characters of base64url. */
function templateId(random: () => number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return Array.from({ length: 43 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
}
