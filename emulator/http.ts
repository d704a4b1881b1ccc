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
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) throw tooLarge(limit)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
}

function tooLarge(limit: number): RequestError {
  return new RequestError(
    413,
    'BODY_TOO_LARGE',
    `the body is larger than the ${limit} bytes that are allowed`,
  )
}

export function write(response: ServerResponse, answer: Answer): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  response.writeHead(answer.status, { 'Content-Type': answer.contentType, 'Content-Length': body.length })
  response.end(body)
}
