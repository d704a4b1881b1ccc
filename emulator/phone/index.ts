import { createReadStream, existsSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { BuildError } from './build/fault'
import { MiniprogramCache } from './build/miniprogram'
import { bundleForBrowser, type RuntimeBundle } from './build/runtime-bundle'
import { themedCss } from './build/styles'
import { appPage, faultPage, framePage } from './pages'

export interface PhoneOptions {
  /** The native Mini Program project: the folder with app.json. */
  miniprogramDir: string
  /** Build faults and warnings go here, one line each. */
  log: (line: string) => void
  /** Where the browser code of the phone lies; default: next to this file. */
  runtimeDir?: string
}

/** Serves `/phone` and what is below; everything else is left to others. */
export interface PhoneServer {
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  stop(): Promise<void>
}

const TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
}

/** Opens the phone of one Mini Program. Nothing is built before the first request. */
export async function openPhone(options: PhoneOptions): Promise<PhoneServer> {
  const root = path.resolve(options.miniprogramDir)
  if (!existsSync(path.join(root, 'app.json'))) {
    throw new Error(`miniprogramDir ${root} has no app.json: it must be the folder of a native Mini Program`)
  }
  const app = new MiniprogramCache(root, options.log)
  let runtime: Promise<RuntimeBundle> | undefined
  const runtimeOnce = () =>
    (runtime ??= bundleForBrowser(path.join(options.runtimeDir ?? __dirname, 'runtime/main.ts')))

  const routes: Record<string, (url: URL, response: ServerResponse) => Promise<void> | void> = {
    '/phone': (url, response) => send(response, 'text/html', framePage(url.searchParams)),
    '/phone/app': async (url, response) => {
      try {
        const { darkmode } = await app.current()
        send(response, 'text/html', appPage(url.searchParams, darkmode))
      } catch (error) {
        if (!(error instanceof BuildError)) throw error
        send(response, 'text/html', faultPage(error.faults))
      }
    },
    '/phone/runtime.js': async (_, response) => send(response, 'text/javascript', (await runtimeOnce()).js),
    '/phone/runtime.css': async (_, response) => send(response, 'text/css', (await runtimeOnce()).css),
    '/phone/app.js': async (_, response) => send(response, 'text/javascript', (await app.current()).js),
    '/phone/app.js.map': async (_, response) => send(response, 'application/json', (await app.current()).map),
    '/phone/app.css': async (url, response) => {
      const theme = url.searchParams.get('theme')
      const { css } = await app.current()
      send(response, 'text/css', themedCss(css, theme === 'dark' || theme === 'light' ? theme : undefined))
    },
  }
  return {
    async handle(request, response) {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (url.pathname !== '/phone' && !url.pathname.startsWith('/phone/')) return false
      const route = routes[url.pathname]
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        send(
          response,
          'text/plain',
          `${request.method} is not answered here: the phone's pages are read with GET\n`,
          405,
        )
      } else if (route) await answer(response, () => route(url, response), options.log)
      else if (url.pathname.startsWith('/phone/files/'))
        sendFile(root, url.pathname.slice('/phone/files/'.length), response)
      else send(response, 'text/plain', `${url.pathname} is no part of the phone\n`, 404)
      return true
    },
    // No timers, watchers or sockets are kept open between requests.
    stop: () => Promise.resolve(),
  }
}

async function answer(
  response: ServerResponse,
  respond: () => Promise<void> | void,
  log: (line: string) => void,
): Promise<void> {
  try {
    await respond()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!(error instanceof BuildError)) log(`phone: ${message}`)
    if (!response.headersSent) send(response, 'text/plain', `${message}\n`, 500)
    else response.end()
  }
}

function send(response: ServerResponse, type: string, body: string, status = 200): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
  response.end(body)
}

/** Pictures of the Mini Program; never its sources, never anything outside its folder. */
function sendFile(root: string, name: string, response: ServerResponse): void {
  const file = path.resolve(root, decodeURIComponent(name))
  const type = TYPES[path.extname(file).toLowerCase()]
  const isInside = file.startsWith(root + path.sep)
  if (!type || !isInside || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    send(response, 'text/plain', `there is no picture ${name} in the Mini Program\n`, 404)
    return
  }
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' })
  createReadStream(file).pipe(response)
}
