/** `npm run bench -- phone` as a person runs it, with one message and one round: it runs, and judges what it promises. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import * as z from 'zod'

const reportSchema = z.looseObject({
  name: z.literal('phone'),
  figures: z.record(z.string(), z.looseObject({ value: z.number().positive(), goal: z.string().optional() })),
})

test('the phone benchmark judges the first paint of each page and the largest setData', () => {
  const out = execFileSync(process.execPath, ['bench/run.mjs', 'phone', '--size', '1', '--rounds', '1'], {
    cwd: join(__dirname, '..', '..'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { figures } = reportSchema.parse(JSON.parse(out.trimEnd().split('\n').at(-1) ?? ''))
  const judged = Object.keys(figures).filter((name) => figures[name]?.goal !== undefined)
  expect(judged).toEqual([
    'paint.subscriptions',
    'paint.messages',
    'paint.preferences',
    'paint.reminders',
    'paint.send',
    'paint.campaigns',
    'paint.compose',
    'paint.review',
    'paint.campaign',
    'paint.people',
    'paint.templates',
    'paint.staff-reminders',
    'paint.missed',
    'paint.series',
    'paint.person-reminders',
    'paint.person',
    'paint.lists',
    'paint.import',
    'paint.events',
    'setData.largest',
  ])
  // Bytes depend on no other work of the computer, so the goal is a promise.
  expect(figures['setData.largest']).toMatchObject({ met: true })
}, 90_000)
