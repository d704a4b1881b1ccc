/**
 * A store that asks again where it failed. Only for the page protocol: each of its writes may be repeated, since what
 * took effect the first time refuses the second, and is then read back.
 */
import { ServiceError } from './errors'
import type { Clock, Store } from './ports'

/** Waits before the second and the third try. */
const WAITS_MS = [200, 1_000]
/** After this long the lease is of more use to somebody else. */
const GIVE_UP_MS = 12_000

export function persistent(store: Store, clock: Clock): Store {
  const again = async <T>(call: () => Promise<T>): Promise<T> => {
    const began = clock.monotonic()
    for (const wait of WAITS_MS) {
      try {
        return await call()
      } catch (error) {
        const isFailure = error instanceof ServiceError && error.code === 'STORE_FAILED'
        if (!isFailure || clock.monotonic() - began > GIVE_UP_MS) throw error
      }
      await clock.sleep(wait)
    }
    return call()
  }
  return {
    get: (collection, id) => again(() => store.get(collection, id)),
    find: (collection, find) => again(() => store.find(collection, find)),
    insert: (collection, doc) => again(() => store.insert(collection, doc)),
    insertAll: (collection, docs) => again(() => store.insertAll(collection, docs)),
    update: (collection, where, change) => again(() => store.update(collection, where, change)),
    remove: (collection, where) => again(() => store.remove(collection, where)),
  }
}
