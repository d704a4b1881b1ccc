/** The line to WeChat: requests over kept connections, and what is known of one that fails. */
import * as http from 'node:http'
import * as https from 'node:https'
import type { Clock } from '../../core/ports'

/** Answered; or lost on the way, so that nobody knows; or certainly never sent, since there was no connection. */
export type Response =
  | { kind: 'answered'; status: number; text: string }
  | { kind: 'lost'; reason: string }
  | { kind: 'unsent'; reason: string }

/**
 * A connection that was not used for so long is not used again. An instance of a function stands still between its
 * calls; meanwhile the other end closes, and what is sent on such a connection is lost.
 */
const IDLE_MS = 4_000
/** WeChat's longest answer is the list of an account's templates, some dozen of them. */
const MAX_ANSWER = 512 * 1024

export class Line {
  private agent: http.Agent
  private underWay = 0
  private usedAt: number
  private readonly isSecure: boolean

  constructor(
    private readonly origin: string,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.isSecure = new URL(origin).protocol === 'https:'
    this.agent = this.open()
    this.usedAt = clock.monotonic()
  }

  /** Never rejects. `path` may hold an access token: it appears in no reason. */
  post(path: string, body: unknown, timeoutMs: number): Promise<Response> {
    return this.send('POST', path, JSON.stringify(body), timeoutMs)
  }

  /** Never rejects. `path` may hold a secret: it appears in no reason. */
  get(path: string, timeoutMs: number): Promise<Response> {
    return this.send('GET', path, '', timeoutMs)
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    body: string,
    timeoutMs: number,
  ): Promise<Response> {
    if (this.underWay === 0 && this.clock.monotonic() - this.usedAt > IDLE_MS) {
      this.agent.destroy()
      this.agent = this.open()
    }
    this.underWay += 1
    try {
      return await this.ask(method, path, body, timeoutMs)
    } finally {
      this.underWay -= 1
      this.usedAt = this.clock.monotonic()
    }
  }

  /** Closes the connections. */
  close(): void {
    this.agent.destroy()
  }

  private open(): http.Agent {
    const options = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 500 }
    return this.isSecure ? new https.Agent(options) : new http.Agent(options)
  }

  private ask(method: 'GET' | 'POST', path: string, body: string, timeoutMs: number): Promise<Response> {
    const { request } = this.isSecure ? https : http
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    return new Promise((resolve) => {
      let isConnected = false
      const sent = request(`${this.origin}${path}`, { method, agent: this.agent, headers }, (answer) => {
        const parts: Buffer[] = []
        let bytes = 0
        answer.on('data', (part: Buffer) => {
          bytes += part.length
          if (bytes > MAX_ANSWER) answer.destroy(new Error(`an answer of more than ${MAX_ANSWER} bytes`))
          else parts.push(part)
        })
        answer.on('error', fail)
        answer.on('end', () => {
          clearTimeout(limit)
          resolve({
            kind: 'answered',
            status: answer.statusCode ?? 0,
            text: Buffer.concat(parts).toString('utf8'),
          })
        })
      })
      const limit = setTimeout(() => {
        sent.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`))
      }, timeoutMs)
      const fail = ({ message }: Error) => {
        clearTimeout(limit)
        resolve({ kind: isConnected ? 'lost' : 'unsent', reason: message })
      }
      sent.on('socket', (socket) => {
        if (socket.connecting) {
          socket.once(this.isSecure ? 'secureConnect' : 'connect', () => {
            isConnected = true
          })
        } else isConnected = true
      })
      sent.on('error', fail)
      sent.end(body)
    })
  }
}
