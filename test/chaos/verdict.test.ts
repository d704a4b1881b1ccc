import { type Evidence, judge, type Promised, type Reported } from './verdict'

const alice = { task: 'campaign', openid: 'oAlice' }
const bob = { task: 'campaign', openid: 'oBob' }
const sent = (who: typeof alice): Reported => ({ ...who, outcome: 'sent', code: 0 })

/** Alice got it, Bob refused it. */
const kept: Evidence = {
  expected: [alice, bob],
  delivered: [alice],
  reported: [sent(alice), { ...bob, outcome: 'refused', code: 43101 }],
  balances: [
    { openid: 'oAlice', granted: 2, left: 1 },
    { openid: 'oBob', granted: 2, left: 0 },
  ],
  counts: { task: 'campaign', outcomes: { sent: 1, refused: 1 } },
  drifts: [],
  interruptions: 1,
  window: 1,
  lostAnswers: 1,
}

test('nothing is found where everything was kept', () => {
  expect(judge(kept)).toEqual({
    breaches: [],
    outcomes: { sent: 1, refused: 1 },
    doubts: [],
    bounds: { interruptions: [0, 1], all: [0, 2] },
  })
})

test('doubts within their bound are listed by name, with what WeChat knows', () => {
  const reported: Reported[] = [
    { ...alice, outcome: 'unknown', code: 'died' },
    { ...bob, outcome: 'unknown', code: -1 },
  ]
  const balances = kept.balances.map((balance) => ({ ...balance, left: 1 }))
  const counts = { task: 'campaign', outcomes: { unknown: 2 } }
  const { breaches, doubts } = judge({ ...kept, reported, balances, counts })
  expect(breaches).toEqual([])
  expect(doubts).toEqual([
    { ...alice, outcome: 'unknown', code: 'died', delivered: 1 },
    { ...bob, outcome: 'unknown', code: -1, delivered: 0 },
  ])
})

const refusedBob = kept.reported.filter(({ openid }) => openid === 'oBob')
const doubtful = (who: typeof alice, code: Reported['code']): Reported => ({
  ...who,
  outcome: 'unknown',
  code,
})
const eve = { task: 'campaign', openid: 'oEve' }
const cases: [what: string, promise: Promised, change: Partial<Evidence>][] = [
  ['a person got it twice', 'twice', { delivered: [alice, alice] }],
  ['a person has no outcome', 'lost', { reported: [sent(alice)], balances: [] }],
  ['a person has two outcomes', 'reportedTwice', { reported: [...kept.reported, sent(alice)], balances: [] }],
  [
    'a person is still deferred',
    'unfinished',
    { reported: [sent(alice), { ...bob, outcome: 'deferred', code: 'held' }], balances: [] },
  ],
  [
    'a single send still waits',
    'unfinished',
    { reported: [sent(alice), { ...bob, outcome: 'waiting', code: '' }], balances: [] },
  ],
  ['what is reported as sent never came', 'falselySent', { delivered: [] }],
  ['what is reported as refused came', 'falselyNotSent', { delivered: [alice, bob] }],
  ['a stranger got it', 'stranger', { delivered: [alice, eve] }],
  ['a stranger is reported', 'stranger', { reported: [...kept.reported, sent(eve)] }],
  [
    'more are in doubt than kills and stops explain',
    'doubtOfInterruptions',
    { reported: [doubtful(alice, 'died'), doubtful(bob, 'died')], balances: [] },
  ],
  [
    'more are in doubt than kills, stops and lost answers explain',
    'doubt',
    { reported: [doubtful(alice, -1), ...refusedBob], interruptions: 0, lostAnswers: 0 },
  ],
  ['a grant was not spent', 'balance', { balances: [{ openid: 'oAlice', granted: 2, left: 2 }] }],
  ['a refused grant came back', 'balance', { balances: [{ openid: 'oBob', granted: 2, left: 2 }] }],
  ['the progress says less', 'counts', { counts: { task: 'campaign', outcomes: { sent: 1 } } }],
  ['the progress says more', 'counts', { counts: { task: 'campaign', outcomes: { sent: 2, refused: 1 } } }],
  ['the ledger drifts', 'ledger', { drifts: [{ openid: 'oAlice' }] }],
]

test.each(cases)('it is found when %s', (_what, promise, change) => {
  const broken = { ...kept, ...change }
  const outcomes = judge({ ...broken, counts: { task: 'nothing', outcomes: {} } }).outcomes
  const { breaches } = judge({ ...broken, counts: { task: 'campaign', outcomes }, ...change })
  expect(breaches.map((breach) => breach.promise)).toEqual([promise])
})
