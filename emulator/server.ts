import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Answer, type Call, json, readBody, refused, RequestError, write } from './http'
import { SettingsError } from './settings-error'

/** Answers requests of its own paths; false when the path is none of them. */
export interface PageHandler {
  handle(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean>
}

export interface Routes {
  /** Whole requests by `METHOD /path`, or by `/path` for any method. */
  calls: ReadonlyMap<string, (call: Call) => Answer | Promise<Answer>>
  /** Responses that stay open, by `METHOD /path`. */
  streams: ReadonlyMap<string, (response: ServerResponse) => void>
  /** Asked in order for everything else. */
  pages: readonly PageHandler[]
}

/** Large enough for 6 MB of event or result as text, and for every document the SDK can send. */
const MAX_BODY_BYTES = 20 * 1024 * 1024
/** Longer than any client keeps an unused connection, so that no request meets a closing one (wire.md §10.8). */
const KEEP_ALIVE_MS = 70_000

/** Serves the routes on 127.0.0.1; resolves when it listens. `log` hears faults of the emulator itself. */
export async function serve(port: number, routes: Routes, log: (line: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    respond(routes, request, response).catch((error: unknown) => fail(error, request, response, log))
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = KEEP_ALIVE_MS + 5000
  // A function may upload slowly or be frozen in the middle of a request.
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new SettingsError('options', 'port', `${port} is in use; choose another`)
          : error,
      ),
    )
    server.listen(port, '127.0.0.1', () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
  return server
}

/** Ends every connection and resolves when the server is closed. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

async function respond(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET'
  const [path, query] = splitOnce(request.url ?? '/', '?')
  const handler = routes.calls.get(path) ?? routes.calls.get(`${method} ${path}`)
  if (handler !== undefined) {
    const body = await readBody(request, MAX_BODY_BYTES)
    const call: Call = { method, path, query: new URLSearchParams(query), headers: request.headers, body }
    write(response, await handler(call))
    return
  }
  const stream = routes.streams.get(`${method} ${path}`)
  if (stream !== undefined) {
    stream(response)
    return
  }
  // Pages take the target apart as a URL; `//` is none.
  if (!URL.canParse(request.url ?? '/', 'http://127.0.0.1'))
    throw new RequestError(400, 'INVALID_PATH', `${path} is not a path`)
  for (const page of routes.pages) if (await page.handle(request, response)) return
  throw new RequestError(404, 'NOT_FOUND', `there is nothing at ${method} ${path}`)
}

function fail(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
): void {
  // The client hung up in the middle of its request: nobody is left to be answered.
  if (request.errored !== null && request.errored === error) return
  if (!(error instanceof RequestError)) log(`${request.method} ${request.url}: ${stackOf(error)}`)
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  // What is left of a body that was not read would be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close')
  write(
    response,
    error instanceof RequestError
      ? refused(error)
      : json(
          {
            error: {
              code: 'EMULATOR_FAULT',
              message: error instanceof Error ? error.message : String(error),
            },
          },
          500,
        ),
  )
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
