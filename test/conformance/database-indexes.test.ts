import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { db, type Probe, startProbe } from './probe'

/** Indexes as the index page describes them (wechat.md §8). */
const DECLARED = {
  collections: {
    members: { indexes: [{ name: 'email_1', keys: [['email', 1]], unique: true }] },
    seats: {
      indexes: [
        {
          name: 'row_1_seat_-1',
          keys: [
            ['row', 1],
            ['seat', -1],
          ],
          unique: true,
        },
      ],
    },
    tagged: { indexes: [{ name: 'tags_1', keys: [['tags', 1]], unique: true }] },
  },
}

let given: Probe
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  const databaseFile = join(folder, 'database.json')
  writeFileSync(databaseFile, JSON.stringify(DECLARED))
  given = await startProbe({ databaseFile })
})
afterAll(async () => {
  await given.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a value of a unique index that is taken is E11000 with the name of the index', async () => {
  const members = db.collection('members')
  await given.run(members.add({ data: { email: 'a@b' } }))
  expect(await given.fault(members.add({ data: { email: 'a@b' } }))).toMatchObject({
    errCode: -502001,
    errMsg: expect.stringMatching(
      /E11000 duplicate key error collection: .*\.members index: email_1 dup key/,
    ),
  })
})

test('one document may lack the field of a unique index, a second may not', async () => {
  const members = db.collection('members')
  await given.run(members.add({ data: { name: 'x' } }))
  expect((await given.fault(members.add({ data: { name: 'y' } }))).errMsg).toMatch(/E11000/)
  expect((await given.fault(members.add({ data: { email: null } }))).errMsg).toMatch(/E11000/)
})

test('a compound unique index refuses only the whole combination', async () => {
  const seats = db.collection('seats')
  await given.run(
    seats.add({
      data: [
        { row: 1, seat: 1 },
        { row: 1, seat: 2 },
        { row: 2, seat: 1 },
      ],
    }),
  )
  expect((await given.fault(seats.add({ data: { row: 1, seat: 2 } }))).errMsg).toMatch(/row_1_seat_-1/)
})

test('an update into a taken value is refused and changes nothing', async () => {
  const members = db.collection('members')
  await given.run(
    members.add({
      data: [
        { _id: 'one', email: 'one@b' },
        { _id: 'two', email: 'two@b' },
      ],
    }),
  )
  const taken = members.doc('two').update({ data: { email: 'one@b' } })
  expect((await given.fault(taken)).errMsg).toMatch(/E11000/)
  expect(await given.run(members.doc('two').get())).toMatchObject({ data: { email: 'two@b' } })
})

test('a unique index on a list holds each element apart', async () => {
  const tagged = db.collection('tagged')
  await given.run(tagged.add({ data: { tags: ['a', 'b'] } }))
  expect((await given.fault(tagged.add({ data: { tags: ['b', 'c'] } }))).errMsg).toMatch(/E11000/)
})

test('a query along the prefix of an index finds in the order of the index', async () => {
  const seats = db.collection('seats')
  await given.run(
    seats.add({
      data: [
        { row: 7, seat: 1 },
        { row: 7, seat: 3 },
        { row: 7, seat: 2 },
      ],
    }),
  )
  expect(
    await given.run(seats.where({ row: 7 }).orderBy('row', 'asc').orderBy('seat', 'desc').get()),
  ).toMatchObject({ data: [{ seat: 3 }, { seat: 2 }, { seat: 1 }] })
})
