import { isRecord } from '../record'
import type { CloudIds } from '../wechat/cloud-ids'

/** How `wx.cloud.CloudID(id)` travels from the phone to the emulator. */
const MARK = '__cloudID'
/** Fields of one call that are replaced (wechat.md §10). */
const MAX_REPLACED = 5

/**
 * Puts open data in place of the cloudIDs of a call, as the platform does before the function runs: top-level fields
 * only, at most five; others become the plain id. `keys` are the fields that WeChat filled, for OPEN_DATA_INFO.
 */
export function fillOpenData(
  cloudIds: CloudIds,
  openid: string | undefined,
  data: Record<string, unknown>,
): { data: Record<string, unknown>; keys: string[] } {
  const keys: string[] = []
  const filled = Object.entries(data).map(([key, value]) => {
    const id = cloudIdOf(value)
    if (id === undefined || keys.length === MAX_REPLACED) return [key, plain(value)]
    keys.push(key)
    return [key, cloudIds.resolve(openid, id)]
  })
  return { data: Object.fromEntries(filled), keys }
}

function cloudIdOf(value: unknown): string | undefined {
  const id = isRecord(value) && Object.keys(value).length === 1 ? value[MARK] : undefined
  return typeof id === 'string' ? id : undefined
}

/** A value with every cloudID in it as the string that it is. */
function plain(value: unknown): unknown {
  const id = cloudIdOf(value)
  if (id !== undefined) return id
  if (Array.isArray(value)) return value.map(plain)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}
