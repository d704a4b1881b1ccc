/** Requests as bytes, and how they are sent: whole through Node's client, or as they are through a bare socket. */
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'

/** One HTTP request. */
export interface WireRequest {
  method: string
  /** With its query. */
  path: string
  headers: Record<string, string>
  body: Buffer
}

/** A request that no HTTP client would send: bytes for a socket, which is half closed behind them. */
export interface RawRequest {
  bytes: Buffer
}

/** What came back; `none` when the connection ended without an answer. */
export type Reply =
  | { kind: 'answer'; status: number; contentType: string; body: Buffer }
  | { kind: 'none'; reason: string }

/** Nothing in a fuzz run takes this long; who waits longer is stuck. */
const LIMIT_MS = 20_000

export class Sender {
  private readonly agent: Agent

  constructor(
    private readonly port: number,
    concurrency: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  }

  send({ method, path, headers, body }: WireRequest): Promise<Reply> {
    return new Promise((resolve) => {
      const options = {
        host: '127.0.0.1',
        port: this.port,
        agent: this.agent,
        method,
        path,
        // Node's client sends no length with a GET that has a body.
        headers: { ...headers, 'content-length': String(body.length) },
      }
      const request = httpRequest({ ...options, timeout: LIMIT_MS }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', (error) => resolve({ kind: 'none', reason: error.message }))
        response.on('end', () =>
          resolve({
            kind: 'answer',
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            body: Buffer.concat(chunks),
          }),
        )
      })
      request.on('timeout', () => request.destroy(new Error(`no answer in ${LIMIT_MS} ms`)))
      request.on('error', (error) => resolve({ kind: 'none', reason: error.message }))
      request.end(body)
    })
  }

  /** Sends bytes; resolves when the other side has closed the connection. */
  sendRaw({ bytes }: RawRequest): Promise<Reply> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = []
      const socket = connect({ port: this.port, host: '127.0.0.1' })
      let reason = 'closed without an answer'
      socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`no end in ${LIMIT_MS} ms`)))
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', (error) => {
        reason = error.message
      })
      socket.on('close', () => {
        // An interim answer (100 Continue) goes before the one that counts.
        const text = Buffer.concat(chunks)
          .toString('latin1')
          .replace(/^HTTP\/1\.1 100 [^]*?\r\n\r\n/, '')
        const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1])
        const [head = '', body = ''] = text.split('\r\n\r\n')
        const contentType = /^content-type: (.*)$/im.exec(head)?.[1] ?? ''
        resolve(
          Number.isNaN(status)
            ? { kind: 'none', reason }
            : { kind: 'answer', status, contentType, body: Buffer.from(body, 'latin1') },
        )
      })
      socket.end(bytes)
    })
  }

  close(): void {
    this.agent.destroy()
  }
}
