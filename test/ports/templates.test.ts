/** One suite for managing templates; every adapter passes it, with the emulator as WeChat. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { templateApis } from '../../adapters/open-api/templates'
import { HttpsOpenApi } from '../../adapters/https/open-api'
import { MemoryStore } from '../../adapters/memory/store'
import { MemoryTemplates } from '../../adapters/memory/templates'
import { ServiceError } from '../../core/errors'
import type { TemplateLibrary } from '../../core/ports'
import {
  fixtureWorld,
  SDK_VERSIONS,
  sdkPackageOf,
  startTestEmulator,
  type TestEmulator,
} from '../support/emulator'
import { SteppedClock } from '../support/service'

const KEYWORDS = [
  { kid: 1, name: '课程名称', example: '数学', rule: 'thing' },
  { kid: 2, name: '开始时间', example: '2019年10月1日 15:01', rule: 'time' },
  { kid: 3, name: '教室', example: 'A101', rule: 'character_string' },
]
const LIBRARY = Array.from({ length: 32 }, (_, index) => ({
  tid: String(512 + index),
  title: `课程提醒${index}`,
  type: index === 0 ? (3 as const) : (2 as const),
  categoryId: 21,
  keywords: KEYWORDS,
}))
const CATEGORIES = [{ id: 21, name: '教育' }]
const functions = SDK_VERSIONS.map((sdk) => `templates-${sdk.replaceAll('.', '-')}`)

let emulator: TestEmulator
let https: HttpsOpenApi
const folder = mkdtempSync(join(tmpdir(), 'hongyan-templates-'))

beforeAll(async () => {
  const permissions = { openapi: Object.keys(templateApis).map((api) => `subscribeMessage.${api}`) }
  await Promise.all(
    SDK_VERSIONS.map(async (sdk, at) => {
      const name = functions[at] ?? ''
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, 'config.json'), JSON.stringify({ permissions, timeout: 20 }))
      writeFileSync(
        join(folder, name, 'package.json'),
        `{"name":"${name}","version":"1.0.0","main":"index.js"}`,
      )
      await build({
        entryPoints: [join(__dirname, 'templates-function.ts')],
        outfile: join(folder, name, 'index.js'),
        bundle: true,
        platform: 'node',
        target: 'node16.13',
        keepNames: true,
        alias: { 'wx-server-sdk': sdkPackageOf(sdk) },
        logLevel: 'error',
      })
    }),
  )
  const world = { templateLibrary: LIBRARY, categories: CATEGORIES }
  emulator = await startTestEmulator({ functionsDir: folder, world })
  const { appid, appsecret } = fixtureWorld()
  const env = { HONGYAN_API: emulator.url, HONGYAN_APPID: appid, HONGYAN_APPSECRET: appsecret }
  const clock = new SteppedClock()
  https = HttpsOpenApi.from({ store: new MemoryStore(clock), clock, random: () => 'r' }, env)
})
afterAll(async () => {
  https.close()
  await emulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The port in a function, by cloud call. */
function inFunction(name: string): TemplateLibrary {
  const ask = async <T>(method: string, ...args: unknown[]): Promise<T> => {
    const { given, code, facts } = await emulator.result(name, { method, args })
    if (code !== undefined) throw new ServiceError('WECHAT_REFUSED', facts as Record<string, unknown>)
    return given as T
  }
  return {
    list: () => ask('list'),
    categories: () => ask('categories'),
    titles: (page) => ask('titles', page),
    keywords: (tid) => ask('keywords', tid),
    add: (wanted) => ask('add', wanted),
    remove: (templateId) => ask('remove', templateId),
  }
}

function inMemory(): TemplateLibrary {
  const memory = new MemoryTemplates()
  memory.ofAccount.push(...CATEGORIES)
  memory.library.push(
    ...LIBRARY.map(({ tid, title, type, categoryId: category }) => ({
      tid,
      title,
      kind: type === 3 ? ('long-term' as const) : ('one-time' as const),
      category,
      keywords: KEYWORDS.map(({ rule, ...keyword }) => ({ ...keyword, type: rule })),
    })),
  )
  return memory
}

