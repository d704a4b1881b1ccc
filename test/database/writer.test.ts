import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { History } from '../../emulator/database/history'
import { Sql } from '../../emulator/database/sql'
import { Writer } from '../../emulator/database/writer'

class Refusal extends Error {}

let dir = ''
let sql: Sql
let writer: Writer

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'writer-test-'))
  sql = new Sql(join(dir, 'test.db'), 'process')
  sql.exec('CREATE TABLE rows (n INTEGER PRIMARY KEY)')
  writer = new Writer(sql, new History(), (error) => error instanceof Refusal)
})
afterEach(async () => {
  await sql.close()
  rmSync(dir, { recursive: true, force: true })
})

const add =
  (...numbers: number[]) =>
  () => {
    for (const n of numbers) sql.statement('INSERT INTO rows VALUES (?)').run(n)
    return numbers.length
  }
const refused = (before: () => unknown) => () => {
  before()
  throw new Refusal('no')
}
const rows = () => sql.statement('SELECT n FROM rows ORDER BY n').all().flat()

test('each is answered with what it returned', async () => {
  expect(await Promise.all([writer.submit(add(1)), writer.submit(add(2, 3))])).toEqual([1, 2])
  expect(rows()).toEqual([1, 2, 3])
})

test('an atomic job that is refused leaves nothing, another one what it wrote before', async () => {
  const outcomes = await Promise.allSettled([
    writer.submit(refused(add(1)), true),
    writer.submit(refused(add(2))),
    writer.submit(add(3)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(rows()).toEqual([2, 3])
})

test('a fault in one job costs the others nothing', async () => {
  await writer.submit(add(1))
  // The second breaks a rule of SQL itself, which no job is allowed to do.
  const outcomes = await Promise.allSettled([
    writer.submit(add(2)),
    writer.submit(add(5, 1)),
    writer.submit(add(3)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(rows()).toEqual([1, 2, 3])
})

test('what waits is written by a flush', () => {
  const answered = writer.submit(add(1))
  writer.flush()
  expect(rows()).toEqual([1])
  return expect(answered).resolves.toBe(1)
})
