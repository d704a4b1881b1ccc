import type { Phone } from '../phone'
import { ApiFailure, asyncApi, isRecord, numberOf, stringOf, type Api } from './api'

/** Hosts of CloudBase for clients other than WeChat's (standalone.md §3): the emulator answers for them. */
const CLOUDBASE_HOST = /^[a-z0-9-]+\.[a-z0-9-]+\.tcb-api\.tencentcloudapi\.com$/

/** wx.request over the browser's fetch; its callbacks inherit the tap state (wechat.md §5). */
export function networkApis(phone: Phone): Record<string, Api> {
  const send = async (options: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const method = stringOf(options['method'], 'GET').toUpperCase()
    const headers = new Headers({ 'content-type': 'application/json' })
    for (const [name, value] of Object.entries(isRecord(options['header']) ? options['header'] : {})) {
      headers.set(name, stringOf(value))
    }
    const { url, body } = addressed(stringOf(options['url']), method, options['data'], headers)
    const response = await phone.host
      .fetch(emulated(url, headers), {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([
          AbortSignal.timeout(numberOf(options['timeout'], 60_000)),
          ...(options['signal'] instanceof AbortSignal ? [options['signal']] : []),
        ]),
      })
      .catch((error: unknown) => {
        const name = error instanceof DOMException ? error.name : ''
        if (name === 'AbortError') throw new ApiFailure('abort')
        throw new ApiFailure(name === 'TimeoutError' ? 'timeout' : String(error), {
          errno: name === 'TimeoutError' ? 5 : 600001,
        })
      })
    const header = Object.fromEntries(response.headers.entries())
    if (options['responseType'] === 'arraybuffer') {
      return { data: await response.arrayBuffer(), statusCode: response.status, header, cookies: [] }
    }
    const text = await response.text()
    return { data: parsed(text, options['dataType']), statusCode: response.status, header, cookies: [] }
  }
  const request = asyncApi(phone, 'request', send, 'inherited')
  return {
    request(options) {
      const abort = new AbortController()
      const outcome = request({ ...(isRecord(options) ? options : {}), signal: abort.signal })
      // With callbacks it gives the task, as on a phone. An answer comes whole: there are no chunks to hear of.
      return outcome ?? { abort: () => abort.abort(), onChunkReceived() {}, offChunkReceived() {} }
    },
  }
}

/** The same path at the emulator, which is told the host. */
function emulated(url: string, headers: Headers): string {
  if (!URL.canParse(url)) return url
  const { host, pathname, search } = new URL(url)
  if (!CLOUDBASE_HOST.test(host)) return url
  headers.set('x-emulated-host', host)
  return `${pathname}${search}`
}

function addressed(
  url: string,
  method: string,
  data: unknown,
  headers: Headers,
): { url: string; body?: string | ArrayBuffer } {
  if (data === undefined) return { url }
  if (method === 'GET' || method === 'HEAD') {
    const pairs = isRecord(data)
      ? new URLSearchParams(Object.entries(data).map(([key, value]) => [key, stringOf(value)]))
      : ''
    return { url: `${url}${url.includes('?') ? '&' : '?'}${String(pairs)}` }
  }
  if (typeof data === 'string' || data instanceof ArrayBuffer) return { url, body: data }
  const isForm = headers.get('content-type')?.includes('x-www-form-urlencoded') && isRecord(data)
  if (!isForm) return { url, body: JSON.stringify(data) }
  return {
    url,
    body: String(new URLSearchParams(Object.entries(data).map(([key, value]) => [key, stringOf(value)]))),
  }
}

/** JSON unless told otherwise; what is not JSON stays text, as on a phone. */
function parsed(text: string, dataType: unknown): unknown {
  if (dataType !== undefined && dataType !== 'json') return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
