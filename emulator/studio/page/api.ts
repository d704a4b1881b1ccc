/** What the emulator that served this page says about itself. */

export interface Person {
  openid: string
  nickname: string
  language?: string
  avatar?: string
  about?: string
}

export interface FunctionInfo {
  name: string
  triggers: { name: string; config: string }[]
  openapi: string[]
}

export interface World {
  appid: string
  env: string
  people: Person[]
  functions: FunctionInfo[]
  now: number
}

export interface Message {
  id: number
  openid: string
  channel: string
  title: string
  at: number
  page: string
  miniprogramState: string
  lines: { label: string; key: string; value: string }[]
  /** The key of the line shown large; '' = none. */
  emphasis: string
}

export interface LogRow {
  id: number
  at: number
  function: string
  source: string
  openid?: string
  durationMs: number
  memoryMB: number
  status: 'ok' | 'error' | 'timeout'
  lines: string[]
  result?: string
  error?: string
}

async function read(path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(`/_emulator/${path}`, init)
  if (!response.ok) throw new Error(`the emulator answered ${response.status} to ${path}`)
  return response.json()
}

// The replies come from the same emulator that served this page, so they are not checked again here.
export const readWorld = async (): Promise<World> => (await read('world')) as World

export const readMessages = async (openid: string): Promise<Message[]> =>
  ((await read(`messages?openid=${encodeURIComponent(openid)}`)) as { messages: Message[] }).messages

export const readLogs = async (): Promise<LogRow[]> => ((await read('logs')) as { logs: LogRow[] }).logs

const post = (path: string, body: object): Promise<unknown> =>
  read(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

export const advanceClock = async (advanceMs: number): Promise<number> =>
  ((await post('clock', { advanceMs })) as { now: number }).now

/** The person writes to customer service. */
export const writeToService = (openid: string, text: string): Promise<unknown> =>
  post('customer', { openid, act: 'message', text })

export interface Listeners {
  message(message: Message): void
  log(row: LogRow): void
  clock(now: number): void
  /** Whether the emulator can be heard. */
  connected(isConnected: boolean): void
}

/** Hears everything that happens, until the page goes. */
export function listen(listeners: Listeners): void {
  const events = new EventSource('/_emulator/events')
  const on = (name: string, tell: (value: unknown) => void): void =>
    events.addEventListener(name, (event: MessageEvent<string>) => tell(JSON.parse(event.data)))
  on('message', (message) => listeners.message(message as Message))
  on('log', (row) => listeners.log(row as LogRow))
  on('clock', (moved) => listeners.clock((moved as { now: number }).now))
  events.addEventListener('open', () => listeners.connected(true))
  events.addEventListener('error', () => listeners.connected(false))
  addEventListener('pagehide', () => events.close())
}
