import * as fc from 'fast-check'
import { formatTime, instantOf, isZone, offsetAt } from '../../core/time'

const ISO = 'YYYY-MM-DDTHH:mm:ss'

test.each([
  ['2026-11-21T15:30', 'Asia/Shanghai', '2026-11-21T07:30:00.000Z'],
  ['2026-11-21 15:30:20', 'Asia/Shanghai', '2026-11-21T07:30:20.000Z'],
  ['2026-11-21', 'Asia/Shanghai', '2026-11-20T16:00:00.000Z'],
  ['2026-11-21T15:30Z', 'Asia/Shanghai', '2026-11-21T15:30:00.000Z'],
  ['2026-11-21T15:30+09:00', 'Asia/Shanghai', '2026-11-21T06:30:00.000Z'],
  ['2026-07-01T12:00', 'America/New_York', '2026-07-01T16:00:00.000Z'],
  // 02:30 does not exist on the night clocks go forward: as far behind the gap as it was written.
  ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  // 01:30 comes twice on the night clocks go back: the first.
  ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
])('%s in %s is %s', (text, zone, instant) => {
  expect(new Date(instantOf(text, zone) ?? Number.NaN).toISOString()).toBe(instant)
})

test.each([
  '2026-02-30',
  '2026-13-01',
  '2026-11-21T24:00',
  '2026-11-21T15:60',
  'tomorrow',
  '',
  '1763710200000',
])('%j names no instant', (text) => expect(instantOf(text, 'Asia/Shanghai')).toBeNull())

test('a zone is one that the runtime knows', () => {
  expect(isZone('Asia/Shanghai')).toBe(true)
  expect(isZone('Mars/Base')).toBe(false)
})

test('what is written in a zone reads back as the same instant', () => {
  const zones = ['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC']
  const instants = fc.integer({ min: Date.UTC(1992, 0, 1) / 1000, max: Date.UTC(2090, 0, 1) / 1000 })
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), (seconds, zone) => {
      const text = formatTime(seconds * 1000, zone, ISO)
      const back = instantOf(text, zone) ?? Number.NaN
      // Of a wall time that comes twice the first instant is meant.
      expect(formatTime(back, zone, ISO)).toBe(text)
      expect(back).toBeLessThanOrEqual(seconds * 1000)
      expect(offsetAt(zone, back)).toBeGreaterThanOrEqual(offsetAt(zone, seconds * 1000))
    }),
  )
})
