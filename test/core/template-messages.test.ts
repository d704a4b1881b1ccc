import { Catalogue } from '../../core/template/catalogue'
import { templates } from '../../templates'
import classNotice from '../../templates/class-notice.json'
import classReminder from '../../templates/class-reminder.json'
import { DAY, formIdsIn, handIn, lesson, NOTICE_ID, REMINDER_ID, send } from '../support/class-notice'
import { given } from '../support/reminding'
import { ALICE, as, dataOf, errorOf, type Given, mortal } from '../support/service'

const used = (world: Given) => world.wechat.asked.map(({ formId }) => formId)

/** These two alone: each world compiles its templates. */
const both = templates.filter(({ content }) => [classNotice, classReminder].some((one) => one === content))

/** The class reminder without it, so that nothing can go in place of the notice. */
const withoutFallback = templates.map(({ file, content }) =>
  content === classNotice ? { file, content: { ...classNotice, fallback: undefined } } : { file, content },
)

describe('while WeChat takes template messages', () => {
  test('a message goes with its large keyword, and takes a use of the oldest formId', async () => {
    const world = given({ wakes: true })
    await handIn(world, 'form-new')
    await handIn(world, 'form-old', { agoMs: 3 * DAY })
    expect(await send(world)).toMatchObject({ outcome: 'sent', code: 0, card: { title: '上课通知' } })
    expect(world.wechat.delivered).toMatchObject([
      {
        channel: 'template',
        templateId: NOTICE_ID,
        formId: 'form-old',
        emphasis: 'keyword2',
        page: 'pages/messages/messages?course=%E5%B0%91%E5%84%BF%E4%B9%A6%E6%B3%95',
        data: { keyword1: '少儿书法', keyword2: '2026年11月22日 09:00~10:30' },
      },
    ])
    const kept = await formIdsIn(world)
    expect(kept.get('form-old')).toMatchObject({ left: 0, spent: [expect.stringContaining('send:')] })
    expect(kept.get('form-new')).toMatchObject({ left: 1, spent: [] })
    const { messages } = dataOf(await world.call('message.mine', {}))
    expect(messages).toMatchObject([{ template: 'class-notice', card: { title: '上课通知' } }])
  })

  test('a repeated call with the same key takes one use', async () => {
    const world = given({ wakes: true })
    await handIn(world, 'pay-1', { kind: 'payment' })
    const key = 'key-of-one-notice'
    const replies = await Promise.all([1, 2, 3].map(() => send(world, { key })))
    expect(new Set(replies.map(({ sendId }) => sendId)).size).toBe(1)
    expect((await formIdsIn(world)).get('pay-1')?.left).toBe(2)
    expect(world.wechat.delivered).toHaveLength(1)
  })

  test.each([
    [41028, 'wrong'],
    [41029, 'used'],
  ])('%d: the next formId is tried, and the %s one is given up', async (code) => {
    const world = given({ wakes: true })
    await handIn(world, 'pay-bad', { kind: 'payment', agoMs: DAY })
    await handIn(world, 'form-good')
    world.wechat.answers.push({ code, text: 'no' })
    const key = 'key-of-two-tries'
    await send(world, { key })
    world.clock.advance(2_000)
    dataOf(await world.tick())
    expect(await send(world, { key })).toMatchObject({ outcome: 'sent' })
    expect(used(world)).toEqual(['pay-bad', 'form-good'])
    expect((await formIdsIn(world)).get('pay-bad')).toMatchObject({ left: 0, granted: 3 })
  })

  test.each([40037, 41030, 45168])(
    'the use comes back after %d, which certainly did not go',
    async (code) => {
      const world = given({ wakes: true })
      await handIn(world, 'form-1')
      world.wechat.answers.push({ code, text: 'no' })
      expect(await send(world)).toMatchObject({ code })
      expect((await formIdsIn(world)).get('form-1')).toMatchObject({ left: 1, returned: [expect.anything()] })
    },
  )

  test('one whose formId ends within minutes is not begun with it', async () => {
    const world = given({ wakes: true })
    await handIn(world, 'form-1')
    world.clock.advance(7 * DAY - 60_000)
    expect(await send(world)).toMatchObject({ outcome: 'skipped' })
    expect(used(world)).toEqual([])
  })

  test('who has muted the template gets none', async () => {
    const world = given({ wakes: true })
    await handIn(world, 'form-1')
    dataOf(await world.call('preference.set', { mute: ['class-notice'] }))
    expect(await send(world)).toMatchObject({ outcome: 'skipped', words: expect.stringContaining('muted') })
  })

  test('a reminder spends a formId too', async () => {
    const world = given()
    const schedule = { kind: 'delay' as const, minutes: 5 }
    const asked = { key: 'reminder-of-a-notice', template: 'class-notice', params: lesson, schedule }
    await handIn(world, 'form-1')
    dataOf(await world.call('reminder.create', asked))
    world.clock.advance(5 * 60_000)
    dataOf(await world.tick())
    expect(world.wechat.delivered).toMatchObject([{ channel: 'template', formId: 'form-1' }])
  })

  test('whichever call of a tick dies, nobody gets it twice, and uses taken are messages gone or in doubt', async () => {
    const waiting = async () => {
      const world = given({ files: both, env: { HONGYAN_LANES: '1' } })
      await handIn(world, 'pay-1', { kind: 'payment' })
      await send(world, { key: 'key-of-a-death' })
      return world
    }
    const counted = await waiting()
    const { store, made } = mortal(counted.store, Number.POSITIVE_INFINITY, 'before')
    dataOf(await counted.tick(store))
    for (const dies of ['before', 'after'] as const)
      for (let call = 1; call <= made(); call += 1) {
        const world = await waiting()
        await world.tick(mortal(world.store, call, dies).store)
        for (let at = 0; at < 3; at += 1) {
          world.clock.advance(60_000)
          dataOf(await world.tick())
        }
        const { outcome } = await send(world, { key: 'key-of-a-death' })
        const pay = (await formIdsIn(world)).get('pay-1')
        const gone = outcome === 'sent' || outcome === 'unknown' ? 1 : 0
        expect({ call, dies, outcome, left: pay?.left }).toEqual({ call, dies, outcome, left: 3 - gone })
        expect(world.wechat.delivered.length).toBeLessThanOrEqual(1)
        expect(gone).toBe(1)
      }
  })
})

