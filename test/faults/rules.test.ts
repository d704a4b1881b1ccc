import * as fc from 'fast-check'
import { drawDelay } from '../../emulator/faults/delay'
import { Faults, faultsSchema, type Subject } from '../../emulator/faults'
import { seeded } from '../../emulator/faults/seeded'

const plan = (rules: unknown[], more: Record<string, unknown> = {}) => faultsSchema.parse({ rules, ...more })
const inForce = (rules: unknown[], seed = 1): Faults => {
  const faults = new Faults(seed)
  faults.set(plan(rules))
  return faults
}
const send: Subject = { name: 'subscribeMessage.send', caller: 'notify' }
const read: Subject = { name: 'database.getDocument', collection: 'orders', caller: 'reader' }
/** Which of so many calls the fault befalls. */
const befallen = (faults: Faults, subject: Subject, calls: number): boolean[] =>
  Array.from({ length: calls }, () => faults.callOf(subject)?.fault !== undefined)

const refuse = { kind: 'code', code: 'SYS_ERR' }

test('a rate is met in the long run, and the same seed meets the same calls', () => {
  const rules = [{ on: 'database.*', rate: 0.2, effect: refuse }]
  const first = befallen(inForce(rules, 7), read, 5000)
  expect(first.filter(Boolean).length / 5000).toBeCloseTo(0.2, 1)
  expect(befallen(inForce(rules, 7), read, 5000)).toEqual(first)
  expect(befallen(inForce(rules, 8), read, 5000)).not.toEqual(first)
})

test('a rule draws the same whatever other rules there are', () => {
  const rule = { name: 'mine', on: 'database.*', rate: 0.3, effect: refuse }
  const other = { name: 'other', on: 'subscribeMessage.send', rate: 0.5, effect: { kind: 'drop' } }
  const alone = inForce([rule])
  const among = inForce([other, rule])
  for (let call = 0; call < 200; call++) {
    among.callOf(send)
    expect(among.callOf(read)).toEqual(alone.callOf(read))
  }
})

test('the n-th call of a kind is met, and no other', () => {
  const faults = inForce([{ on: 'database.getDocument', skip: 3, times: 1, effect: { kind: 'kill' } }])
  expect(befallen(faults, read, 6)).toEqual([false, false, false, true, false, false])
  expect(faults.list().rules).toMatchObject([{ name: 'rule-1', seen: 6, done: 1 }])
})

test('delays add up and leave room for one other fault, the first that comes about', () => {
  const faults = inForce([
    { on: '*', effect: { kind: 'delay', ms: 10 } },
    { on: 'database.*', effect: { kind: 'delay', ms: 5 } },
    { on: 'database.*', effect: { kind: 'delay', ms: 2, when: 'after' } },
    { on: 'database.*', effect: refuse },
    { on: 'database.*', effect: { kind: 'drop' } },
  ])
  expect(faults.callOf(read)).toMatchObject({ beforeMs: 15, afterMs: 2, fault: refuse })
  expect(faults.callOf(send)).toEqual({ beforeMs: 10, afterMs: 0 })
  expect(faults.list().rules.map(({ done }) => done)).toEqual([2, 1, 1, 1, 0])
})

test.each<[string, Record<string, unknown>, Partial<Subject>, Partial<Subject>]>([
  ['people', { openids: ['oBob'] }, { person: () => 'oBob' }, { person: () => 'oAlice' }],
  ['templates', { templates: ['T1'] }, { template: () => 'T1' }, {}],
  ['collections', { collections: ['orders'] }, { collection: 'orders' }, { collection: 'todos' }],
  ['functions', { functions: ['notify'] }, { caller: 'notify' }, { caller: 'reader' }],
])('a rule can be about chosen %s only', (_, choice, chosen, other) => {
  const faults = inForce([{ on: '*', ...choice, effect: refuse }])
  const subject = { name: 'subscribeMessage.send' }
  expect(faults.callOf({ ...subject, ...chosen })).toBeDefined()
  expect(faults.callOf({ ...subject, ...other })).toBeUndefined()
})

test('what a rule does not ask for is not found out', () => {
  const faults = inForce([{ on: '*', effect: refuse }])
  const never = (): string => {
    throw new Error('asked')
  }
  expect(faults.callOf({ ...send, person: never, template: never })).toBeDefined()
})