const adapters: [name: string, open: () => TemplateLibrary][] = [
  ...SDK_VERSIONS.map((sdk, at): (typeof adapters)[number] => [
    `cloud call of wx-server-sdk ${sdk}`,
    () => inFunction(functions[at] ?? ''),
  ]),
  ['https', () => https.templates],
  ['memory', inMemory],
]

const errcodeOf = async (refused: Promise<unknown>): Promise<unknown> => {
  try {
    return `not refused: ${JSON.stringify(await refused)}`
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'WECHAT_REFUSED') return error.facts['errcode']
    throw error
  }
}

describe.each(adapters)('%s', (_name, open) => {
  test('a template is added in the order of its keywords, listed, and deleted', async () => {
    const library = open()
    const templateId = await library.add({ tid: '512', keywords: [2, 1], scene: '上课前提醒' })
    const found = (await library.list()).find((one) => one.templateId === templateId)
    expect(found).toEqual({
      templateId,
      title: '课程提醒0',
      kind: 'long-term',
      keywords: [
        { keyword: 'time2', label: '开始时间', example: '2019年10月1日 15:01' },
        { keyword: 'thing1', label: '课程名称', example: '数学' },
      ],
    })
    expect(await errcodeOf(library.add({ tid: '512', keywords: [2, 1], scene: '又一次' }))).toBe(200022)
    await library.remove(templateId)
    expect((await library.list()).some((one) => one.templateId === templateId)).toBe(false)
    expect(await errcodeOf(library.remove(templateId))).toBe(200014)
  })

  test('the library is read page by page', async () => {
    const library = open()
    expect(await library.categories()).toEqual(CATEGORIES)
    const { count, titles } = await library.titles({ categories: [21], start: 30, limit: 30 })
    expect({ count, titles }).toEqual({
      count: 32,
      titles: [30, 31].map((index) => ({
        tid: String(512 + index),
        title: `课程提醒${index}`,
        kind: 'one-time',
        category: 21,
      })),
    })
    expect((await library.keywords('513'))[2]).toEqual({
      kid: 3,
      name: '教室',
      example: 'A101',
      type: 'character_string',
    })
  })

  test.each<[number, string, (library: TemplateLibrary) => Promise<unknown>]>([
    [200014, 'an unknown tid', (library) => library.keywords('1')],
    [200020, 'an unknown keyword', (library) => library.add({ tid: '512', keywords: [1, 9], scene: 'x' })],
    [200018, 'no category', (library) => library.titles({ categories: [], start: 0, limit: 30 })],
  ])('%i is told of %s', async (errcode, _what, ask) => {
    expect(await errcodeOf(ask(open()))).toBe(errcode)
  })
})

describe('what is between', () => {
  afterEach(() => emulator.post('/_emulator/faults', { rules: [] }))
  const fault = (effect: Record<string, unknown>) =>
    emulator.post('/_emulator/faults', {
      rules: [{ on: 'subscribeMessage.getTemplateList', times: 1, effect }],
    })
  const senders = adapters.slice(0, -1)

  test.each(senders)('by %s, an answer that is lost is refused with -1', async (_name, open) => {
    await fault({ kind: 'drop', when: 'after' })
    expect([-1, -501001]).toContain(await errcodeOf(open().list()))
  })

  test.each(senders)('by %s, the daily quota is told as it is', async (_name, open) => {
    await fault({ kind: 'errcode', errcode: 45009 })
    expect(await errcodeOf(open().list())).toBe(45009)
  })

  test('over HTTPS a token that has ended is renewed, and the list is read', async () => {
    await fault({ kind: 'errcode', errcode: 42001 })
    expect(await https.templates.list()).toContainEqual(expect.objectContaining({ title: '排队叫号提醒' }))
  })

  test('the values that WeChat lists come with their keyword', async () => {
    const queue = (await https.templates.list()).find(({ templateId }) => templateId === 'TPL_QUEUE')
    expect(queue?.keywords[2]).toEqual({
      keyword: 'enum_string3',
      label: '渠道',
      example: '门店',
      values: ['门店', '网上'],
    })
  })
})