describe('since WeChat has withdrawn them', () => {
  const subscribe = async (world: Given) => {
    const answers = { [REMINDER_ID]: 'accept' as const }
    dataOf(await world.call('subscription.record', { promptId: 'prompt-0001', scene: 'class', answers }))
    world.wechat.grant(ALICE, REMINDER_ID)
  }

  test('45103 turns the message into its fallback, says so, and gives the use back', async () => {
    const world = given({ wakes: true })
    world.wechat.isWithdrawn = true
    await handIn(world, 'pay-1', { kind: 'payment' })
    await subscribe(world)
    const sent = await send(world)
    expect(sent).toMatchObject({ outcome: 'sent', code: 0, card: { title: 'Class reminder' } })
    expect(sent.words).toContain('as a subscribe message')
    expect(world.wechat.asked.map(({ templateId }) => templateId)).toEqual([NOTICE_ID, REMINDER_ID])
    expect(world.wechat.delivered).toMatchObject([{ templateId: REMINDER_ID, data: { thing1: '少儿书法' } }])
    expect((await formIdsIn(world)).get('pay-1')?.left).toBe(3)
    const { messages } = dataOf(await world.call('message.mine', {}))
    expect(messages).toMatchObject([{ template: 'class-reminder', card: { title: 'Class reminder' } }])
  })

  test('who has nothing but formIds that WeChat does not know gets the fallback in the end', async () => {
    const world = given({ wakes: true })
    await subscribe(world)
    for (let at = 0; at < 6; at += 1)
      dataOf(await world.call('formid.handIn', { formIds: [{ formId: `made-up-${at}` }] }))
    const key = 'key-of-made-up-formids'
    for (let tries = 0; tries < 6; tries += 1) {
      await send(world, { key })
      world.clock.advance(30_000)
      dataOf(await world.tick())
    }
    expect(await send(world, { key })).toMatchObject({ outcome: 'sent', card: { title: 'Class reminder' } })
    expect(world.wechat.delivered).toMatchObject([{ templateId: REMINDER_ID }])
    expect(world.wechat.asked).toHaveLength(6)
  })

  test('without any formId the fallback goes at once, and WeChat is not asked for more', async () => {
    const world = given({ wakes: true })
    await subscribe(world)
    expect(await send(world)).toMatchObject({ outcome: 'sent' })
    expect(world.wechat.asked.map(({ templateId }) => templateId)).toEqual([REMINDER_ID])
  })

  test('without a grant for the fallback it is skipped, in words', async () => {
    const world = given({ wakes: true })
    const sent = await send(world)
    expect(sent).toMatchObject({ state: 'done', outcome: 'skipped' })
    expect(sent.words).toContain('never subscribed')
  })

  test('a template without a fallback fails, in words', async () => {
    const world = given({ wakes: true, files: withoutFallback })
    world.wechat.isWithdrawn = true
    await handIn(world, 'form-1')
    const sent = await send(world)
    expect(sent).toMatchObject({ outcome: 'failed', code: 45103 })
    expect(sent.words).toContain('withdrew template messages')
    expect((await formIdsIn(world)).get('form-1')?.left).toBe(1)
  })

  test('a reminder goes as its fallback, and what it made before stays as it was', async () => {
    const world = given()
    await subscribe(world)
    const schedule = { kind: 'delay' as const, minutes: 5 }
    dataOf(
      await world.call('reminder.create', {
        key: 'reminder-as-fallback',
        template: 'class-notice',
        params: lesson,
        schedule,
      }),
    )
    world.clock.advance(5 * 60_000)
    dataOf(await world.tick())
    expect(world.wechat.delivered).toMatchObject([{ templateId: REMINDER_ID }])
    const { messages } = dataOf(await world.call('message.mine', {}))
    expect(messages).toMatchObject([{ template: 'class-reminder' }])
  })
})

