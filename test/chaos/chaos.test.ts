import { runChaos } from './run'

test('nobody is lost and nobody gets it twice while processes are killed, timers fire twice and answers are lost', async () => {
  const result = await runChaos({
    size: 800,
    kills: 3,
    stops: 1,
    // Shorter than a lease: it goes on where it stood.
    stopMs: 1_000,
    pauses: 1,
    seed: 7,
    lanes: 8,
    instances: 8,
    lostWrites: 0.01,
    rate: 400,
    limitMs: 150_000,
  })
  const { verdict, killed, stopped, lostAnswers } = result
  expect(verdict.breaches).toEqual([])
  expect({ killed, stopped }).toEqual({ killed: 3, stopped: 1 })
  expect(lostAnswers).toBeGreaterThan(10)
  expect(verdict.outcomes.sent).toBeGreaterThan(100)
  expect(verdict.outcomes.refused).toBeGreaterThan(0)
}, 180_000)
