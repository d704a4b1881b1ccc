import * as z from 'zod'
import { SDK_VERSIONS, startTestEmulator } from '../support/emulator'

const HOUR = 3_600_000
/** 2026-11-21 10:30 in China. */
const START = Date.parse('2026-11-21T10:30:00+08:00')

test.each(SDK_VERSIONS)(
  'a moved clock fires what is due, in order, at its own moment (SDK %s)',
  async (sdk) => {
    const given = await startTestEmulator({ sdk, functions: ['tick'], systemNow: () => START })
    try {
      expect(await given.post('/_emulator/clock', { advanceMs: 3 * HOUR })).toEqual({ now: START + 3 * HOUR })
      const logs = await given.logs()
      expect(logs.map(({ at }) => at)).toEqual([1, 2, 3].map((hours) => START - HOUR / 2 + hours * HOUR))
      expect(logs[0]).toMatchObject({
        function: 'tick',
        source: 'wx_trigger',
        status: 'ok',
        lines: ['tick everyHour'],
      })
      expect(logs[0]).not.toHaveProperty('openid')
      // Event, time and context as the function saw them (wechat.md §7): no OPENID, and moved time.
      const result: unknown = JSON.parse(String(logs[0]?.['result']))
      expect(z.object({ now: z.number() }).parse(result).now - (START + HOUR / 2)).toBeLessThan(60_000)
      expect(result).toEqual({
        event: { Message: '', Time: '2026-11-21T03:00:00Z', TriggerName: 'everyHour', Type: 'Timer' },
        now: expect.any(Number),
        wxContext: { ENV: 'hongyan-test', SOURCE: 'wx_trigger' },
      })
    } finally {
      await given.stop()
    }
  },
)

test('a day of a timer each minute is fired minute by minute, in order', async () => {
  const given = await startTestEmulator({ functions: ['minute'], systemNow: () => START })
  try {
    await given.post('/_emulator/clock', { advanceMs: 24 * HOUR })
    const logs = await given.logs()
    expect(logs.map(({ at }) => at)).toEqual(
      Array.from({ length: 1440 }, (_, index) => START + (index + 1) * 60_000),
    )
    expect(new Set(logs.map(({ status }) => status))).toEqual(new Set(['ok']))
  } finally {
    await given.stop()
  }
})

test('a move backwards fires nothing; time that passes again fires again', async () => {
  const given = await startTestEmulator({ functions: ['tick'], systemNow: () => START })
  try {
    await given.post('/_emulator/clock', { advanceMs: HOUR })
    await given.post('/_emulator/clock', { now: START })
    expect(await given.logs()).toHaveLength(1)
    await given.post('/_emulator/clock', { advanceMs: HOUR })
    expect(await given.logs()).toHaveLength(2)
  } finally {
    await given.stop()
  }
})

test('a timer fires by itself in real time', async () => {
  let now = START + HOUR / 2 - 10
  const given = await startTestEmulator({ functions: ['tick'], systemNow: () => now })
  try {
    const fired = await eventOf(given.url, 'log', () => {
      now += 10
    })
    expect(fired).toMatchObject({ function: 'tick', source: 'wx_trigger', status: 'ok' })
  } finally {
    await given.stop()
  }
})

test('a function sees moved time wherever it asks for now, and nowhere else', async () => {
  const given = await startTestEmulator({ functions: ['dates'], systemNow: () => START })
  try {
    await given.post('/_emulator/clock', { now: Date.parse('2031-01-02T03:04:05Z') })
    expect(await given.result('dates')).toEqual({
      now: expect.any(Number),
      made: expect.stringMatching(/^2031-01-02T03:04:/),
      text: expect.stringMatching(/^Thu Jan 02 2031 03:04:\d\d GMT\+0000/),
      given: '1970-01-01T00:00:00.000Z',
      parsed: 0,
      isDate: true,
      hasItsConstructor: true,
      timeZone: 0,
    })
  } finally {
    await given.stop()
  }
})

/** The first server-sent event of a kind after `act`, which runs when the stream is open. */
async function eventOf(url: string, kind: string, act: () => void): Promise<unknown> {
  const reply = await fetch(`${url}/_emulator/events`)
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader()
  act()
  let text = ''
  for (;;) {
    const chunk = await reader?.read()
    if (chunk === undefined || chunk.done)
      throw new Error(`the stream ended without an event "${kind}": ${text}`)
    text += chunk.value
    const found = new RegExp(`event: ${kind}\ndata: (.*)\n\n`).exec(text)
    if (found?.[1] === undefined) continue
    await reader?.cancel()
    return JSON.parse(found[1])
  }
}
