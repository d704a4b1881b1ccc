/** The built functions where there is no cloud call: `dispatch` sends over HTTPS, to an emulator that plays WeChat. */
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Hongyan, order, people, sampleWorld, startHongyan } from '../support/hongyan'
import { dataOf } from '../support/service'

const { customer, owner } = people

/** WeChat's address, known before the emulator behind it has one. */
async function startWeChat(): Promise<{ url: string; behind: (url: string) => void; server: Server }> {
  let target = ''
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url } = incoming
    const passed = request(`${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, behind: (emulator) => void (target = emulator), server }
}

test('a message goes over HTTPS, and no cloud call is made', async () => {
  const wechat = await startWeChat()
  const { appid, appsecret } = sampleWorld
  const dispatch = {
    HONGYAN_SEND: 'https',
    HONGYAN_API: wechat.url,
    HONGYAN_APPID: appid,
    HONGYAN_APPSECRET: appsecret,
  }
  let hongyan: Hongyan | undefined
  try {
    hongyan = await startHongyan({ functionEnv: { '*': { HONGYAN_OWNER: owner }, dispatch } })
    wechat.behind(hongyan.test.url)
    await hongyan.subscribe(customer, 'order-shipped', 'order')
    const input = { key: 'key-of-https', to: customer, template: 'order-shipped', params: order }
    const sent = dataOf(await hongyan.phone(owner, 'staff', 'send.one', input))
    expect(sent).toMatchObject({ state: 'done', outcome: 'sent', code: 0 })
    expect(await hongyan.test.messages(customer)).toMatchObject([{ title: '订单发货提醒' }])
    const { calls } = (await hongyan.test.get('/_emulator/stats')) as { calls: Record<string, number> }
    expect(Object.keys(calls).filter((name) => name.includes('subscribeMessage'))).toEqual([])
    const logs = JSON.stringify(await hongyan.test.logs())
    expect(logs).not.toContain(appsecret)
    expect(logs).not.toContain('access_token')
  } finally {
    await hongyan?.stop()
    wechat.server.closeAllConnections()
    await new Promise((resolve) => wechat.server.close(resolve))
  }
}, 60_000)
