/** When reminders come again: through clock changes, leap days and months that are too short. */
import type { Repeat } from '../../core/contract'
import { firstOf, following, nextOf } from '../../core/reminder/recurrence'
import type { Recurrence } from '../../core/reminder/reminder'
import { instantOf } from '../../core/time'
import { differences } from '../recurrence/difference'

const repeat = (zone: string, of: Omit<Repeat, 'kind'>): Recurrence => ({ kind: 'repeat', zone, ...of })

/** The first times from `from` on, as UTC. */
function times(recurrence: Recurrence, count: number): string[] {
  const since = instantOf(recurrence.from, recurrence.zone) ?? 0
  const first = firstOf(recurrence, since)
  if (!first) return []
  const all = [first, ...following(recurrence, first, Number.POSITIVE_INFINITY, count - 1)]
  return all.map(({ at }) => new Date(at).toISOString().slice(0, 16))
}

describe.each([
  // The clocks go from 02:00 to 03:00 on 2027-03-14 and back on 2027-11-07.
  ['America/New_York', '2027-03-13T02:30', ['2027-03-13T07:30', '2027-03-14T07:30', '2027-03-15T06:30']],
  // From 02:00 to 03:00 on 2027-03-28.
  ['Europe/Berlin', '2027-03-27T02:30', ['2027-03-27T01:30', '2027-03-28T01:30', '2027-03-29T00:30']],
  // By half an hour only, from 02:00 to 02:30 on 2027-10-03.
  ['Australia/Lord_Howe', '2027-10-02T02:15', ['2027-10-01T15:45', '2027-10-02T15:45', '2027-10-03T15:15']],
])('a time that a clock change skips: %s', (zone, from, expected) => {
  test('moves forward that day, and the next day is as before', () => {
    expect(times(repeat(zone, { from, every: 1, unit: 'days' }), 3)).toEqual(expected)
  })
})

test.each([
  ['America/New_York', '2027-11-06T01:30', ['2027-11-06T05:30', '2027-11-07T05:30', '2027-11-08T06:30']],
  ['Europe/Berlin', '2027-10-30T02:30', ['2027-10-30T00:30', '2027-10-31T00:30', '2027-11-01T01:30']],
  ['Australia/Lord_Howe', '2027-04-03T01:45', ['2027-04-02T14:45', '2027-04-03T14:45', '2027-04-04T15:15']],
])('a time that comes twice in %s is the first of the two', (zone, from, expected) => {
  expect(times(repeat(zone, { from, every: 1, unit: 'days' }), 3)).toEqual(expected)
})

test('hours are counted by the time that passes, in a night with a clock change too', () => {
  const every = repeat('America/New_York', { from: '2027-03-14T00:00', every: 2, unit: 'hours' })
  expect(times(every, 3)).toEqual(['2027-03-14T05:00', '2027-03-14T07:00', '2027-03-14T09:00'])
})

test('the last day of each month is that, and the 31st only comes where there is one', () => {
  const of = { from: '2027-01-31T09:00', every: 1, unit: 'months' } as const
  expect(times(repeat('UTC', { ...of, lastDay: true }), 4).map((time) => time.slice(5, 10))).toEqual([
    '01-31',
    '02-28',
    '03-31',
    '04-30',
  ])
  expect(times(repeat('UTC', of), 4).map((time) => time.slice(5, 10))).toEqual([
    '01-31',
    '03-31',
    '05-31',
    '07-31',
  ])
})

test('a leap day comes each fourth year', () => {
  const of = repeat('Asia/Shanghai', { from: '2028-02-29T08:00', every: 12, unit: 'months' })
  expect(times(of, 3)).toEqual(['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00'])
})

test('chosen weekdays of each second week keep to those weeks', () => {
  const of = repeat('UTC', { from: '2027-01-06T09:00', every: 2, unit: 'weeks', weekdays: ['MO', 'WE'] })
  expect(times(of, 5).map((time) => time.slice(5, 10))).toEqual(['01-06', '01-18', '01-20', '02-01', '02-03'])
})

test('count and until end it, and the last time may be until itself', () => {
  const daily = { from: '2027-01-01T09:00', every: 1, unit: 'days' } as const
  expect(times(repeat('UTC', { ...daily, count: 2 }), 9)).toHaveLength(2)
  expect(times(repeat('UTC', { ...daily, until: '2027-01-03T09:00' }), 9)).toHaveLength(3)
  const hourly = { from: '2027-01-01T09:00', every: 1, unit: 'hours' } as const
  expect(times(repeat('UTC', { ...hourly, until: '2027-01-01T11:30' }), 9)).toHaveLength(3)
})

test('what begins in the past begins with the first time that is not over, its interval counted from its beginning', () => {
  const of = repeat('UTC', { from: '2027-01-01T09:00', every: 3, unit: 'days' })
  const first = firstOf(of, Date.UTC(2027, 0, 5))
  expect(first).toEqual({ number: 1, wall: '2027-01-07T09:00', at: Date.UTC(2027, 0, 7, 9) })
  expect(first && nextOf(of, first)?.wall).toBe('2027-01-10T09:00')
})

test('two other libraries find the same times for random rules', () => {
  expect(differences({ rules: 300, seed: 20_261_121 })).toEqual([])
})
