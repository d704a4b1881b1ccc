import type { Phone } from '../phone'
import { ApiFailure, asyncApi, isRecord, numberOf, stringOf, type Api } from './api'

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
      .fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(numberOf(options['timeout'], 60_000)),
      })
      .catch((error: unknown) => {
        const isLate = error instanceof DOMException && error.name === 'TimeoutError'
        throw new ApiFailure(isLate ? 'timeout' : String(error), { errno: isLate ? 5 : 600001 })
      })
    const header = Object.fromEntries(response.headers.entries())
    if (options['responseType'] === 'arraybuffer') {
      return { data: await response.arrayBuffer(), statusCode: response.status, header, cookies: [] }
    }
    const text = await response.text()
    return { data: parsed(text, options['dataType']), statusCode: response.status, header, cookies: [] }
  }
  return { request: asyncApi(phone, 'request', send, 'inherited') }
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