test('a campaign by template messages is refused, naming what to use', async () => {
  const world = given()
  const campaign = {
    name: '通知',
    template: 'class-notice',
    params: lesson,
    audience: { kind: 'everybody' as const },
  }
  const error = errorOf(await world.call('campaign.create', campaign, as.owner))
  expect(error).toMatchObject({
    code: 'TEMPLATE_CHANNEL',
    message: expect.stringContaining('class-reminder'),
  })
})

test('no prompt offers a template message', async () => {
  const { offers } = dataOf(await given().call('subscription.offer', {}))
  expect(offers.map(({ template }) => template)).not.toContain('class-notice')
})

describe('a template file', () => {
  const refused = (change: Record<string, unknown>) => () =>
    new Catalogue([
      { file: 'class-reminder.json', content: classReminder },
      { file: 'class-notice.json', content: { ...classNotice, ...change } },
    ])

  test.each([
    ['a fallback that there is not', { fallback: 'nowhere' }, /fallback/],
    ['itself as its fallback', { fallback: 'class-notice' }, /fallback/],
    ['an emphasis that is none of its keywords', { emphasisKeyword: 'keyword9' }, /emphasisKeyword/],
    ['long-term', { kind: 'long-term' }, /kind/],
    ['a frequency', { frequency: { max: 1, days: 1 } }, /frequency/],
    [
      'a fallback with params of other names',
      {
        params: {
          ...classNotice.params,
          properties: { ...classNotice.params.properties, more: { type: 'string', title: 'x' } },
        },
      },
      /fallback/,
    ],
  ])('%s is refused by name', (_name, change, words) => {
    expect(refused(change)).toThrow(words)
  })

  test('a subscribe template has neither emphasis nor fallback', () => {
    const content = { ...classReminder, fallback: 'order-shipped', emphasisKeyword: 'thing1' }
    expect(() => new Catalogue([{ file: 'class-reminder.json', content }])).toThrow(
      /emphasisKeyword.*fallback/,
    )
  })
})
