/** Template files and WeChat's list, by the CLI: over the HTTP API, the staff function and the SDK as it is. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkTemplates } from '../../cli/templates'
import { type Run, runHere } from '../support/cli'
import { type Hongyan, sampleWorld, startHongyan } from '../support/hongyan'

const APPID = 'wx5a1e0c7d9b3f2468'
const source = join(__dirname, '..', '..', 'templates')
const LAUNDRY = {
  tid: '1001',
  title: '洗衣完成提醒',
  type: 2 as const,
  categoryId: 307,
  keywords: [
    { kid: 1, name: '门店', example: '总店', rule: 'thing' },
    { kid: 2, name: '完成时间', example: '2026年11月21日 15:30:00', rule: 'time' },
    { kid: 3, name: '状态', example: '已完成', rule: 'enum_string', enumValues: ['已完成', '清洗中'] },
    { kid: 4, name: '费用', example: '¥25.50', rule: 'amount' },
    { kid: 5, name: '件数', example: '三件', rule: 'number' },
  ],
}
const AT_WECHAT = {
  priTmplId: 'LAUNDRY',
  title: '洗衣完成提醒',
  type: 2 as const,
  content:
    '门店:{{thing1.DATA}}\n完成时间:{{time2.DATA}}\n状态:{{enum_string3.DATA}}\n费用:{{amount4.DATA}}\n件数:{{number5.DATA}}\n',
  example: '门店:总店\n完成时间:2026年11月21日 15:30:00\n状态:已完成\n费用:¥25.50\n件数:三件\n',
  keywordEnumValueList: [{ keywordCode: 'enum_string3.DATA', enumValueList: ['已完成', '清洗中'] }],
}
const UNKNOWN = {
  priTmplId: 'UNKNOWN',
  title: '未知类型提醒',
  type: 2 as const,
  content: '表情:{{emoji1.DATA}}\n',
}

let hongyan: Hongyan
let env: Record<string, string>
let folder: string
beforeAll(async () => {
  hongyan = await startHongyan({
    world: {
      templates: [...(sampleWorld.templates ?? []), AT_WECHAT, UNKNOWN],
      templateLibrary: [LAUNDRY],
      categories: [{ id: 307, name: '生活服务' }],
    },
  })
  const { url, appid, secret, env: cloud } = hongyan.account
  env = { HONGYAN_API: url, HONGYAN_APPID: appid, HONGYAN_APPSECRET: secret, HONGYAN_ENV: cloud }
}, 60_000)
afterAll(() => hongyan.stop())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hongyan-templates-'))
  cpSync(source, folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = (command: string, ...args: string[]): Promise<Run> =>
  runHere(['templates', command, ...args, '--folder', folder], env)
const json = async (command: string, ...args: string[]) => {
  const { code, out } = await runHere(['--json', 'templates', command, ...args, '--folder', folder], env)
  return { code, data: JSON.parse(out) as Record<string, never> }
}
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>
const edit = (file: string, from: string, to: string) => {
  const path = join(folder, file)
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
}

test('pull writes what passes the check, names it in index.ts, and knows where it is from', async () => {
  const { code, out } = await run('pull', 'LAUNDRY', '--key', 'laundry', '--scene', 'shop')
  expect({ code, out: out.trim() }).toEqual({ code: 0, out: '✓ laundry.json  洗衣完成提醒  tid 1001' })
  expect(read('laundry.json')).toMatchObject({
    kind: 'one-time',
    templateIds: { [APPID]: 'LAUNDRY' },
    library: { tid: '1001', keywords: [1, 2, 3, 4, 5], category: 307 },
    scenes: ['shop'],
    keywords: {
      time2: { label: '完成时间', text: "{{date time2 'YYYY年M月D日 HH:mm'}}" },
      enum_string3: { values: ['已完成', '清洗中'] },
      amount4: { text: '{{money amount4}}' },
    },
    // What WeChat shows for the number breaks its rule: a value that passes is in its place.
    example: { thing1: '总店', time2: '2026-11-21T15:30', enumString3: '已完成', amount4: 25.5, number5: 1 },
  })
  expect(checkTemplates(folder).map(({ definition }) => definition.key)).toContain('laundry')
  const index = readFileSync(join(folder, 'index.ts'), 'utf8')
  expect(index).toContain("import laundry from './laundry.json'")
  expect(index).toContain("{ file: 'laundry.json', content: laundry },")
  expect((await run('diff')).code).toBe(0)
})

test('pull passes over what cannot be written down, says why, and exits with 1', async () => {
  const { code, data } = await json('pull', '--no-origin')
  expect(code).toBe(1)
  expect(data).toMatchObject({
    written: [{ title: '洗衣完成提醒' }],
    skipped: [{ templateId: 'UNKNOWN', reason: 'has a keyword of an unknown type: emoji1' }],
  })
})

test('a file that is there is never written over', async () => {
  writeFileSync(join(folder, 'laundry.json'), readFileSync(join(folder, 'queue-call.json')))
  edit('laundry.json', '"queue-call"', '"laundry"')
  const { code, err } = await run('pull', 'LAUNDRY', '--key', 'laundry')
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('laundry.json is there already') })
  expect(read('laundry.json')['title']).toBe('排队叫号提醒')
})

test('diff tells each difference and what to do, and exits with 3 where messages would fail', async () => {
  expect(await run('diff')).toMatchObject({ code: 0, out: expect.stringContaining('no file is for it') })
  edit('queue-call.json', '"phrase3"', '"phrase9"')
  const { code, out } = await run('diff')
  expect(code).toBe(3)
  expect(out).toContain('"排队状态" was renumbered: phrase9 in the file, phrase3 at WeChat')
  expect(out).toContain('Make the keyword phrase3 in the template file, and deploy')
  const { data } = await json('diff')
  expect(data['templates']).toContainEqual({
    template: 'queue-call',
    templateId: 'pW5nDs1Gy8KbMu3Ia6Ov9Ce2Rj7Lt4Xq0ZfHwBkYgTo',
    differences: [expect.objectContaining({ kind: 'keyword-renumbered', severity: 'error' })],
  })
})

test('find takes a public template into a file, and push adds it to the account', async () => {
  expect((await run('find', '洗衣完成提醒')).out).toContain('洗衣完成提醒  tid 1001')
  expect((await run('find', '没有这个')).code).toBe(1)
  expect((await run('find', '洗衣完成提醒', '--take', '1,9')).err).toContain('has the keywords 1, 2, 3, 4, 5')
  const { code, out } = await run('find', '洗衣完成提醒', '--take', '4,1', '--key', 'laundry-fee')
  expect({ code, out }).toEqual({ code: 0, out: '✓ laundry-fee.json: edit it, then push\n' })
  expect(Object.keys(Object(read('laundry-fee.json')['keywords']))).toEqual(['amount4', 'thing1'])
  expect((await run('push', '--yes')).err).toContain('tid 1001, keywords 4, 1, “洗衣完成提醒”')
  const id = String(Object(read('laundry-fee.json')['templateIds'])[APPID])
  expect((await run('diff')).out).toContain('✓ laundry-fee')
  rmSync(join(folder, 'laundry-fee.json'))
  expect((await run('remove', id, '--yes')).code).toBe(0)
})

describe('push', () => {
  const lost = async () => {
    await run('pull', 'LAUNDRY', '--key', 'laundry')
    edit('laundry.json', '"LAUNDRY"', '"GONE"')
  }

  test('shows its plan and does nothing where nobody can be asked', async () => {
    await lost()
    const { code, err } = await run('push')
    expect(code).toBe(2)
    expect(err).toContain('= 洗衣完成提醒  laundry.json  is there: LAUNDRY')
    expect(err).toContain('nobody is there to be asked')
    expect(read('laundry.json')['templateIds']).toEqual({ [APPID]: 'GONE' })
  })

  test('takes the id of what is there, and adds what is not', async () => {
    await lost()
    const before = readFileSync(join(folder, 'laundry.json'), 'utf8')
    expect((await run('push', '--yes')).code).toBe(0)
    expect(read('laundry.json')['templateIds']).toEqual({ [APPID]: 'LAUNDRY' })
    // Of the same title with keywords that nobody else's template has.
    writeFileSync(join(folder, 'laundry.json'), before)
    const less = { ...read('laundry.json'), library: { tid: '1001', keywords: [1, 2] } } as Record<
      string,
      unknown
    >
    const pick = (of: string, names: string[]) =>
      Object.fromEntries(Object.entries(Object(less[of])).filter(([name]) => names.includes(name)))
    const content = {
      ...less,
      keywords: pick('keywords', ['thing1', 'time2']),
      example: pick('example', ['thing1', 'time2']),
      params: {
        type: 'object',
        properties: {
          thing1: { type: 'string', title: '门店' },
          time2: Object(less['params']).properties.time2,
        },
        required: ['thing1', 'time2'],
      },
    }
    writeFileSync(join(folder, 'laundry.json'), JSON.stringify(content, null, 2))
    const added = await run('push', '--yes')
    expect(added).toMatchObject({ code: 0, err: expect.stringContaining('+ 洗衣完成提醒') })
    const id = String(Object(read('laundry.json')['templateIds'])[APPID])
    expect(id).toMatch(/^[\w-]{43}$/)
    expect(await run('push', '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('of every file'),
    })
    expect((await run('remove', id, '--yes')).err).toContain('laundry.json sends with')
    rmSync(join(folder, 'laundry.json'))
    expect((await run('remove', id, '--yes')).out).toContain(`deleted ${id}`)
  })

  test('two files never take one template of the account', async () => {
    await lost()
    const twin = readFileSync(join(folder, 'laundry.json'), 'utf8').replace('"laundry"', '"laundry-twin"')
    writeFileSync(join(folder, 'laundry-twin.json'), twin)
    const { err } = await run('push')
    expect(err.match(/is there: LAUNDRY/g)).toHaveLength(1)
    expect(err).toContain('+ 洗衣完成提醒  laundry')
  })

  test('a file that says nothing of the library cannot be added, and exits with 1', async () => {
    edit('queue-call.json', 'pW5nDs1Gy8KbMu3Ia6Ov9Ce2Rj7Lt4Xq0ZfHwBkYgTo', 'GONE')
    edit('queue-call.json', '"title": "排队叫号提醒"', '"title": "叫号提醒"')
    const { code, out } = await run('push', '--yes')
    expect({ code, out }).toEqual({ code: 3, out: expect.stringContaining('the file has no "library"') })
  })
})

test('an id of a template may begin with a dash, as one in 64 does', async () => {
  const { code, err } = await run('remove', '-zvEAs0hvGr_5EjBUeBdunLb-7QlntP63sPe1QKl8e2', '--yes')
  expect(code).toBe(1)
  expect(err).toContain('wrong tid (200014)')
})

test('what WeChat refuses is told with its code, its meaning and what to do', async () => {
  const { code, err } = await run('remove', 'NOBODY', '--yes')
  expect(code).toBe(1)
  expect(err).toContain('WeChat did not accept deleteTemplate: wrong tid (200014).')
  expect(readdirSync(folder)).toContain('index.ts')
})
