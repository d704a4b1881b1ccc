import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request, read whole. */
export interface Call {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: Buffer
}

/** What is answered. */
export interface Answer {
  status: number
  contentType: string
  body: string | Buffer
}

/** No answer: the connection is broken off. */
export const DROP: Answer = { status: 0, contentType: '', body: 'drop' }
/** No answer: the connection stays open and silent until the emulator stops. */
export const HANG: Answer = { status: 0, contentType: '', body: 'hang' }

/** A request that is refused: `{error: {code, message}}` with a 4xx status. */
export class RequestError extends Error {
  override readonly name = 'RequestError'

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

export function json(value: unknown, status = 200): Answer {
  return jsonText(JSON.stringify(value), status)
}

export function jsonText(body: string, status = 200): Answer {
  return { status, contentType: 'application/json; charset=utf-8', body }
}

export function refused(error: RequestError): Answer {
  return json({ error: { code: error.code, message: error.message } }, error.status)
}

/** Reads a body of at most `limit` bytes; more is a RequestError 413, after which the connection must be closed. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      reject(tooLarge(limit))
      return
    }
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > limit) {
        request.pause()
        reject(tooLarge(limit))
      } else chunks.push(chunk)
    })
    request.on('end', () => {
      const [first] = chunks
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks))
    })
    request.on('error', reject)
  })
}

function tooLarge(limit: number): RequestError {
  return new RequestError(
    413,
    'BODY_TOO_LARGE',
    `the body is larger than the ${limit} bytes that are allowed`,
  )
}

export function write(response: ServerResponse, answer: Answer): void {
  if (answer === HANG) return
  if (answer === DROP) {
    response.destroy()
    return
  }
  const { status, contentType, body } = answer
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) })
  // Node joins text with the headers into one write to the socket; bytes would be a second one.
  if (typeof body === 'string') response.end(body)
  else response.end(body.toString('latin1'), 'latin1')
}
