/** Every way to one person, on the built bundles: template messages in both eras, customer service, and typed text. */
import { lesson, REMINDER_ID } from '../support/class-notice'
import { type Hongyan, people, sampleWorld, startHongyan } from '../support/hongyan'
import { dataOf, errorOf } from '../support/service'

const { customer, owner, emma } = people
const student = 'oZhangTong2Pq5Sr8Tu1Vw4Xy7Za'
let keys = 0
const newKey = () => `channel-key-${(keys += 1)}`

/** What WeChat's side of the emulator gives for a submitted form or a payment. */
async function formIdOf({ test }: Hongyan, openid: string, kind = 'form'): Promise<string> {
  return String(Object(await test.post('/_emulator/formid', { openid, kind })).formId)
}
const handIn = (hongyan: Hongyan, openid: string, formId: string, kind: 'form' | 'payment' = 'form') =>
  hongyan.phone(openid, 'subscriber', 'formid.handIn', { formIds: [{ formId, kind }] })
/** Asks with the same key until the outcome is there: it may wait for another try, or for a busy machine. */
async function settled<T extends { state: string }>(hongyan: Hongyan, ask: () => Promise<T>): Promise<T> {
  for (let asked = 0; asked < 10; asked += 1) {
    const sent = await ask()
    if (sent.state === 'done') return sent
    await hongyan.advance(2_000)
  }
  throw new Error('asked ten times, and nothing is decided')
}

function notify(hongyan: Hongyan, to: string) {
  const input = { key: newKey(), to, template: 'class-notice', params: lesson }
  return settled(hongyan, async () => dataOf(await hongyan.tool('send.one', input)))
}
const last = async ({ test }: Hongyan, openid: string) => (await test.messages(openid)).at(-1)

describe('in 2019', () => {
  let hongyan: Hongyan
  beforeAll(async () => {
    hongyan = await startHongyan({ world: { era: '2019' } })
  }, 60_000)
  afterAll(() => hongyan.stop())

  test('a form is one template message, with its large keyword; without another nothing goes', async () => {
    expect(dataOf(await handIn(hongyan, customer, await formIdOf(hongyan, customer)))).toEqual({
      kept: 1,
      left: 1,
    })
    expect(await notify(hongyan, customer)).toMatchObject({ outcome: 'sent', card: { title: '上课通知' } })
    expect(await last(hongyan, customer)).toMatchObject({
      channel: 'template',
      title: '上课通知',
      emphasis: 'keyword2',
      page: 'pages/messages/messages?course=%E5%B0%91%E5%84%BF%E4%B9%A6%E6%B3%95',
    })
    expect(await notify(hongyan, customer)).toMatchObject({ outcome: 'skipped' })
    expect(await hongyan.test.messages(customer)).toHaveLength(1)
  })

  test('a payment is three, and what WeChat does not know gives way to what it knows', async () => {
    dataOf(await handIn(hongyan, emma, 'made-up-by-a-phone', 'payment'))
    dataOf(await handIn(hongyan, emma, await formIdOf(hongyan, emma, 'payment'), 'payment'))
    for (let times = 0; times < 3; times += 1)
      expect(await notify(hongyan, emma)).toMatchObject({ outcome: 'sent' })
    expect(await last(hongyan, emma)).toMatchObject({ channel: 'template' })
    expect(await notify(hongyan, emma)).toMatchObject({ outcome: 'skipped' })
    expect(await hongyan.test.messages(emma)).toHaveLength(3)
  })
})

