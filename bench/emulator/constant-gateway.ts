import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { documentOf } from './documents'

/** The calls whose cost is measured; also the paths of the constant gateway. */
export const KINDS = ['get', 'update', 'send'] as const
export type Kind = (typeof KINDS)[number]

/** One request as the SDK sent it. */
export interface Recorded {
  url: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/**
 * The least a gateway can do: takes a request in and answers a constant that the SDK accepts. What it costs is what
 * Node's own HTTP costs. Listens on any port; `record` hears what came.
 */
export async function openConstantGateway(
  record: (request: Recorded) => void = () => {},
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = request.url ?? ''
      record({ url, headers: request.headers, body: Buffer.concat(chunks) })
      const { contentType, body } = ANSWERS[KINDS.find((kind) => url.startsWith(`/${kind}?`)) ?? 'get']
      response.writeHead(200, { 'Content-Type': contentType, 'Content-Length': body.length })
      response.end(body.toString('latin1'), 'latin1')
    })
  })
  server.keepAliveTimeout = 70_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closed(server) }
}

const JSON_TYPE = 'application/json; charset=utf-8'
const textAnswer = (value: unknown) => ({ contentType: JSON_TYPE, body: Buffer.from(JSON.stringify(value)) })

/** Answers as wire.md §3 and §5 give them. */
const ANSWERS: Record<Kind, { contentType: string; body: Buffer }> = {
  get: textAnswer({
    requestId: '0'.repeat(16),
    data: { list: [documentOf(0, 10).text], offset: 0, limit: 1 },
  }),
  update: textAnswer({ requestId: '0'.repeat(16), data: { updated: 1, upsert_id: null } }),
  send: { contentType: 'application/octet-stream', body: cloudReply('{"errcode":0,"errmsg":"ok"}') },
}

/** CommOpenApiResp of respData (1), contentType (2) and httpCode 200 (4); both texts are shorter than 128 bytes. */
function cloudReply(json: string): Buffer {
  const contentType = 'application/json; encoding=utf-8'
  return Buffer.concat([
    Buffer.from([0x0a, json.length]),
    Buffer.from(json),
    Buffer.from([0x12, contentType.length]),
    Buffer.from(contentType),
    Buffer.from([0x20, 0xc8, 0x01]),
  ])
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

async function closed(server: Server): Promise<void> {
  const end = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await end
}
