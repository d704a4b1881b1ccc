import * as fc from 'fast-check'
import { encode } from '../../emulator/database/ejson'
import { GatewayError } from '../../emulator/gateway/gateway-error'
import { type Fixture, openFixture } from './fixture'

/** Any interleaving of transactions and plain writes, against snapshot isolation in its plainest words. */

const IDS = ['A', 'B', 'C'] as const
type Id = (typeof IDS)[number]
type Contents = ReadonlyMap<Id, number>

interface Step {
  who: number
  what: 'start' | 'commit' | 'abort' | 'set' | 'remove' | 'read'
  id: Id
  n: number
}

/** What a transaction of the model sees and wrote; `null` is a removal. */
interface Open {
  id: string
  seen: Map<Id, number>
  wrote: Map<Id, number | null>
  changedByOthers: Set<Id>
}

const step: fc.Arbitrary<Step> = fc.record({
  // 0 writes without a transaction.
  who: fc.nat({ max: 3 }),
  what: fc.constantFrom('start', 'commit', 'abort', 'set', 'set', 'remove', 'read'),
  id: fc.constantFrom(...IDS),
  n: fc.nat({ max: 5 }),
})

let fixture: Fixture

beforeEach(() => {
  fixture = openFixture({
    declared: { collections: { items: { indexes: [{ name: 'n', keys: [['n', 1]] }] } } },
  })
})
afterEach(() => fixture.stop())

const items = { collectionName: 'items' }

async function contents(more: object): Promise<Contents> {
  const docs = await fixture.find('items', { n: { $gte: 0 } }, { order: '{"n":1}', ...more })
  const sorted = docs.map(({ n }) => Number(n))
  expect(sorted).toEqual([...sorted].sort((a, b) => a - b))
  return new Map(docs.map(({ _id, n }) => [_id as Id, Number(n)]))
}

async function write({ what, id, n }: Step, more: object): Promise<void> {
  const query = encode({ _id: id })
  if (what === 'remove') await fixture.run('removeDocument', { ...items, query, multi: false, ...more })
  else
    await fixture.run('modifyDocument', {
      ...items,
      query,
      data: encode({ n }),
      multi: false,
      merge: false,
      upsert: true,
      ...more,
    })
}

const put = (into: Map<Id, number>, id: Id, n: number | null): void => {
  if (n === null) into.delete(id)
  else into.set(id, n)
}

test('any interleaving keeps snapshots apart, and who comes second on a document conflicts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await fixture.run('removeDocument', { ...items, query: '{}', multi: true })
      const live = new Map<Id, number>()
      const open = new Map<number, Open>()
      for (const one of steps) {
        const { who, what, id, n } = one
        const own = open.get(who)
        if (what === 'start') {
          if (who === 0 || own !== undefined) continue
          const started = await fixture.database.handle('database.startTransaction', {})
          const transactionId = String(started['transactionId'])
          open.set(who, {
            id: transactionId,
            seen: new Map(live),
            wrote: new Map(),
            changedByOthers: new Set(),
          })
        } else if (what === 'read') {
          expect(await contents(own ? { transactionId: own.id } : {})).toEqual(own?.seen ?? live)
        } else if (what === 'commit' || what === 'abort') {
          if (own === undefined) continue
          open.delete(who)
          const conflicts = [...own.wrote.keys()].some((key) => own.changedByOthers.has(key))
          const ending = fixture.database.handle(`database.${what}Transaction`, { transactionId: own.id })
          if (what === 'commit' && conflicts) {
            const refusal: unknown = await ending.catch((error: unknown) => error)
            expect(refusal).toBeInstanceOf(GatewayError)
            expect(refusal).toMatchObject({ code: 'DATABASE_TRANSACTION_CONFLICT' })
          } else {
            await ending
            if (what === 'commit')
              for (const [key, value] of own.wrote) {
                // What was made and removed again inside of it is no write to others.
                if (value === null && !live.has(key)) continue
                put(live, key, value)
                for (const other of open.values()) other.changedByOthers.add(key)
              }
          }
        } else if (own === undefined) {
          const isWrite = what === 'set' || live.has(id)
          await write(one, {})
          put(live, id, what === 'remove' ? null : n)
          if (isWrite) for (const other of open.values()) other.changedByOthers.add(id)
        } else {
          const isWrite = what === 'set' || own.seen.has(id)
          await write(one, { transactionId: own.id })
          if (isWrite) own.wrote.set(id, what === 'remove' ? null : n)
          put(own.seen, id, what === 'remove' ? null : n)
        }
        expect(await contents({})).toEqual(live)
      }
      for (const { id } of open.values())
        await fixture.database.handle('database.abortTransaction', { transactionId: id })
    }),
    { numRuns: 60 },
  )
})
