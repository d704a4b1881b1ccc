import { join } from 'node:path'
import * as z from 'zod'
import { startTestEmulator, type TestEmulator } from '../support/emulator'
import { MANNERS } from './manners'
import { deploy } from './deploy'

let given: TestEmulator
let remove: () => void
beforeAll(async () => {
  const deployed = deploy(['manners'])
  remove = deployed.remove
  given = await startTestEmulator({ functionsDir: deployed.functionsDir })
})
afterAll(async () => {
  await given.stop()
  remove()
})

const logSchema = z.object({
  requestId: z.string(),
  lines: z.array(z.string()),
  error: z.string().optional(),
})
/** The log of the last call. */
const lastLog = async (): Promise<z.output<typeof logSchema>> => logSchema.parse((await given.logs()).at(-1))

test.each(MANNERS.map((row) => [row.manner, row] as const))('a function that %s', async (manner, row) => {
  const reply = await given.call('manners', { manner })
  const log = await lastLog()
  if (row.error === undefined) {
    expect(reply).toMatchObject({ ok: true, result: row.result })
  } else {
    expect(reply).toMatchObject({ ok: false, errCode: -504002 })
    expect(log.error?.split('\n')[0]).toBe(row.error)
  }
  if (row.work !== undefined)
    expect(log.lines.includes(`the work of ${log.requestId} was done`)).toBe(row.work)
})

test('an instance lives on after an error that nobody caught', async () => {
  const pid = async () => (await given.result('manners', { manner: 'tells its process' }))['pid']
  const before = await pid()
  await given.call('manners', { manner: 'fails where nobody catches' })
  await given.call('manners', { manner: 'leaves a rejection behind' })
  expect(await pid()).toBe(before)
})

test('every manner is in the table', () => {
  const { names } = jest.requireActual<{ names: string[] }>(join(__dirname, 'functions/manners'))
  const told = names.filter((name) => !name.startsWith('tells '))
  expect(MANNERS.map(({ manner }) => manner).filter((name) => !name.startsWith('tells '))).toEqual(told)
})
