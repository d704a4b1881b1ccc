/** A phone in Node: the transport that `hongyan build --standalone` makes, with the unmodified js-sdk, on a `wx` of ours. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import type { Action, Call, InputOf, Outputs, Reply } from '../../core/contract'
import type { Transport } from '../../miniprogram/services/transport'

/** The built transport as one script. */
export async function bundledTransport(miniprogramDir: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(miniprogramDir, 'services', 'environment.ts')],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2020',
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

export interface NodePhone {
  /** An action as a page calls it. */
  call<A extends Action>(name: string, action: A, input: InputOf<A>): Promise<Reply<Outputs[A]>>
  /** Paths of what was asked, without the query, in order. */
  asked: string[]
  storage: Map<string, unknown>
  /** From now on there is no network, until it is false again. */
  offline(is: boolean): void
}

interface RequestOptions {
  url: string
  method?: string
  data?: unknown
  header?: Record<string, string>
  success?: (answer: object) => void
  fail?: (failure: object) => void
  complete?: (outcome: object) => void
}

/** A Mini Program that was just launched on the person's phone; `storage` is what the last launch left. */
export function launch(
  script: string,
  { url, openid, storage = new Map() }: { url: string; openid: string; storage?: Map<string, unknown> },
): NodePhone {
  const asked: string[] = []
  let isOffline = false
  const post = (path: string, body: object) =>
    fetch(url + path, { method: 'POST', body: JSON.stringify(body) }).then((reply) => reply.json())

  async function request({ url: address, method = 'GET', data, header, ...heard }: RequestOptions) {
    const { host, pathname, search } = new URL(address)
    asked.push(pathname)
    try {
      if (isOffline) throw new Error('request:fail')
      const text = typeof data === 'string' ? data : JSON.stringify(data)
      const reply = await fetch(`${url}${pathname}${search}`, {
        method,
        headers: { ...header, 'x-emulated-host': host },
        ...(method !== 'GET' && text !== undefined && { body: text }),
      })
      const headers = Object.fromEntries(reply.headers)
      const answer = {
        data: await reply.json(),
        statusCode: reply.status,
        header: headers,
        errMsg: 'request:ok',
      }
      heard.success?.(answer)
      heard.complete?.(answer)
    } catch (error) {
      const failure = { errMsg: error instanceof Error ? error.message : String(error), errno: 600001 }
      heard.fail?.(failure)
      heard.complete?.(failure)
    }
  }

  const wx = {
    request(options: RequestOptions) {
      void request(options)
      return { abort() {}, onChunkReceived() {} }
    },
    login: () => (isOffline ? Promise.reject(new Error('login:fail')) : post('/_emulator/login', { openid })),
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => void storage.set(key, value),
    removeStorageSync: (key: string) => void storage.delete(key),
    getSystemInfoSync: () => ({ platform: 'ios', language: 'en', SDKVersion: '3.7.0' }),
    getAppBaseInfo: () => ({ language: 'en', SDKVersion: '3.7.0' }),
    connectSocket() {},
  }
  const module: { exports: { transport?: Transport } } = { exports: {} }
  const quiet = { log() {}, info() {}, warn() {}, error() {} }
  runInContext(
    script,
    createContext({ wx, module, Page() {}, App() {}, setTimeout, clearTimeout, console: quiet }),
  )
  const { transport } = module.exports
  if (!transport) throw new Error('the built environment.ts exports no transport')
  transport.start()
  return {
    async call(name, action, input) {
      const call: Call<typeof action> = { action, input, lang: 'en' }
      return (await transport.callFunction(name, call)) as never
    },
    asked,
    storage,
    offline(is) {
      isOffline = is
    },
  }
}

/** All text of the files in a folder of functions. */
export const textsOf = (folder: string, names: readonly string[]): string =>
  names.map((name) => readFileSync(join(folder, name, 'index.js'), 'utf8')).join('\n')
