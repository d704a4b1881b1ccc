/** Errors in words: every code of the fact sheet and of the guides, in both languages, found by code and by text. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorsPage } from '../../cli/errors-page'
import { ServiceError } from '../../core/errors'
import { refusals } from '../../core/login/refusals'
import { adviceOf, answered } from '../../core/explain/answers'
import { explanations, explanationsIn, near, placeOf } from '../../core/explain/everything'
import { errorOf } from '../../core/sentences'
import { ERRCODES } from '../../emulator/wechat/errcodes'
import { words as consoleWords } from '../../miniprogram/console/error-words'
import { created, orderParams, run, subscribe } from '../support/campaign'
import { ALICE, as, dataOf, given } from '../support/service'

const root = join(__dirname, '..', '..')
const span = (from: number, to: number) =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => from - at)

/** The platform's own names, which the SDK turns into numbers or keeps in `code` (wire.md §3.1). */
const platformCodes =
  'SYS_ERR SERVER_TIMEOUT EXCEED_REQUEST_LIMIT EXCEED_CONCURRENT_REQUEST_LIMIT INVALIID_ENV INVALID_COMMON_PARAM INVALID_PARAM INVALID_REQUEST_SOURCE RESOURCE_NOT_INITIAL DATABASE_REQUEST_FAILED DATABASE_INVALID_OPERRATOR DATABASE_PERMISSION_DENIED DATABASE_COLLECTION_EXCEED_LIMIT DATABASE_COLLECTION_NOT_EXIST STORAGE_REQUEST_FAIL STORAGE_EXCEED_AUTHORITY STORAGE_FILE_NONEXIST STORAGE_SIGN_PARAM_INVALID FUNCTIONS_REQUEST_FAIL FUNCTIONS_EXECUTE_FAIL'.split(
    ' ',
  )

/** Each code of the sections of docs/facts/wechat.md that errors are told in, and those that the guides speak of. */
const codes: Record<string, readonly (number | string)[]> = {
  '1.3': [
    0,
    -1,
    40001,
    40014,
    41001,
    42001,
    40003,
    40013,
    40125,
    40164,
    40037,
    40165,
    41030,
    43101,
    43104,
    43107,
    43108,
    44002,
    43002,
    40400,
    45009,
    45011,
    45168,
    47001,
    47003,
    48001,
    48004,
    50002,
    40066,
    20001,
    20002,
    45047,
    45015,
    85107,
    ...span(-604100, -604104),
    ...span(-501001, -501004),
  ],
  '5': [
    10001,
    10002,
    10003,
    10004,
    10005,
    20001,
    20002,
    20003,
    20004,
    20005,
    20013,
    19720726,
    19720727,
    19720728,
    19720736,
    'can only be invoked by user TAP gesture.',
    'last call has not ended',
  ],
  '9': [
    -1, -1000, 40014, 41001, 42001, 40101, 43002, 44002, 85088, 40097, 47001, -605101, 40002, 40013, 40125,
    40164, 41002, 41004, 45009, 45011, 40243, 89503, 89506, 89507,
  ],
  '11': [
    -1,
    ...span(-401001, -401003),
    ...span(-402001, -402011),
    ...span(-404001, -404012),
    ...span(-501001, -501005),
    -501007,
    -501009,
    ...span(-501015, -501023),
    -502001,
    -502002,
    -502003,
    -502005,
    ...span(-502010, -502015),
    ...span(-503001, -503003),
    -504001,
    -504002,
    ...span(-601001, -601008),
    -601012,
    -601034,
    -602001,
    -604001,
    ...span(-604100, -604104),
    -606001,
    'DATABASE_DUPLICATE_WRITE',
    'DATABASE_TRANSACTION_CONFLICT',
    'DATABASE_TRANSACTION_FAIL',
    'FUNCTIONS_TIME_LIMIT_EXCEEDED',
    'E11000 duplicate key error',
    'document.get:fail document with _id X does not exist',
    'Task timed out after 20 seconds',
    ...platformCodes,
  ],
  '3': [
    404,
    40001,
    40400,
    20001,
    20002,
    200001,
    200002,
    ...span(200014, 200011),
    ...span(200022, 200016),
    200100,
  ],
  '4': [41028, 41029, 45103, 46101, 45109, 45015, 45047, 70000, 61010, 44991],
  guides: [
    -404011,
    -501005,
    -501001,
    -504002,
    -601001,
    -502005,
    -502003,
    40029,
    45011,
    -501000,
    'please call wx.cloud.init first',
    'OPENID undefined',
    'INVALID_TICKET',
    "Cannot find module 'wx-server-sdk'",
  ],
}

test.each(Object.entries(codes))('every code of section %s is explained', (_section, listed) => {
  expect(listed.filter((code) => explanationsIn(String(code)).length === 0)).toEqual([])
})

