/** The CLI as a person or a script runs it: its words, its JSON and its exit codes. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CliError } from '../../cli/output'
import { checkTemplates, schemaFile, templateSchema } from '../../cli/templates'
import { run, runHere, startCli } from '../support/cli'
import { type Hongyan, order, people, startHongyan } from '../support/hongyan'

const root = join(__dirname, '..', '..')

test('help names every command', async () => {
  const { code, out } = await run(['--help'])
  expect(code).toBe(0)
  for (const command of [
    'build',
    'emulate',
    'send',
    'campaign',
    'audience',
    'stop',
    'call',
    'templates',
    'data',
  ])
    expect(out).toContain(command)
})

test.each<[string, string[], RegExp]>([
  ['an unknown command', ['fly'], /unknown command 'fly'/],
  ['an unknown option', ['build', '--fast'], /unknown option '--fast'/],
  ['a missing option', ['send', '--to', 'oX'], /required option '--template <key>'/],
  [
    'a params file that is not there',
    ['send', '--params', '@none.json'],
    /none\.json cannot be read: ENOENT/,
  ],
  ['an input that is no JSON', ['call', 'staff', 'whoami', '{'], /argument 'input'.*not valid JSON/],
  ['params that are no JSON', ['send', '--to', 'oX', '--template', 't', '--params', '{'], /not valid JSON/],
  ['a port that is none', ['emulate', '--port', 'abc'], /a port is a whole number/],
])('%s is wrong use: exit code 2 and a sentence', async (_what, args, words) => {
  const { code, out, err } = await run(args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(words)
})

test('without an account it says which variables to set, and exits with 1', async () => {
  const args = ['send', '--to', people.customer, '--template', 'order-shipped', '--params', '{}']
  const { code, err } = await run(args)
  expect(code).toBe(1)
  expect(err).toContain('HONGYAN_APPID, HONGYAN_APPSECRET, HONGYAN_ENV')
  const json = await run(['--json', ...args])
  expect(JSON.parse(json.out)).toMatchObject({
    error: { facts: { missing: ['HONGYAN_APPID', 'HONGYAN_APPSECRET', 'HONGYAN_ENV'] } },
  })
})

test('templates check tells each template and its revision', async () => {
  const { code, out } = await run(['--json', 'templates', 'check'])
  expect(code).toBe(0)
  expect(JSON.parse(out).templates).toMatchObject([
    { template: 'class-notice', revision: expect.stringMatching(/^[0-9a-f]{16}$/) },
    { template: 'class-reminder' },
    { template: 'order-shipped' },
    { template: 'queue-call' },
    { template: 'to-do' },
  ])
})

describe('a broken template file stops the build', () => {
  const checked = (content: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'hongyan-templates-'))
    try {
      writeFileSync(join(folder, 'bad.json'), content)
      checkTemplates(folder)
    } catch (error) {
      if (error instanceof CliError) return error.message
      throw error
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return 'nothing was refused'
  }
  const good = readFileSync(join(root, 'templates', 'queue-call.json'), 'utf8')

  test('a file that is no JSON is told with the place', () => {
    expect(checked('{ "key": ')).toMatch(/^templates\/bad\.json: not valid JSON: /)
  })

  test('each fault is told with file, field and reason', () => {
    const message = checked(good.replace('"phrase3"', '"phrases3"').replace('{{ahead}}', '{{behind}}'))
    expect(message).toMatch(
      /templates\/bad\.json: keywords\.phrases3 is no known keyword type; known: thing, number/,
    )
    const rendered = checked(good.replace('{{ahead}}', '{{behind}}'))
    expect(rendered).toMatch(
      /templates\/bad\.json: example in zh_CN: number2 the text does not render: .*behind/,
    )
  })
})

test('the schema that editors complete from is the one the check uses', () => {
  expect(readFileSync(schemaFile, 'utf8')).toBe(templateSchema())
})

/** The command lines that the README and the pages of docs/ tell to type: `npx hongyan …`. */
function commandLines(): string[] {
  const files = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'))
  const texts = ['README.md', ...files.map((file) => join('docs', file))].map((file) =>
    readFileSync(join(root, file), 'utf8'),
  )
  const typed = /^(?:npx )?hongyan (.+)$|`(?:npx )?hongyan ([^`\n]+)`/gm
  return texts.flatMap((text) => [...text.matchAll(typed)].map(([, line, inline]) => line ?? inline ?? ''))
}

test('every command and option that a page names is there', async () => {
  const lines = commandLines()
  expect(lines.length).toBeGreaterThan(50)
  const wrong: string[] = []
  for (const line of lines) {
    const words =
      line
        .split(/\s+[#|]/, 1)[0]
        ?.replaceAll(/[[\]]/g, '')
        .split(/\s+/) ?? []
    const path: string[] = []
    let help = (await runHere(['--help'])).out
    while (
      /^Commands:/m.test(help) &&
      words[path.length] !== undefined &&
      !/^(…|-)/.test(words[path.length] ?? '')
    ) {
      path.push(words[path.length] ?? '')
      help = (await runHere([...path, '--help'])).out
      if (!help.startsWith(`Usage: hongyan ${path.join(' ')} `)) break
    }
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.split('=', 1)[0] ?? '')
    const isThere = path.length === 0 || help.startsWith(`Usage: hongyan ${path.join(' ')} `)
    if (!isThere || options.some((option) => !new RegExp(`(^|\\s)${option}\\b`).test(help))) wrong.push(line)
  }
  expect(wrong).toEqual([])
})

test('an id behind --emulator is an id', async () => {
  const nowhere = join(tmpdir(), 'hongyan-nowhere')
  const { code, err } = await runHere(['campaign', 'report', '--data', nowhere, '--emulator', 'c0ffee'])
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining(`no emulator is running on ${nowhere}`),
  })
})

describe('against an emulator', () => {
  let world: Hongyan
  let env: Record<string, string>
  beforeAll(async () => {
    world = await startHongyan()
    const { url, appid, secret, env: cloud } = world.account
    env = { HONGYAN_API: url, HONGYAN_APPID: appid, HONGYAN_APPSECRET: secret, HONGYAN_ENV: cloud }
  }, 60_000)
  afterAll(() => world.stop())

  const send = (...more: string[]) => [
    'send',
    '--to',
    people.customer,
    '--template',
    'order-shipped',
    '--params',
    JSON.stringify(order),
    ...more,
  ]

  test('send tells the outcome and the card; the same key sends once; a skip exits with 1', async () => {
    await world.subscribe(people.customer, 'order-shipped', 'order')
    const sent = await run(send('--key', 'cli-key-1'), env)
    expect(sent).toMatchObject({ code: 0, out: expect.stringContaining('✓ sent') })
    expect(sent.out).toContain('云南手冲咖啡豆')
    const again = await run(['--json', ...send('--key', 'cli-key-1')], env)
    expect(JSON.parse(again.out)).toMatchObject({ state: 'done', outcome: 'sent', code: 0, key: 'cli-key-1' })
    const skipped = await run(send(), env)
    expect(skipped).toMatchObject({ code: 1, out: expect.stringContaining('no grant left') })
    expect(await world.test.messages(people.customer)).toHaveLength(1)
  })

  test('answer reaches who has written, and tells what is left; who has not is told, with 1', async () => {
    const answer = ['answer', '--to', people.emma, '--text', '您好']
    const refused = await run(answer, env)
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('has not written yet') })
    await world.test.post('/_emulator/customer', { openid: people.emma, act: 'message' })
    await world.test.post('/_emulator/settle', {})
    expect(await run(answer, env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('4 more may be sent'),
    })
  })

  test('what the service refuses is told with every fault, and exits with 1', async () => {
    const args = ['send', '--to', people.customer, '--template', 'order-shipped', '--params', '{"total":-1}']
    const { code, err } = await run(args, env)
    expect(code).toBe(1)
    for (const words of ['params.orderNumber is missing', 'params.total is too small'])
      expect(err).toContain(words)
  })

  test('words are Chinese where the terminal is', async () => {
    const { err } = await run(['call', 'staff', 'nope'], { ...env, LANG: 'zh_CN.UTF-8' })
    expect(err).toContain('没有名为“nope”的操作')
  })

  test('a wrong secret is told with WeChat’s errcode', async () => {
    const { code, err } = await run(['call', 'staff', 'template.list'], {
      ...env,
      HONGYAN_APPSECRET: 'wrong',
    })
    expect(code).toBe(1)
    expect(err).toMatch(/no access token: errcode 40125/)
  })

  test('a host that cannot be reached is told by name', async () => {
    const { code, err } = await run(['call', 'staff', 'template.list'], {
      ...env,
      HONGYAN_API: 'http://127.0.0.1:9',
    })
    expect(code).toBe(1)
    expect(err).toMatch(/http:\/\/127\.0\.0\.1:9 cannot be reached/)
  })

  test('call prints the reply of any action', async () => {
    const { code, out } = await run(
      [
        '--json',
        'call',
        'staff',
        'template.preview',
        JSON.stringify({ template: 'order-shipped', params: order }),
      ],
      env,
    )
    expect(code).toBe(0)
    expect(JSON.parse(out).card.title).toBe('订单发货提醒')
  })
})

test('emulate prints ready, answers --emulator, and ends in order', async () => {
  const data = mkdtempSync(join(tmpdir(), 'hongyan-data-'))
  const emulator = startCli(['emulate', '--port', '0', '--data', data, '--no-open'])
  try {
    await emulator.said('ready http://127.0.0.1:')
    expect(emulator.output()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/m)
    const listed = await run(['--json', 'call', 'staff', 'template.list', '--data', data])
    expect(JSON.parse(listed.out).templates).toHaveLength(5)
  } finally {
    emulator.stop()
  }
  expect((await emulator.ended).code).toBe(0)
  expect(existsSync(join(data, 'emulator.json'))).toBe(false)
  const { code, err } = await run(['call', 'staff', 'template.list', '--data', data])
  expect({ code, err: err.includes('no emulator is running') }).toEqual({ code: 1, err: true })
  rmSync(data, { recursive: true, force: true })
}, 60_000)