describe('today', () => {
  let hongyan: Hongyan
  beforeAll(async () => {
    const functionEnv = { '*': { HONGYAN_OWNER: owner }, staff: { HONGYAN_TEXT_CHECK: 'all' } }
    hongyan = await startHongyan({ functionEnv })
  }, 60_000)
  afterAll(() => hongyan.stop())

  const subscribe = async (openid: string) => {
    await hongyan.test.accept(openid, REMINDER_ID)
    const answers = { [REMINDER_ID]: 'accept' as const }
    const input = { promptId: `prompt-${newKey()}`, scene: 'class', answers }
    dataOf(await hongyan.phone(openid, 'subscriber', 'subscription.record', input))
  }

  test('a phone gets a mock formId, which is refused', async () => {
    const mock = await formIdOf(hongyan, customer)
    expect(errorOf(await handIn(hongyan, customer, mock))).toMatchObject({ code: 'INPUT_INVALID' })
  })

  test('45103 is answered with the fallback, and the service says so', async () => {
    dataOf(await handIn(hongyan, customer, await formIdOf(hongyan, customer, 'payment'), 'payment'))
    await subscribe(customer)
    const sent = await notify(hongyan, customer)
    expect(sent).toMatchObject({ outcome: 'sent', card: { title: 'Class reminder' } })
    expect(sent.words).toContain('as a subscribe message')
    expect(await last(hongyan, customer)).toMatchObject({ channel: 'subscribe', templateId: REMINDER_ID })
  })

  const answer = (to: string, text: string, key = newKey()) =>
    hongyan.phone(owner, 'staff', 'conversation.send', { key, to, message: { kind: 'text', text } })
  const write = async (openid: string, text: string) => {
    await hongyan.test.post('/_emulator/customer', { openid, act: 'message', text })
    await hongyan.test.post('/_emulator/settle', {})
  }

  test('who writes to customer service is answered, five times and no more, and staff of WeChat get it too', async () => {
    expect(errorOf(await answer(emma, '您好'))).toMatchObject({ code: 'CONVERSATION_CLOSED' })
    await write(emma, '我的课几点？')
    const pushed = (await hongyan.test.logs()).filter(
      (row) => row['openid'] === emma && row['function'] === 'events',
    )
    expect(pushed.map(({ result }) => JSON.parse(String(result)) as unknown)).toMatchObject([
      { MsgType: 'transfer_customer_service', ToUserName: emma },
    ])
    for (let left = 4; left >= 0; left -= 1) {
      const key = newKey()
      const sent = await settled(hongyan, async () => dataOf(await answer(emma, '九点', key)))
      expect(sent).toMatchObject({ outcome: 'sent', conversation: { left } })
    }
    expect(await last(hongyan, emma)).toMatchObject({ channel: 'customer', lines: [{ value: '九点' }] })
    const error = errorOf(await answer(emma, '九点'))
    expect(error.message).toContain('all answers to what they wrote have been sent')
  })

  test('what staff and people type is refused by the field that WeChat takes offence at', async () => {
    await write(student, '在吗')
    const [word = ''] = sampleWorld.sensitiveWords ?? []
    expect(errorOf(await answer(student, `可以${word}`))).toMatchObject({
      code: 'TEXT_RISKY',
      facts: { faults: [{ path: 'input.message.text' }] },
    })
    const reminder = {
      key: newKey(),
      template: 'to-do',
      params: { what: word },
      timeParam: 'at',
      schedule: { kind: 'delay' as const, minutes: 60 },
    }
    expect(errorOf(await hongyan.phone(student, 'subscriber', 'reminder.create', reminder))).toMatchObject({
      code: 'TEXT_RISKY',
      facts: { faults: [{ path: 'input.params.what' }] },
    })
  })

  test('where the check cannot be asked, typed text is not taken', async () => {
    const rule = { on: 'security.msgSecCheck', times: 1, effect: { kind: 'errcode', errcode: 44991 } }
    await hongyan.test.post('/_emulator/faults', { rules: [rule] })
    const reminder = {
      key: newKey(),
      template: 'to-do',
      params: { what: '交作业' },
      timeParam: 'at',
      schedule: { kind: 'delay' as const, minutes: 60 },
    }
    const refused = await hongyan.phone(student, 'subscriber', 'reminder.create', reminder)
    expect(errorOf(refused)).toMatchObject({ code: 'TEXT_UNCHECKED' })
    dataOf(await hongyan.phone(student, 'subscriber', 'reminder.create', reminder))
  })
})
