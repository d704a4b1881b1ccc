/** What a caller's idempotency key made: a call that is repeated finds it, and makes no second one. */
import { ServiceError } from './errors'
import { canonical, hash } from './hash'
import type { Doc, Ports } from './ports'

/** The id that follows from caller, act and key, and the mark of what was asked. */
export interface Repeatable {
  _id: string
  asked?: string
}

/** Without a key each call makes something new. */
export function repeatable(
  { random }: Pick<Ports, 'random'>,
  length: number,
  by: string,
  what: string,
  { key, ...asked }: { key?: string | undefined },
): Repeatable {
  if (key === undefined) return { _id: hash(random(), length) }
  return { _id: hash(`${by}\n${what}\n${key}`, length), asked: hash(canonical(asked), 16) }
}

/** What this key made before; null where it made nothing. Throws KEY_REUSED where that was something else. */
export async function madeBefore<T extends Doc & { asked?: string }>(
  { store }: Pick<Ports, 'store'>,
  collection: string,
  { _id, asked }: Repeatable,
): Promise<T | null> {
  if (asked === undefined) return null
  const made = await store.get<T>(collection, _id)
  if (made && made.asked !== asked) throw new ServiceError('KEY_REUSED', { sendId: _id })
  return made
}
