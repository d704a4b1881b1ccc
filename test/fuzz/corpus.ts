/** The requests that are mutated: what the unmodified SDK sends, recorded on its way, and the doors beside it. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'
import { Sender, type WireRequest } from './request'

/** Stands between functions and the emulator's gateway, and keeps what passes. */
export interface Recorder {
  /** What functions take for the gateway. */
  url: string
  recorded: WireRequest[]
  /** Where to pass requests on to. */
  passTo(port: number): void
  stop(): Promise<void>
}

/** Headers that belong to the connection, not to what is said. */
const HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding'])

export async function startRecorder(): Promise<Recorder> {
  const recorded: WireRequest[] = []
  let sender: Sender | undefined
  const server = createServer((request, response) => {
    void readWhole(request).then(async (body) => {
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        HOP.has(name) || typeof value !== 'string' ? [] : [[name, value]],
      )
      const { method = 'POST', url: path = '/admin' } = request
      const said: WireRequest = { method, path, headers: Object.fromEntries(headers), body }
      recorded.push(said)
      const reply = await sender?.send(said)
      if (reply?.kind !== 'answer') response.destroy()
      else response.writeHead(reply.status, { 'Content-Type': reply.contentType }).end(reply.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server on a port has an AddressInfo once it listens.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/admin`,
    recorded,
    passTo(target) {
      sender?.close()
      sender = new Sender(target, 4)
    },
    stop: () =>
      new Promise((resolve) => {
        sender?.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const token = z.object({ access_token: z.string() })

/** WeChat's HTTP API and the emulator's own interface; what moves no files and keeps no connection open. */
export async function otherDoors(url: string, world: unknown): Promise<WireRequest[]> {
  const { appid, appsecret, env } = z
    .looseObject({ appid: z.string(), appsecret: z.string(), env: z.string() })
    .parse(world)
  const credentials = `grant_type=client_credential&appid=${appid}&secret=${appsecret}`
  const reply = await fetch(`${url}/cgi-bin/token?${credentials}`)
  const { access_token: access } = token.parse(await reply.json())
  const get = (path: string): WireRequest => ({ method: 'GET', path, headers: {}, body: Buffer.alloc(0) })
  const post = (path: string, body: unknown): WireRequest => ({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  })
  const data = {
    thing1: { value: '毛巾' },
    character_string2: { value: 'A-1' },
    date3: { value: '2019年10月1日' },
  }
  return [
    get(`/cgi-bin/token?${credentials}`),
    post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret: appsecret }),
    post(`/tcb/invokecloudfunction?access_token=${access}&env=${env}&name=echo`, { a: 1 }),
    post(`/cgi-bin/message/subscribe/send?access_token=${access}`, {
      touser: 'oAlice',
      template_id: 'TPL_ORDER',
      data,
    }),
    get(`/wxaapi/newtmpl/gettemplate?access_token=${access}`),
    post('/_emulator/call', { name: 'echo', data: { a: { __cloudID: 'x' } }, openid: 'oAlice' }),
    get('/_emulator/world'),
    post('/_emulator/prompt/open', { openid: 'oAlice', tmplIds: ['TPL_ORDER'], baseLibrary: '3.0.0' }),
    post('/_emulator/prompt', { openid: 'oAlice', tmplIds: ['TPL_ORDER'], answers: { TPL_ORDER: 'accept' } }),
    get('/_emulator/settings?openid=oAlice'),
    post('/_emulator/settings?openid=oAlice', { mainSwitch: true, itemSettings: { TPL_QUEUE: 'reject' } }),
    get('/_emulator/messages?openid=oAlice&after=0'),
    post('/_emulator/formid', { openid: 'oAlice' }),
    post('/_emulator/clock', { advanceMs: 1 }),
    get('/_emulator/stats'),
    get('/_emulator/logs?after=0'),
    get('/_emulator/data?collection=orders'),
  ]
}

function readWhole(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
  })
}
