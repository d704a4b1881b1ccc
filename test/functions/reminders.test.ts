/** Reminders as they are deployed: set from a phone, by a tool, and woken by delayed function tasks. */
import { type Hongyan, order, people, startHongyan } from '../support/hongyan'
import { dataOf } from '../support/service'

const { customer, emma } = people
const MINUTE = 60_000

let hongyan: Hongyan
beforeAll(async () => {
  hongyan = await startHongyan({ functionEnv: { '*': { HONGYAN_LANES: '2', HONGYAN_WAKEUPS: 'on' } } })
}, 60_000)
afterAll(() => hongyan.stop())

const messagesOf = async (openid: string) => (await hongyan.test.messages(openid)).length

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let asked = 0; asked < 200; asked += 1) if (await isSo()) return
  throw new Error('asked 200 times, and it is not so')
}

test('a phone sets a reminder that repeats, gets it each time, and cancels it', async () => {
  for (let times = 0; times < 3; times += 1) await hongyan.subscribe(customer, 'to-do', 'reminder')
  const before = await messagesOf(customer)
  const { now } = (await hongyan.test.get('/_emulator/world')) as { now: number }
  const from = new Date(now + 8 * 60 * MINUTE + 30 * MINUTE).toISOString().slice(0, 16)
  const schedule = { kind: 'repeat', from, every: 1, unit: 'hours' } as const
  const input = { key: 'reminder-phone', template: 'to-do', params: {}, timeParam: 'at', schedule }
  const made = dataOf(await hongyan.phone(customer, 'subscriber', 'reminder.create', input))
  expect(made).toMatchObject({ left: 3, state: 'on', version: 1 })
  for (const count of [1, 2]) {
    await hongyan.advance(count === 1 ? 31 * MINUTE : 60 * MINUTE)
    await until(async () => (await messagesOf(customer)) === before + count)
  }
  dataOf(await hongyan.phone(customer, 'subscriber', 'reminder.cancel', { reminder: made.reminder }))
  const { reminders } = dataOf(await hongyan.phone(customer, 'subscriber', 'reminder.mine', {}))
  expect(reminders).toEqual([])
  const { messages } = dataOf(await hongyan.phone(customer, 'subscriber', 'message.mine', {}))
  expect(messages.filter(({ template }) => template === 'to-do')).toHaveLength(2)
})

test('a task wakes dispatch in the second in which a reminder is due', async () => {
  await hongyan.subscribe(emma, 'order-shipped', 'order')
  const schedule = { kind: 'delay', minutes: 90 } as const
  const input = { key: 'reminder-tool', to: emma, template: 'order-shipped', params: order, schedule }
  const { next } = dataOf(await hongyan.tool('reminder.create', input))
  const [due = 0] = next
  await hongyan.test.post('/_emulator/clock', { now: due + 1_000 })
  await until(async () => (await messagesOf(emma)) > 0)
  const { logs } = (await hongyan.test.get('/_emulator/logs')) as {
    logs: { function: string; at: number; event?: string; lines: string[] }[]
  }
  const atDue = logs.filter(({ function: name, at }) => name === 'dispatch' && Math.abs(at - due) <= 2_000)
  // The timer, and the task, which comes a little early and waits.
  expect(atDue.length).toBeGreaterThanOrEqual(2)
})
