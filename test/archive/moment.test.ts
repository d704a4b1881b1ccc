import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { fixtureWorld, startTestEmulator, type TestEmulator } from '../support/emulator'

const exported = z.object({ folder: z.string(), bytes: z.number() })
const token = z.object({ access_token: z.string() })
const total = z.object({ data: z.object({ total: z.number() }) })

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'archive-test-'))
  mkdirSync(join(root, 'functions'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** How many claims are written down, and how many messages were sent. */
async function countsOf({ post, messages }: TestEmulator): Promise<{ claims: number; sent: number }> {
  const body = { action: 'database.calculateDocument', collectionName: 'claims' }
  const claims = total.parse(await post('/admin', body)).data.total
  return { claims, sent: (await messages('oAlice')).length }
}

test('exports of a busy emulator are of one moment: each message has its claim, and at most one claim no message', async () => {
  const given = await startTestEmulator({ functionsDir: join(root, 'functions') })
  const copies: string[] = []
  try {
    await given.post('/admin', { action: 'database.addCollection', collectionName: 'claims' })
    const { appid, appsecret } = fixtureWorld()
    const account = `grant_type=client_credential&appid=${appid}&secret=${appsecret}`
    const { access_token: access } = token.parse(await given.get(`/cgi-bin/token?${account}`))
    const over = new AbortController()
    const busy = async (): Promise<void> => {
      const data = {
        thing1: { value: '毛巾' },
        character_string2: { value: 'A-1' },
        date3: { value: '2019年10月1日' },
      }
      while (!over.signal.aborted) {
        await given.accept('oAlice', 'TPL_ORDER')
        await given.post('/admin', {
          action: 'database.insertDocument',
          collectionName: 'claims',
          data: ['{}'],
        })
        const message = { touser: 'oAlice', template_id: 'TPL_ORDER', data }
        expect(
          await given.post(`/cgi-bin/message/subscribe/send?access_token=${access}`, message),
        ).toMatchObject({ errcode: 0 })
      }
    }
    const copy = async (): Promise<void> => {
      for (let number = 0; number < 8; number++) {
        const { folder } = exported.parse(await given.post('/_emulator/export', {}))
        copies.push(folder)
      }
    }
    await Promise.all([busy(), copy().finally(() => over.abort())])
  } finally {
    // The copies lie below the data folder, which goes away with the emulator.
    for (const [number, folder] of copies.entries())
      cpSync(folder, join(root, `copy-${number}`), { recursive: true })
    await given.stop()
  }
  let last = 0
  for (const number of copies.keys()) {
    const dataDir = join(root, `copy-${number}`)
    const then = await startTestEmulator({ functionsDir: join(root, 'functions'), dataDir })
    try {
      const { claims, sent } = await countsOf(then)
      expect(claims - sent).toBeGreaterThanOrEqual(0)
      expect(claims - sent).toBeLessThanOrEqual(1)
      expect(claims).toBeGreaterThanOrEqual(last)
      last = claims
    } finally {
      await then.stop()
    }
  }
  // It was busy meanwhile, or nothing is proved.
  expect(last).toBeGreaterThan(2)
})
