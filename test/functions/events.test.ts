/** The built function `events` on the emulator: WeChat pushes to it, and nobody else can. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sdkFolderOf, DEFAULT_SDK } from '../support/emulator'
import {
  type Hongyan,
  type HongyanOptions,
  order,
  people,
  startHongyan,
  templateIds,
} from '../support/hongyan'
import { dataOf, errorOf } from '../support/service'

const { customer, owner, emma } = people
const ORDER = templateIds['order-shipped']
const ALL = {
  subscribe_msg_popup_event: 'events',
  subscribe_msg_change_event: 'events',
  subscribe_msg_sent_event: 'events',
}

/** A function of somebody else in the environment that calls another. */
async function alsoCaller(functionsDir: string): Promise<void> {
  mkdirSync(join(functionsDir, 'caller'))
  writeFileSync(join(functionsDir, 'caller', 'config.json'), '{"permissions":{"openapi":[]}}')
  writeFileSync(join(functionsDir, 'caller', 'package.json'), '{"name":"caller","version":"1.0.0"}')
  writeFileSync(
    join(functionsDir, 'caller', 'index.js'),
    `const cloud = require(${JSON.stringify(sdkFolderOf(DEFAULT_SDK))})
     cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
     exports.main = async ({ name, data }) => ({ given: (await cloud.callFunction({ name, data })).result })`,
  )
}

async function withHongyan(
  options: HongyanOptions,
  check: (hongyan: Hongyan) => Promise<void>,
): Promise<void> {
  const hongyan = await startHongyan({ also: alsoCaller, ...options })
  try {
    await check(hongyan)
  } finally {
    await hongyan.stop()
  }
}

const settle = ({ test }: Hongyan) => test.post('/_emulator/settle', {})
const pushes = async ({ test }: Hongyan) =>
  (await test.logs()).filter((row) => row['function'] === 'events').map(({ result }) => result)
async function left(hongyan: Hongyan, openid: string): Promise<number | undefined> {
  await settle(hongyan)
  const { quotas } = dataOf(await hongyan.phone(openid, 'subscriber', 'subscription.mine', {}))
  return quotas.find(({ template }) => template === 'order-shipped')?.left
}
const forged = {
  FromUserName: customer,
  CreateTime: 1_795_246_200,
  MsgType: 'event',
  Event: 'subscribe_msg_popup_event',
  List: { TemplateId: ORDER, SubscribeStatusString: 'accept', PopupScene: '0' },
}

test('what WeChat pushes is a grant by itself, the same one as the page reports, and revoked by a refusal', async () => {
  await withHongyan({}, async (hongyan) => {
    await hongyan.test.accept(customer, ORDER)
    expect(await left(hongyan, customer)).toBe(1)
    await hongyan.subscribe(emma, 'order-shipped', 'order')
    expect(await left(hongyan, emma)).toBe(1)
    await hongyan.test.post(`/_emulator/settings?openid=${emma}`, { itemSettings: { [ORDER]: 'reject' } })
    await settle(hongyan)
    expect(await left(hongyan, emma)).toBe(0)
    expect(await pushes(hongyan)).toEqual(['"success"', '"success"', '"success"'])
  })
}, 60_000)

test('an event that is pushed twice, and one whose function failed, counts once', async () => {
  await withHongyan({}, async ({ test, ...rest }) => {
    const hongyan = { test, ...rest }
    const fail = { kind: 'code', code: 'DATABASE_REQUEST_FAILED' }
    const rules = [
      { on: 'push:subscribe_msg_popup_event', effect: { kind: 'double' } },
      { on: 'database.*', functions: ['events'], skip: 1, times: 1, effect: fail },
    ]
    await test.post('/_emulator/faults', { rules })
    await test.accept(customer, ORDER)
    expect(await left(hongyan, customer)).toBe(1)
    const said = await pushes(hongyan)
    expect(said).toHaveLength(3)
    expect(said.filter((result) => result === '"success"')).toHaveLength(2)
  })
}, 60_000)

test('phones are refused by the platform, and by the function where the rule is missing; functions by it alone', async () => {
  await withHongyan({}, async ({ test }) => {
    expect((await test.call('events', forged, customer)).ok).toBe(false)
  })
  await withHongyan({ world: { securityRules: {} } }, async (hongyan) => {
    const { test } = hongyan
    const byPhone = await test.result('events', forged, customer)
    expect(errorOf(byPhone as never)).toMatchObject({ code: 'NOT_ALLOWED' })
    const { given } = await test.result('caller', { name: 'events', data: forged }, customer)
    expect(errorOf(given as never)).toMatchObject({ code: 'NOT_ALLOWED', facts: { caller: 'function' } })
    expect(await left(hongyan, customer)).toBeUndefined()
  })
}, 60_000)

test('with receipts on, the receipt of a message whose answer was lost makes it sent', async () => {
  const functionEnv = { '*': { HONGYAN_OWNER: owner, HONGYAN_RECEIPTS: 'on' } }
  await withHongyan({ world: { messagePush: ALL }, functionEnv }, async (hongyan) => {
    await hongyan.subscribe(customer, 'order-shipped', 'order')
    const drop = { on: 'subscribeMessage.send', times: 1, effect: { kind: 'drop', when: 'after' } }
    await hongyan.test.post('/_emulator/faults', { rules: [drop] })
    const input = { key: 'key-of-a-doubt', to: customer, template: 'order-shipped', params: order }
    const send = async () => dataOf(await hongyan.phone(owner, 'staff', 'send.one', input))
    let state = await send()
    await settle(hongyan)
    expect(await hongyan.test.messages(customer)).toHaveLength(1)
    while (state.outcome !== 'sent') state = await send()
    expect(state).toMatchObject({ state: 'done', outcome: 'sent', code: 0 })
    expect(await hongyan.test.messages(customer)).toHaveLength(1)
  })
}, 60_000)
