import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { bundleForBrowser, type RuntimeBundle } from '../phone/build/runtime-bundle'

export interface StudioOptions {
  /** Whether this emulator serves a phone; without one the studio shows messages and logs only. */
  hasPhone: boolean
  /** Where the browser code of the studio lies; default: next to this file. */
  pageDir?: string
}

/** Serves `/` and `/studio/…`; everything else is left to others. */
export interface StudioServer {
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  stop(): Promise<void>
}

/** Opens the studio: the page that shows phones, messages, functions and time. Built at the first request. */
export function openStudio(options: StudioOptions): StudioServer {
  let bundle: Promise<RuntimeBundle> | undefined
  const bundled = () => (bundle ??= bundleForBrowser(path.join(options.pageDir ?? __dirname, 'page/main.ts')))
  return {
    async handle(request, response) {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (request.method !== 'GET' && request.method !== 'HEAD') return false
      if (pathname === '/') send(response, 'text/html', studioPage(options.hasPhone))
      else if (pathname === '/studio/main.js') send(response, 'text/javascript', (await bundled()).js)
      else if (pathname === '/studio/main.css') send(response, 'text/css', (await bundled()).css)
      else return false
      return true
    },
    stop: () => Promise.resolve(),
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
  response.end(body)
}

const studioPage = (hasPhone: boolean): string => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hongyan</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/studio/main.css">
<script defer src="/studio/main.js"></script>
</head>
<body data-phone="${hasPhone ? 'yes' : 'no'}"></body>
</html>
`
