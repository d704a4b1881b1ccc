import * as fc from 'fast-check'
import { parseCron } from '../../emulator/functions/cron'

/** The first `count` times after a moment, in China's time as the platform means them. */
function times(expression: string, after: string, count = 1): string[] {
  const cron = parseCron(expression)
  const found: string[] = []
  let at = Date.parse(`${after}+08:00`)
  for (let index = 0; index < count; index++) {
    const next = cron.next(at)
    if (next === undefined) break
    found.push(new Date(next + 8 * 3_600_000).toISOString().slice(0, 19))
    at = next
  }
  return found
}

// Expressions and their meaning as the platform's trigger page gives them (wechat.md §7).
test.each([
  [
    'every 5 seconds',
    '*/5 * * * * * *',
    '2026-11-21T10:00:02',
    ['2026-11-21T10:00:05', '2026-11-21T10:00:10'],
  ],
  [
    'on the 1st at 02:00',
    '0 0 2 1 * * *',
    '2026-11-21T10:00:00',
    ['2026-12-01T02:00:00', '2027-01-01T02:00:00'],
  ],
  [
    'weekdays at 10:15',
    '0 15 10 * * MON-FRI *',
    '2026-11-20T10:15:00',
    ['2026-11-23T10:15:00', '2026-11-24T10:15:00'],
  ],
  [
    'each half hour from 9 to 17',
    '0 */30 9-17 * * * *',
    '2026-11-21T17:20:00',
    ['2026-11-21T17:30:00', '2026-11-22T09:00:00'],
  ],
  [
    'at 10, 14 and 16',
    '0 0 10,14,16 * * * *',
    '2026-11-21T10:00:00',
    ['2026-11-21T14:00:00', '2026-11-21T16:00:00'],
  ],
  [
    'Wednesdays at noon',
    '0 0 12 * * WED *',
    '2026-11-21T00:00:00',
    ['2026-11-25T12:00:00', '2026-12-02T12:00:00'],
  ],
  ['only in one year', '0 0 0 1 1 * 2028', '2026-11-21T00:00:00', ['2028-01-01T00:00:00']],
  ['on leap days', '0 0 0 29 2 * *', '2026-11-21T00:00:00', ['2028-02-29T00:00:00', '2032-02-29T00:00:00']],
  [
    'from a start in steps',
    '10/20 0 0 * * * *',
    '2026-11-21T00:00:00',
    ['2026-11-21T00:00:10', '2026-11-21T00:00:30'],
  ],
])('fires %s', (_, expression, after, expected) => {
  expect(times(expression, after, expected.length)).toEqual(expected)
})

test('a day and a weekday together mean either', () => {
  // 2026-11-21 is a Saturday.
  expect(times('0 0 8 23 * SUN *', '2026-11-21T09:00:00', 3)).toEqual([
    '2026-11-22T08:00:00',
    '2026-11-23T08:00:00',
    '2026-11-29T08:00:00',
  ])
})

test('the time zone is UTC+8 whatever the machine has', () => {
  expect(parseCron('0 0 2 * * * *').next(Date.parse('2026-11-21T00:00:00Z'))).toBe(
    Date.parse('2026-11-21T18:00:00Z'),
  )
})

test('a timer whose years are over has no next time', () => {
  expect(times('0 0 0 1 1 * 2020', '2026-11-21T00:00:00')).toEqual([])
})

test.each([
  ['* * * * *', /has 5 fields; wanted 7: second minute hour day month weekday year/],
  ['60 * * * * * *', /second "60" is out of range; allowed are 0-59/],
  ['* * 24 * * * *', /hour "24" is out of range/],
  ['* * * 0 * * *', /day "0" is out of range; allowed are 1-31/],
  ['* * * * * 7 *', /weekday "7" is out of range; allowed are 0-6 and SUN-SAT/],
  ['* * * * * FRI-MON *', /weekday "FRI-MON" runs backwards/],
  ['*/0 * * * * * *', /step that is not a positive number/],
  ['1/2/3 * * * * * *', /more than one \//],
  ['1-2-3 * * * * * *', /more than one -/],
  ['x * * * * * *', /second "x" is not a value/],
  [', * * * * * *', /second "" is not a value/],
  ['* * * * * * 1969', /year "1969" is out of range/],
])('%s is refused with the field and what is allowed', (expression, reason) => {
  expect(() => parseCron(expression)).toThrow(reason)
})

test('each next time is later, matches every field, and nothing between was passed over', () => {
  const field = (max: number, min = 0): fc.Arbitrary<string> =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min, max }).map(String),
      fc.integer({ min: 1, max: 20 }).map((n) => `*/${n}`),
    )
  fc.assert(
    fc.property(
      field(59),
      field(59),
      field(23),
      fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      (second, minute, hour, from) => {
        const cron = parseCron(`${second} ${minute} ${hour} * * * *`)
        const after = Math.floor(from.getTime() / 1000) * 1000
        const next = cron.next(after) ?? 0
        expect(next).toBeGreaterThan(after)
        expect(next % 1000).toBe(0)
        // Seen from one second before, it is still the next; seen from halfway, too.
        expect(cron.next(next - 1000)).toBe(next)
        expect(cron.next(after + Math.floor((next - after) / 2000) * 1000 - 1)).toBeLessThanOrEqual(next)
        const china = new Date(next + 8 * 3_600_000)
        const fits = (text: string, value: number): boolean =>
          text === '*' ||
          (text.startsWith('*/') ? value % Number(text.slice(2)) === 0 : value === Number(text))
        expect([
          fits(second, china.getUTCSeconds()),
          fits(minute, china.getUTCMinutes()),
          fits(hour, china.getUTCHours()),
        ]).toEqual([true, true, true])
      },
    ),
  )
})