test('a fault befalls only what it can: no instance is killed where no function calls', () => {
  const faults = inForce([{ on: '*', effect: { kind: 'kill' } }])
  expect(faults.callOf({ name: 'subscribeMessage.send' })).toBeUndefined()
  expect(faults.callOf(send)).toMatchObject({ fault: { kind: 'kill', when: 'after' } })
  expect(faults.orderOf({ name: 'timer:tick' })).toBeUndefined()
})

test('rules are added behind those in force, or take their place', () => {
  const faults = inForce([{ on: 'database.*', effect: refuse }])
  faults.callOf(read)
  faults.set(plan([{ on: '/cgi-bin/token', effect: { kind: 'drop' } }], { add: true }))
  expect(faults.list().rules).toMatchObject([{ name: 'rule-1', done: 1 }, { name: 'rule-2' }])
  faults.set(plan([{ name: 'only', on: '*', effect: { kind: 'drop' } }], { seed: 9 }))
  expect(faults.list()).toMatchObject({ seed: 9, rules: [{ name: 'only' }] })
})

test.each<[string, unknown, string, RegExp]>([
  ['a misspelt call', { on: 'databse.*', effect: refuse }, 'on', /databse\.\* is no action, open API, timer/],
  [
    'an errcode for the database',
    { on: 'database.*', effect: { kind: 'errcode', errcode: 1 } },
    'effect.kind',
    /errcode cannot befall/,
  ],
  [
    'a timer that is dropped',
    { on: 'timer:tick', effect: { kind: 'drop' } },
    'effect.kind',
    /drop cannot befall timer:tick/,
  ],
  [
    'a push that is late',
    { on: 'push:x', effect: { kind: 'late', ms: 5 } },
    'effect.kind',
    /late cannot befall push:x/,
  ],
  ['an unknown kind', { on: '*', effect: { kind: 'explode' } }, 'effect.kind', /./],
  ['a rate above 1', { on: '*', rate: 2, effect: refuse }, 'rate', /./],
  [
    'a delay of two distributions',
    { on: '*', effect: { kind: 'delay', ms: 1, meanMs: 2 } },
    'effect',
    /give ms \(fixed\)/,
  ],
  ['a delay of none', { on: '*', effect: { kind: 'delay' } }, 'effect', /give ms \(fixed\)/],
  [
    'a delay from above to below',
    { on: '*', effect: { kind: 'delay', minMs: 3, maxMs: 2 } },
    'effect',
    /minMs not above maxMs/,
  ],
])('%s is refused by field', (_, rule, field, words) => {
  const { error } = faultsSchema.safeParse({ rules: [rule] })
  expect(error?.issues.map(({ path }) => path.slice(2).join('.'))).toContain(field)
  expect(error?.issues.map(({ message }) => message).join()).toMatch(words)
})

test.each<[string, Parameters<typeof drawDelay>[0], { mean: number; least: number; most: number }]>([
  ['fixed', { ms: 40 }, { mean: 40, least: 40, most: 40 }],
  ['uniform', { minMs: 10, maxMs: 30 }, { mean: 20, least: 10, most: 30 }],
  ['exponential', { meanMs: 50 }, { mean: 50, least: 0, most: Infinity }],
  [
    'exponential with an end',
    { meanMs: 50, maxMs: 60 },
    { mean: 50 * (1 - Math.exp(-1.2)), least: 0, most: 60 },
  ],
])('draws of a %s delay have its mean and its bounds', (_, delay, { mean, least, most }) => {
  const random = seeded(1, 'delays')
  const draws = Array.from({ length: 20_000 }, () => drawDelay(delay, random))
  expect(draws.reduce((sum, one) => sum + one, 0) / draws.length / mean).toBeCloseTo(1, 1)
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(least)
  expect(Math.max(...draws)).toBeLessThanOrEqual(most)
})

test('a stream of draws is even, and another for each name', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), (seed, name) => {
      const random = seeded(seed, name)
      const draws = Array.from({ length: 1000 }, random)
      expect(draws.every((one) => one >= 0 && one < 1)).toBe(true)
      expect(Math.abs(draws.reduce((sum, one) => sum + one, 0) / 1000 - 0.5)).toBeLessThan(0.07)
      expect(seeded(seed, `${name}!`)()).not.toBe(draws[0])
    }),
    { numRuns: 50 },
  )
})

test('a stop ends every wait, and lets none begin', async () => {
  const faults = inForce([])
  const waiting = faults.wait(3_600_000)
  faults.stop()
  expect(await waiting).toBe(false)
  expect(await faults.wait(3_600_000)).toBe(false)
})
