import { checkKeywordValue, keywordType } from '../../emulator/wechat/keyword-values'

/** Values that the documents and reports call right or wrong (wechat.md §2). */
const ACCEPTED: [string, unknown][] = [
  ['thing1', '毛巾'],
  ['thing1', '课程A, 第2节 #1'],
  ['thing1', '一二三四五六七八九十一二三四五六七八九十'],
  ['thing1', '😀'.repeat(20)],
  ['number1', '3.14'],
  ['number1', 12],
  ['number01', '1'.repeat(32)],
  ['letter1', 'AbC'],
  ['symbol1', '*#@!~'],
  ['character_string1', 'A-1/2019_x'],
  ['time1', '15:01'],
  ['time1', '2019年10月1日 15:01'],
  ['time1', '15:01:59'],
  ['time1', '08:00~12:00'],
  ['date1', '2019年10月1日'],
  ['date1', '2019年10月1日 15:01'],
  ['date1', '2019-12-25 09:42'],
  ['date1', '2019年10月'],
  ['date1', '10月1日'],
  ['date1', '2018/01/01'],
  ['date1', '2018.01.01'],
  ['date1', '2018-01'],
  ['date1', '01-01'],
  ['date1', '2019年10月1日~2019年10月7日'],
  ['amount1', '￥100'],
  ['amount1', '¥214.00'],
  ['amount1', '$100元'],
  ['phone_number1', '+86-0766-66888866'],
  ['car_number1', '粤A8Z888挂'],
  ['name1', '张三'],
  ['name1', 'John-Paul Smith Jr.'],
  ['phrase1', '配送中'],
  ['enum_string1', '门店'],
  ['short_thing1', '任意文字，长度未知'],
  ['const1', '任意'],
  ['brand_new_type1', '任意'],
]
const REFUSED: [string, unknown][] = [
  ['thing1', '一二三四五六七八九十一二三四五六七八九十一'],
  ['thing1', '第一行\n第二行'],
  ['thing1', 'a\u0007b'],
  ['number1', '12件'],
  ['number1', '1'.repeat(33)],
  ['letter1', 'abc1'],
  ['letter1', 'a'.repeat(33)],
  ['symbol1', '*a'],
  ['symbol1', '******'],
  ['character_string1', '订单1'],
  ['character_string1', 'x'.repeat(33)],
  ['time1', '2024-07-24 08~12'],
  ['time1', '08:00～12:00'],
  ['time1', 1_573_000_000],
  ['time1', '25:00'],
  ['date1', '明天'],
  ['date1', '20191001'],
  ['amount1', '￥12345678901'],
  ['amount1', '一百元'],
  ['phone_number1', '138001380001380001'],
  ['phone_number1', '电话13800138000'],
  ['car_number1', '粤A8Z888挂挂'],
  ['car_number1', '粤A8Z888888挂'],
  ['name1', '用户410774'],
  ['name1', '一二三四五六七八九十一'],
  ['name1', 'abcdefghijklmnopqrstu'],
  ['phrase1', '一二三四五六'],
  ['phrase1', 'abc'],
  ['enum_string1', '电话'],
  ['thing1', true],
  ['thing1', { text: '毛巾' }],
]

test.each(ACCEPTED)('%s takes %j', (key, value) => {
  expect(checkKeywordValue(key, value, ['门店', '网上'])).toEqual({ ok: true })
})

test.each(REFUSED)('%s refuses %j', (key, value) => {
  expect(checkKeywordValue(key, value, ['门店', '网上'])).toEqual({ ok: false, reason: 'invalid' })
})

test.each([[''], ['  '], [null], [undefined]])('%j is empty', (value) => {
  expect(checkKeywordValue('thing1', value)).toEqual({ ok: false, reason: 'is empty' })
})

test.each([
  ['thing1', 'thing'],
  ['character_string12', 'character_string'],
  ['enum_string2', 'enum_string'],
  ['number_9', 'number'],
  ['number01', 'number'],
  ['name_a_b_c8', 'name_a_b_c'],
  ['thing', undefined],
  ['Thing1', undefined],
  ['1', undefined],
])('the type of %s is %s', (key, type) => {
  expect(keywordType(key)).toBe(type)
})
