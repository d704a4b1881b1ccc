import { cloud, type Probe, startProbe } from './probe'

/** A long-term template of one keyword, so that a send spends nothing. */
const templateOf = (key: string): { priTmplId: string; title: string; type: 3; content: string } => ({
  priTmplId: `TPL_${key}`,
  title: key,
  type: 3,
  content: `值:{{${key}.DATA}}`,
})
const KEYS =
  'thing number letter symbol character_string time date amount phone_number car_number name phrase short_thing'
    .split(' ')
    .map((type) => `${type}1`)
const ENUM = {
  ...templateOf('enum_string1'),
  keywordEnumValueList: [{ keywordCode: 'enum_string1.DATA', enumValueList: ['门店', '网上'] }],
}

let given: Probe
beforeAll(async () => {
  given = await startProbe({ world: { templates: [...KEYS.map(templateOf), ENUM] } })
  for (const key of [...KEYS, 'enum_string1']) await given.accept('oAlice', `TPL_${key}`)
})
afterAll(() => given.stop())

const codeOf = async (key: string, value: string): Promise<unknown> => {
  const message = { touser: 'oAlice', templateId: `TPL_${key}`, data: { [key]: { value } } }
  const [outcome] = await given.atOnce(cloud.openapi.subscribeMessage.send(message))
  return Object(outcome !== undefined && 'error' in outcome ? outcome.error : outcome?.value).errCode
}

// wechat.md §2: what the table of keyword types and the reports about it call right, and wrong.
test.each<[string, string, string[], string[]]>([
  [
    'thing takes 20 characters of any kind',
    'thing1',
    ['毛巾 A-1，第2条', '长'.repeat(20)],
    ['长'.repeat(21)],
  ],
  ['line breaks and control characters are refused', 'thing1', [], ['第一行\n第二行', 'a\u0007b']],
  ['a value of blanks is empty', 'thing1', [], [' ', '']],
  ['number takes 32 digits and decimals', 'number1', ['3.14', '1'.repeat(32)], ['12件', '1'.repeat(33)]],
  ['letter takes 32 letters', 'letter1', ['AbC', 'a'.repeat(32)], ['abc1', 'a'.repeat(33)]],
  ['symbol takes 5 symbols', 'symbol1', ['*#@!~'], ['*a', '******']],
  [
    'character_string takes 32 digits, letters and symbols, no Chinese',
    'character_string1',
    ['A-1/2019_x', 'x'.repeat(32)],
    ['订单1', 'x'.repeat(33)],
  ],
  [
    'time is a 24-hour time, with a date in front if wanted',
    'time1',
    ['15:01', '15:01:59', '2019年10月1日 15:01'],
    ['25:00', '1573000000'],
  ],
  [
    'a range of times needs the ASCII ~ and whole times',
    'time1',
    ['08:00~12:00'],
    ['08:00～12:00', '2024-07-24 08~12'],
  ],
  [
    'date is written with 年月日 or joined by - / .',
    'date1',
    ['2019年10月1日', '2019年10月', '10月1日', '2018-01-01', '2018/01/01', '2018.01.01', '2018-01', '01-01'],
    ['20191001', '明天'],
  ],
  ['date takes a time behind it', 'date1', ['2019年10月1日 15:01', '2019-12-25 09:42'], ['2019-12-25 25:00']],
  [
    'a range of dates needs the ASCII ~',
    'date1',
    ['2019年10月1日~2019年10月7日'],
    ['2019年10月1日～10月7日'],
  ],
  [
    'amount is a currency symbol and 10 digits, with decimals and 元',
    'amount1',
    ['￥100', '¥214.00', '$100元'],
    ['￥12345678901', '一百元'],
  ],
  [
    'phone_number takes 17 digits and symbols',
    'phone_number1',
    ['+86-0766-66888866'],
    ['1'.repeat(18), '电话138'],
  ],
  ['car_number takes 8, Chinese first and last', 'car_number1', ['粤A8Z888挂'], ['粤A8Z8888挂', '粤A挂8']],
  ['a Chinese name takes 10 characters', 'name1', ['张三', '张'.repeat(10)], ['张'.repeat(11)]],
  ['another name takes 20 letters and symbols', 'name1', ['John-Paul Smith Jr.'], ['a'.repeat(21)]],
  ['name takes no digits', 'name1', [], ['用户410774']],
  ['phrase takes 5 Chinese characters', 'phrase1', ['配送中', '五个字的词'], ['一二三四五六', 'abc']],
  ['enum takes what the template lists', 'enum_string1', ['门店', '网上'], ['电话']],
  ['short_thing, whose rule is not documented, takes any text', 'short_thing1', ['任意文字，长度未知'], []],
])('%s', async (_title, key, right, wrong) => {
  for (const value of right) expect([value, await codeOf(key, value)]).toEqual([value, 0])
  for (const value of wrong) expect([value, await codeOf(key, value)]).toEqual([value, 47003])
})