test('the list leaves out no code of its sections in the fact sheet', () => {
  const sheet = readFileSync(join(root, 'docs/facts/wechat.md'), 'utf8')
  const found = ['1.3', '5', '9', '11', '3', '4'].flatMap((section) => {
    const [, rest = ''] = sheet.split(new RegExp(`^#{2,3} ${section.replace('.', '\\.')}\\.? `, 'm'))
    const [part = ''] = rest.split(section.includes('.') ? /^#{2,3} /m : /^## /m)
    // First cells of tables: the codes that a section is about.
    const cells = [...part.matchAll(/^\| \**([^|]*?)\** \|/gm)].map(([, cell = '']) => cell)
    return cells.flatMap((cell) => cell.match(/-?\d{5,6}/g) ?? []).map(Number)
  })
  expect(found.length).toBeGreaterThan(60)
  expect(found.filter((code) => !Object.values(codes).flat().includes(code))).toEqual([])
})

test('every errcode that the emulator answers is explained, and every one that a login is refused with', () => {
  const known = new Set(explanations.map(({ code }) => String(code)))
  const answers = [...Object.keys(ERRCODES), ...Object.keys(refusals)]
  expect(answers.filter((code) => !known.has(code))).toEqual([])
})

test('one code has one explanation', () => {
  const all = explanations.map(({ code }) => code)
  expect(all.filter((code, at) => all.indexOf(code) !== at)).toEqual([])
})

test.each(explanations.map((one) => [one.code, one] as const))(
  '%s is whole in both languages, with a source',
  (_code, { meaning, cause, todo, source }) => {
    for (const { zh, en } of [meaning, cause, todo]) {
      expect(zh).toMatch(/\p{Script=Han}/u)
      expect(en).toMatch(/[a-z]/)
      expect(en).not.toMatch(/\p{Script=Han}{5}/u)
      // The sentence around it ends it.
      expect(`${zh}${en}`).not.toMatch(/[.。]$/)
    }
    expect(source).not.toBe('')
  },
)

test.each<[string, (number | string)[]]>([
  [
    'errCode: 43101  | errMsg: openapi.subscribeMessage.send:fail user refuse to accept the msg rid: 5f0c-43',
    [43101],
  ],
  ['{"errcode":47003,"errmsg":"argument invalid! data.thing1.value is emtpy rid: 5f0d"}', [47003]],
  [
    'collection.get:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: x',
    [-502005],
  ],
  [
    'Error: errCode: -404011 cloud function execution error | errMsg: cloud.callFunction:fail requestID 1',
    [-404011],
  ],
  ['requestSubscribeMessage:fail can only be invoked by user TAP gesture.', ['TAP_GESTURE']],
  ["TypeError: Cannot read properties of undefined (reading 'OPENID')", ['OPENID_UNDEFINED']],
])('a whole message finds it: %s', (text, found) => {
  expect(explanationsIn(text).map(({ code }) => code)).toEqual(found)
})

test('numbers of a text that nothing calls an error are none', () => {
  expect(explanationsIn('at line 43101 of 45009 lines')).toEqual([])
})

test('what is not known tells where it is from, and what is near', () => {
  expect(explanationsIn('-502099')).toEqual([])
  expect(placeOf(-502099)?.en).toBe('from Tencent Cloud: the database')
  expect(near('-502099')[0]?.code).toBe(-502015)
  expect(near('INVALID_TICKE').map(({ code }) => code)).toContain('INVALID_TICKET')
  expect(near('zzz')).toEqual([])
})

test('docs/errors.md is what the table says', () => {
  expect(readFileSync(join(root, 'docs/errors.md'), 'utf8')).toBe(errorsPage())
})

test.each(['zh', 'en'] as const)('the console says the same in %s', (lang) => {
  for (const [code, words] of Object.entries(consoleWords[lang].byCode)) {
    const [known] = explanationsIn(code)
    expect({ code, ...words }).toEqual({ code, meaning: known?.meaning[lang], todo: known?.todo[lang] })
  }
})

test('what a function uses of it is a part of it', () => {
  expect(answered.every((one) => explanations.includes(one))).toBe(true)
  expect(answered.length).toBeLessThan(explanations.length)
})

describe('who reads of an errcode reads what to do', () => {
  const answeredBy = async (code: number, text: string) => {
    const world = given()
    await subscribe(world, [ALICE])
    world.wechat.answers.push({ code, text })
    return { world, send: { key: 'key-00000001', to: ALICE, template: 'order-shipped', params: orderParams } }
  }

  test('in the reply to a single send', async () => {
    const { world, send } = await answeredBy(43107, 'banned')
    await world.call('send.one', send, as.owner)
    dataOf(await world.tick())
    expect(dataOf(await world.call('send.one', send, as.owner)).words).toBe(
      'failed: the subscribe-message capability or the template is banned (43107: banned). Read the notice in the mp backend, put it right or appeal; send nothing until then',
    )
  })

  test('in the reason for which a campaign has paused', async () => {
    const { world } = await answeredBy(-604101, 'no permission')
    const { campaign } = await created(world)
    dataOf(await world.call('campaign.start', { campaign }, as.owner))
    expect((await run(world, campaign)).reason).toContain(
      'Add the API to permissions.openapi in config.json of that function, upload it again, wait 10 minutes. Resume when that is put right',
    )
  })

  test('in a refusal of the database', () => {
    const refused = (lang: 'zh' | 'en') =>
      errorOf(new ServiceError('STORE_FAILED', { reason: 'x', advice: adviceOf(-502003) }), lang).message
    expect(refused('en')).toContain(
      'This is: no permission for the database. Do it in a cloud function, or change the rights of the collection',
    )
    expect(refused('zh')).toContain('。没有权限操作数据库：在云函数里操作，或改集合的权限')
    expect(adviceOf(-999999)).toBeNull()
  })
})
