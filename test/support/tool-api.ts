/** WeChat's HTTP API as the CLI uses it, on 127.0.0.1, with core on memory ports behind it: no emulator, no processes. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { rights } from '../../core/roles'
import type { Action } from '../../core/contract'
import { answer } from '../../core/service'
import { as, type Given } from './service'

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const part of request) text += String(part)
  return JSON.parse(text)
}

const actions = Object.keys(rights) as Action[]

/** `env` is what the CLI reads of the environment to call it. */
export async function startToolApi(
  world: Given,
): Promise<{ env: Record<string, string>; stop(): Promise<void> }> {
  const { ports, ...opened } = world.service
  const replyTo = async (request: IncomingMessage): Promise<object> => {
    const body = await bodyOf(request)
    if (request.url === '/cgi-bin/stable_token') return { access_token: 'token' }
    const reply = await answer({ ports, open: () => opened }, actions, body, as.tool)
    return { errcode: 0, errmsg: 'ok', resp_data: JSON.stringify(reply) }
  }
  const server = createServer((request, response) => {
    replyTo(request).then(
      (reply) => response.end(JSON.stringify(reply)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    env: {
      HONGYAN_API: `http://127.0.0.1:${port}`,
      HONGYAN_APPID: 'wx5a1e0c7d9b3f2468',
      HONGYAN_APPSECRET: 'secret',
      HONGYAN_ENV: 'env',
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
