import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Database } from '../../emulator/database'
import { GatewayError } from '../../emulator/gateway/gateway-error'
import { fieldsOf } from '../../emulator/record'

export interface Gateway {
  url: string
  /** The bodies that arrived, in order. */
  bodies: Record<string, unknown>[]
  stop(): Promise<void>
}

/** The least of a gateway: one database behind one address (wire.md §2). */
export async function serveDatabase(database: Database): Promise<Gateway> {
  const bodies: Record<string, unknown>[] = []
  const answer = async (request: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
    const body = fieldsOf(JSON.parse(Buffer.concat(chunks).toString('utf8')))
    bodies.push(body)
    try {
      return JSON.stringify({ requestId: 'r1', ...(await database.handle(String(body['action']), body)) })
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      return JSON.stringify({ requestId: 'r1', code: error.code, message: error.message })
    }
  }
  const server: Server = createServer((request, response) => {
    answer(request).then(
      (text) => response.end(text),
      (error: unknown) => {
        response.statusCode = 500
        response.end(JSON.stringify({ message: String(error) }))
      },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // An IP server has an AddressInfo once it listens.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/admin`,
    bodies,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What wx-server-sdk needs of the environment (wire.md §1.1). */
export const sdkEnvironment = (url: string): Record<string, string> => ({
  TCB_CONTEXT_CNFG: JSON.stringify({ URL: url }),
  TENCENTCLOUD_RUNENV: 'SCF',
  TENCENTCLOUD_REGION: 'ap-shanghai',
  SCF_NAMESPACE: 'env-x',
  TENCENTCLOUD_SECRETID: 'x',
  TENCENTCLOUD_SECRETKEY: 'x',
  TCB_CONTEXT_KEYS: 'TCB_ENV,TCB_SEQID,TRIGGER_SRC,TCB_SOURCE',
  TCB_ENV: 'env-x',
  TCB_SEQID: 'seq-1',
  TRIGGER_SRC: 'tcb',
  TCB_SOURCE: 'wx_client',
  WX_CONTEXT_KEYS: 'WX_APPID,WX_OPENID,WX_API_TOKEN',
  WX_APPID: 'wx1234567890abcdef',
  WX_OPENID: 'oAlice',
  WX_API_TOKEN: 'token-1',
})
