import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { Checkpoints } from '../../emulator/checkpoints'

let dir = ''
let file = ''
let connection: Database.Database

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  dir = mkdtempSync(join(tmpdir(), 'checkpoints-test-'))
  file = join(dir, 'test.db')
  connection = new Database(file)
  connection.exec('PRAGMA journal_mode = WAL')
  connection.exec('CREATE TABLE rows (text TEXT)')
})
afterEach(() => {
  jest.useRealTimers()
  connection.close()
  rmSync(dir, { recursive: true, force: true })
})

const write = (characters: number): void =>
  void connection.prepare('INSERT INTO rows VALUES (?)').run('x'.repeat(characters))

const MEGABYTE = 2 ** 20

test('what was committed is copied into the file a while later, and read all the time', async () => {
  const checkpoints = new Checkpoints(file, connection)
  write(8 * MEGABYTE)
  checkpoints.committed()
  expect(statSync(file).size).toBeLessThan(MEGABYTE)
  jest.runOnlyPendingTimers()
  expect(connection.prepare('SELECT COUNT(*) FROM rows').raw().get()).toEqual([1])
  await checkpoints.close()
  expect(statSync(file).size).toBeGreaterThan(8 * MEGABYTE)
})

test('a large log is begun anew', async () => {
  const checkpoints = new Checkpoints(file, connection)
  write(70 * MEGABYTE)
  checkpoints.committed()
  jest.runOnlyPendingTimers()
  await checkpoints.close()
  const log = statSync(`${file}-wal`).size
  write(8 * MEGABYTE)
  expect(statSync(`${file}-wal`).size).toBe(log)
})

test('a log that is left at the end is copied before its time', async () => {
  const checkpoints = new Checkpoints(file, connection)
  write(8 * MEGABYTE)
  checkpoints.committed()
  await checkpoints.close()
  expect(statSync(file).size).toBeGreaterThan(8 * MEGABYTE)
})

test('where the log cannot be copied beside it, the connection copies it again, and its writer is told of faults', async () => {
  const elsewhere = join(dir, 'no-folder', 'test.db')
  const checkpoints = new Checkpoints(elsewhere, connection)
  checkpoints.committed()
  jest.runOnlyPendingTimers()
  await checkpoints.close()
  expect(connection.prepare('PRAGMA wal_autocheckpoint').raw().get()).toEqual([1000])
})
