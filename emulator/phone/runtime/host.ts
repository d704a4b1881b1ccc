/** Everything outside the phone: functions, WeChat's side, the network. In the browser it is the emulator. */

export type Answer = 'accept' | 'reject' | 'ban' | 'filter'
export type TapAnswer = 'accept' | 'reject'

export interface Person {
  openid: string
  nickname: string
  language?: 'zh_CN' | 'en_US'
  avatar?: string
  /** Bound to their WeChat: what open-type="getPhoneNumber" hands over. */
  phoneNumber?: string
}

export interface World {
  appid: string
  env: string
  people: Person[]
  templates: { priTmplId: string; title: string; type: number }[]
  now: number
}

export type CallReply =
  | { ok: true; result: unknown; requestID: string; errMsg: string }
  | { ok: false; errCode: number; errMsg: string }

export interface AskedTemplate {
  tmplId: string
  title: string
  type: number
  example: string
}

export type PromptOpening =
  | { errCode: number; errMsg: string }
  | { ask: AskedTemplate[]; settled: Record<string, Answer> }

export interface SubscriptionSettings {
  mainSwitch: boolean
  itemSettings?: Record<string, Answer>
}

export interface Host {
  world(): Promise<World>
  call(name: string, data: unknown): Promise<CallReply>
  openPrompt(tmplIds: string[]): Promise<PromptOpening>
  answerPrompt(
    tmplIds: string[],
    answers: Record<string, TapAnswer>,
    keep: boolean,
  ): Promise<Record<string, Answer>>
  settings(): Promise<SubscriptionSettings>
  changeSettings(change: {
    mainSwitch?: boolean
    itemSettings?: Record<string, TapAnswer | null>
  }): Promise<SubscriptionSettings>
  formId(): Promise<string>
  /** The person comes into customer service. */
  enterCustomerService(): Promise<void>
  /** What stands for open data of this person on its way to a function. */
  cloudId(data: Record<string, unknown>): Promise<string>
  /** The code of wx.login. */
  loginCode(): Promise<string>
  /** Files that the person chooses, of these extensions where any are named; none where they close the dialog. */
  chooseFiles(count: number, extensions: readonly string[]): Promise<File[]>
  /** Where files of the Mini Program are served. */
  fileUrl(path: string): string
  fetch: typeof fetch
}

/** The emulator's HTTP interface, for one person. */
export function emulatorHost(openid: string): Host {
  const read = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`/_emulator/${path}`, init)
    const body: unknown = await response.json()
    if (response.ok) return body
    const message = (body as { error?: { message?: string } }).error?.message
    throw new Error(`the emulator answered ${response.status} to ${path}: ${message ?? 'no reason given'}`)
  }
  const post = (path: string, body: object) =>
    read(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const ownSettings = `settings?openid=${encodeURIComponent(openid)}`
  // The replies come from the same emulator that serves this script, so they are not checked again here.
  return {
    world: async () => (await read('world')) as World,
    call: async (name, data) => (await post('call', { name, data, openid })) as CallReply,
    openPrompt: async (tmplIds) => (await post('prompt/open', { openid, tmplIds })) as PromptOpening,
    answerPrompt: async (tmplIds, answers, keep) =>
      (await post('prompt', { openid, tmplIds, answers, keep })) as Record<string, Answer>,
    settings: async () => (await read(ownSettings)) as SubscriptionSettings,
    changeSettings: async (change) => (await post(ownSettings, change)) as SubscriptionSettings,
    enterCustomerService: async () => void (await post('customer', { openid, act: 'enter' })),
    formId: async () => ((await post('formid', { openid })) as { formId: string }).formId,
    loginCode: async () => ((await post('login', { openid })) as { code: string }).code,
    cloudId: async (data) => ((await post('cloudid', { openid, data })) as { cloudID: string }).cloudID,
    chooseFiles: chooseFilesHere,
    fileUrl: (path) => `/phone/files/${path}`,
    fetch: (input, init) => fetch(input, init),
  }
}

/** The browser's own dialog, opened by the tap that the call came from. */
function chooseFilesHere(count: number, extensions: readonly string[]): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = count > 1
    input.accept = extensions.map((extension) => `.${extension}`).join(',')
    input.addEventListener('change', () => resolve([...(input.files ?? [])].slice(0, count)))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}
