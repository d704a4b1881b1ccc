/** Campaigns from a terminal: the built functions on the emulator, over WeChat's HTTP API. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run as start, runHere } from '../support/cli'
import { type Hongyan, order, people, startHongyan } from '../support/hongyan'

let world: Hongyan
let env: Record<string, string>
let folder: string

/** Should a wake be lost on a busy computer, the timer starts a campaign within the minute. */
const UNTIL_THE_TIMER_MS = 150_000

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hongyan-cli-'))
  world = await startHongyan()
  const { url, appid, secret, env: cloud } = world.account
  env = { HONGYAN_API: url, HONGYAN_APPID: appid, HONGYAN_APPSECRET: secret, HONGYAN_ENV: cloud }
}, 60_000)
afterAll(async () => {
  await world.stop()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...args: string[]) => runHere(args, env)

/** The one JSON object that a command prints. */
async function json(...args: string[]) {
  const { out, err } = await run('--json', ...args)
  if (out === '') throw new Error(err)
  return JSON.parse(out)
}

function written(name: string, content: string | Buffer): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

const draft = (...more: string[]) => [
  'campaign',
  'create',
  '--name',
  'Autumn',
  '--template',
  'order-shipped',
  '--params',
  JSON.stringify(order),
  ...more,
]

test(
  'a campaign is written, tried, started, followed and reported',
  async () => {
    await world.subscribe(people.customer, 'order-shipped', 'order')
    await world.subscribe(people.emma, 'order-shipped', 'order')
    const { campaign } = await json(...draft('--exclude', (await listOf([people.emma])).audience))
    const shown = await run('campaign', 'show', campaign)
    expect(shown.out).toContain('Autumn  draft')
    expect(shown.out).toContain('云南手冲咖啡豆')
    const tried = await run('campaign', 'dry-run', campaign)
    expect(tried.out).toMatch(/1 person would get it/)
    expect(tried.out).toMatch(/1 {2}excluded {2}in a list of people to leave out/)
    const named = await run('campaign', 'dry-run', campaign, '--names', 'excluded')
    expect(named.out).toMatch(new RegExp(`^${people.emma}`))
    const before = (await world.test.messages(people.customer)).length
    // As people start it: a process of its own.
    const started = await start(['campaign', 'start', campaign, '--watch'], env)
    expect(started).toMatchObject({ code: 0, out: expect.stringContaining('Autumn  finished') })
    expect(started.out).toContain('1 sent · 1 skipped')
    expect(await world.test.messages(people.customer)).toHaveLength(before + 1)
    const report = await run('campaign', 'report', campaign, '--outcome', 'skipped')
    expect(report.out).toContain(people.emma)
    expect(report.out).not.toContain(people.customer)
    const file = join(folder, 'report.csv')
    expect(await json('campaign', 'report', campaign, '--csv', file)).toEqual({ file, people: 2 })
    const lines = readFileSync(file, 'utf8').split('\r\n')
    expect(lines[0]).toBe('\uFEFFopenid,outcome,code,words,time,msgid')
    expect(lines.find((line) => line.startsWith(people.customer))).toMatch(/,sent,0,sent,.*Z,\d+$/)
    const again = await run('campaign', 'start', campaign, '--yes')
    expect(again).toMatchObject({
      code: 1,
      err: expect.stringContaining('is finished; starting is possible only'),
    })
    const clone = await json('campaign', 'clone', campaign)
    expect(clone).toMatchObject({ state: 'draft', served: [campaign] })
    const listed = await run('campaign', 'list')
    expect(listed.out).toContain('Autumn (2)')
  },
  UNTIL_THE_TIMER_MS,
)

async function listOf(openids: string[]) {
  return json('audience', 'import', written('list.csv', `openid\n${openids.join('\n')}\n`), '--name', 'list')
}

test('pause, resume, rate, schedule, unschedule and cancel are one command each', async () => {
  await world.subscribe(people.customer, 'order-shipped', 'order')
  const { campaign } = await json(...draft('--rate', '0.5', '--hours', '00:00-00:00'))
  const scheduled = await json('campaign', 'schedule', campaign, '2030-01-02T10:00')
  expect(scheduled).toMatchObject({ state: 'scheduled', startAt: Date.UTC(2030, 0, 2, 2) })
  expect((await json('campaign', 'pause', campaign)).reason).toBe('paused by staff')
  expect((await json('campaign', 'resume', campaign)).state).toBe('scheduled')
  expect((await json('campaign', 'rate', campaign, 'max')).rate).toBeNull()
  expect((await json('campaign', 'unschedule', campaign)).state).toBe('draft')
  expect((await json('campaign', 'cancel', campaign, '--yes')).state).toBe('cancelled')
}, 60_000)

test('a redrive is a draft for those with the outcomes chosen', async () => {
  const { campaign } = await json(...draft())
  await json('campaign', 'cancel', campaign, '--yes')
  const redriven = await json(
    'campaign',
    'redrive',
    campaign,
    '--outcomes',
    'failed,invalid',
    '--name',
    'again',
  )
  expect(redriven).toMatchObject({
    name: 'again',
    audience: { kind: 'outcomes', outcomes: ['failed', 'invalid'] },
  })
}, 60_000)

describe('audience import', () => {
  const header = 'openid,orderNumber,goods,total,carrier,shippedAt'
  const row = (openid: string, total: string | number = 68) =>
    `${openid},HY1,"茶, 250g",${total},顺丰速运,2026-11-21T15:30`

  test(
    'reads CSV with quotes, checks each row against the template, and seals the list',
    async () => {
      await world.subscribe(people.customer, 'order-shipped', 'order')
      const file = written(
        'orders.csv',
        `\uFEFF${header}\r\n${row(people.customer)}\r\n${row('oNeverSubscribed')}\r\n`,
      )
      const imported = await json('audience', 'import', file, '--template', 'order-shipped')
      expect(imported).toMatchObject({ added: 2, refused: [], sealed: true })
      const { campaign } = await json(
        'campaign',
        'create',
        '--name',
        'Orders',
        '--template',
        'order-shipped',
        '--list',
        imported.audience,
      )
      const { progress } = await json('campaign', 'start', campaign, '--watch', '--yes')
      expect(progress.outcomes).toEqual({ sent: 1, skipped: 1 })
      const [message] = (await world.test.messages(people.customer)).slice(-1)
      expect(JSON.stringify(message)).toContain('茶, 250g')
      expect((await run('audience', 'list')).out).toContain('orders.csv')
      expect(await json('audience', 'remove', imported.audience)).toEqual({ removed: true })
    },
    UNTIL_THE_TIMER_MS,
  )

  test('names each wrong row with its line and leaves the list open, until told to leave them out', async () => {
    const content = `${header}\n${row(people.customer)}\n${row(people.emma, 'much')}\n${row('nobody at all')}\n`
    const file = written('wrong.csv', content)
    const { code, out } = await run('audience', 'import', file, '--template', 'order-shipped')
    expect(code).toBe(1)
    expect(out).toContain('1 person added')
    expect(out).toMatch(new RegExp(`line 3 ${people.emma}: .*total must be number, got "much"`))
    expect(out).toMatch(/line 4 nobody at all: .*openid/)
    expect(out).toContain('not sealed')
    const [, list = ''] = /--into (\w+)/.exec(out) ?? []
    const more = ['--into', list, '--skip-wrong', '--template', 'order-shipped']
    expect(await json('audience', 'import', file, ...more)).toMatchObject({
      added: 0,
      repeated: 1,
      sealed: true,
    })
  }, 60_000)

  test('reads what Excel writes in China, JSON, and JSON lines', async () => {
    // “openid;备注” and a row, in GB 18030.
    const excel = Buffer.concat([
      Buffer.from('openid;orderNumber;goods;total;carrier;shippedAt\r\n'),
      Buffer.from(`${people.emma};HY1;`),
      Buffer.from([0xb2, 0xe8]),
      Buffer.from(';1;'),
      Buffer.from([0xcb, 0xb3, 0xb7, 0xe1, 0xcb, 0xd9, 0xd4, 0xcb]),
      Buffer.from(';2026-11-21T15:30\r\n'),
    ])
    const template = ['--template', 'order-shipped']
    expect(await json('audience', 'import', written('excel.csv', excel), ...template)).toMatchObject({
      added: 1,
    })
    const rows = [
      { openid: people.emma, params: order },
      { openid: people.customer, ...order },
    ]
    const whole = written('rows.json', JSON.stringify(rows))
    expect(await json('audience', 'import', whole, ...template)).toMatchObject({ added: 2 })
    const lines = written('rows.jsonl', rows.map((one) => JSON.stringify(one)).join('\n'))
    expect(await json('audience', 'import', lines, ...template)).toMatchObject({ added: 2 })
  }, 60_000)

  test.each([
    ['no-such.csv', undefined, /no-such\.csv cannot be read/],
    ['no-openid.csv', 'name,goods\nA,B\n', /its first line names name, goods; a column openid is wanted/],
    ['broken.json', '[{', /not valid JSON/],
    ['broken.jsonl', '{"openid":"oSomebody"}\n{', /line 2: not valid JSON/],
  ])('says what is wrong with %s', async (name, content, words) => {
    const file = content === undefined ? join(folder, name) : written(name, content)
    const { code, err } = await run('audience', 'import', file)
    expect(code).toBe(1)
    expect(err).toMatch(words)
  })
})

test('stop lets nothing out and release takes it back', async () => {
  const stopped = await run('stop', '--note', 'wrong text')
  expect(stopped.out).toMatch(/nothing goes out since .* by tool: wrong text/)
  const { campaign } = await json(...draft())
  const refused = await run('campaign', 'start', campaign, '--yes')
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('all sending was stopped by tool') })
  expect((await run('release')).out).toContain('messages go out')
}, 60_000)

test.each<[string, string[], RegExp]>([
  [
    'a rate that is none',
    ['campaign', 'rate', 'someid00', 'fast'],
    /messages per second, such as 50 or 0\.5/,
  ],
  ['hours that are none', draft('--hours', '9-21'), /hours are written 09:00-21:00/],
  ['a redrive of nothing', ['campaign', 'redrive', 'someid00'], /required option '--outcomes <names>'/],
])('%s is wrong use: exit code 2 and a sentence', async (_what, args, words) => {
  const { code, err } = await run(...args)
  expect(code).toBe(2)
  expect(err).toMatch(words)
})
