/** `hongyan explain` as a person with an error before them types it. */
import { runHere } from '../support/cli'

const explain = (...words: string[]) => runHere(['explain', ...words])

test('a negative code is no option', async () => {
  const { code, out } = await explain('-404011')
  expect(code).toBe(0)
  expect(out).toContain('-404011  the function failed')
  expect(out).toContain('do  Read the inner error in its text and the log')
  expect(out).toContain('source  wechat.md §11')
})

test('a message that was pasted without quotes is one message', async () => {
  const pasted =
    'collection.get:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: x'
  const { code, out } = await explain(...pasted.split(' '))
  expect({ code, first: out.split('\n')[0] }).toEqual({
    code: 0,
    first: '-502005  the collection does not exist',
  })
})

test('--json gives both languages, wherever it stands', async () => {
  const found = [{ code: 43101, meaning: { zh: expect.any(String), en: expect.any(String) } }]
  for (const words of [
    ['--json', 'explain', '43101'],
    ['explain', '43101', '--json'],
    ['explain', '-1', '--json'],
  ]) {
    const { out } = await runHere(words)
    expect(JSON.parse(out)).toMatchObject(words.includes('43101') ? { found } : { found: [{ code: -1 }] })
  }
})

test('what nobody knows exits with 1 and names what is near', async () => {
  const { code, out } = await explain('-502099')
  expect(code).toBe(1)
  expect(out).toContain('? -502099 is not known (from Tencent Cloud: the database)')
  expect(out).toContain('-502015  the query failed')
  expect(JSON.parse((await runHere(['--json', 'explain', '-502099'])).out)).toMatchObject({
    found: [],
    near: [{ code: -502015 }, {}, {}, {}, {}],
  })
})

test('where nothing is near it tells where to ask', async () => {
  const { code, out } = await explain('99999')
  expect({ code, out }).toEqual({
    code: 1,
    out: expect.stringContaining('ask the WeChat community, with the rid'),
  })
})

test('without an error it is wrong use', async () => {
  const { code, err } = await explain()
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringContaining('give a code or the text of an error'),
  })
})
