/** Unspent grants of one person for one template, and their evidence: which prompts granted, which pages spent. */
import type { Openid } from './contract'
import { type Doc, gt, ne, oneOf, type Ports, type Store } from './ports'
import { laneOf } from './lanes'

/** The last ids that are remembered; a prompt or page is only ever repeated while it is among the newest. */
const KEPT = 20

export type Quota = Doc & {
  openid: Openid
  template: string
  lane: number
  /** All grants ever; only grows. */
  granted: number
  left: number
  prompts: string[]
  /** Pages that spent one, that gave it back, and on whose word all that were left were taken. */
  spent: string[]
  returned: string[]
  revoked: string[]
}

const lanePart = (lane: number) => String(lane).padStart(4, '0')

/** Template, lane and openid: the people of a lane are one id range. */
export const quotaId = (template: string, lane: number, openid: Openid) =>
  `${template}:${lanePart(lane)}:${openid}`

/** Adds one grant, proved by the prompt; a repeat of the same prompt adds nothing. */
export async function grant(
  ports: Pick<Ports, 'store'>,
  lanes: number,
  person: { openid: Openid; template: string; promptId: string },
): Promise<void> {
  const { openid, template, promptId } = person
  const lane = laneOf(openid, lanes)
  const _id = quotaId(template, lane, openid)
  const add = () =>
    ports.store.update(
      'quotas',
      { _id, prompts: ne(promptId) },
      { inc: { granted: 1, left: 1 }, push: { prompts: { value: promptId, keep: KEPT } } },
    )
  if ((await add()) > 0) return
  const first: Quota = {
    _id,
    openid,
    template,
    lane,
    granted: 1,
    left: 1,
    prompts: [promptId],
    spent: [],
    returned: [],
    revoked: [],
  }
  if (await ports.store.insert('quotas', first)) return
  await add()
}

const read = (store: Store, ids: readonly string[]) =>
  store.find<Quota>('quotas', { where: { _id: oneOf(ids) }, limit: ids.length })

export const quotasOf = (ports: Pick<Ports, 'store'>, openid: Openid) =>
  ports.store.find<Quota>('quotas', { where: { openid }, limit: 1000 })

/** Reads the quotas with these ids, by id. */
export async function readQuotas(
  ports: Pick<Ports, 'store'>,
  ids: readonly string[],
): Promise<Map<string, Quota>> {
  const quotas = ids.length > 0 ? await read(ports.store, ids) : []
  return new Map(quotas.map((quota) => [quota._id, quota]))
}

/**
 * Takes one grant from each for this page; repeating it takes nothing more. Which were taken is read back by page id:
 * the count of an update is no verdict when its answer can be lost.
 */
export async function spend(
  ports: Pick<Ports, 'store'>,
  pageId: string,
  ids: readonly string[],
): Promise<Map<string, Quota>> {
  await ports.store.update(
    'quotas',
    { _id: oneOf(ids), left: gt(0), spent: ne(pageId) },
    { inc: { left: -1 }, push: { spent: { value: pageId, keep: KEPT } } },
  )
  const quotas = await readQuotas(ports, ids)
  for (const [id, quota] of quotas) if (!quota.spent.includes(pageId)) quotas.delete(id)
  return quotas
}

/** Gives back what this page spent on messages that certainly did not go; repeating it gives nothing more. */
export async function giveBack(
  ports: Pick<Ports, 'store'>,
  pageId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await ports.store.update(
    'quotas',
    { _id: oneOf(ids), spent: pageId, returned: ne(pageId) },
    { inc: { left: 1 }, push: { returned: { value: pageId, keep: KEPT } } },
  )
}

/**
 * WeChat says that these have no grant left: ours go too, unless one was tapped since `granted` was read. Resolves
 * with the ids whose grants are gone for this page; repeating it takes nothing more.
 */
export async function revoke(
  ports: Pick<Ports, 'store'>,
  pageId: string,
  quotas: readonly { id: string; granted: number }[],
): Promise<Set<string>> {
  for (const { id, granted } of quotas) {
    await ports.store.update(
      'quotas',
      { _id: id, granted, revoked: ne(pageId) },
      { set: { left: 0 }, push: { revoked: { value: pageId, keep: KEPT } } },
    )
  }
  const after = await readQuotas(
    ports,
    quotas.map(({ id }) => id),
  )
  return new Set([...after.values()].filter(({ revoked }) => revoked.includes(pageId)).map(({ _id }) => _id))
}
