import './jsdom-realm'
import path from 'node:path'
import { buildMiniprogram } from '../../emulator/phone/build/miniprogram'
import { bundleForBrowser } from '../../emulator/phone/build/runtime-bundle'
import { scriptOf } from './built-once'

type Answer = 'accept' | 'reject' | 'ban' | 'filter'
interface AskedTemplate {
  tmplId: string
  title: string
  type: number
  example: string
}

/** What stands in for the emulator behind a page under test. */
export interface TestHost {
  /** The function of that name, as this person. Throw to be offline; throw `{ errCode, errMsg }` for a failed call. */
  callFunction?: (name: string, data: unknown) => unknown
  /** What the sheet asks. Default: every id, titled with the id. */
  ask?: (
    tmplIds: string[],
  ) => { ask: AskedTemplate[]; settled: Record<string, Answer> } | { errCode: number; errMsg: string }
  settings?: { mainSwitch: boolean; itemSettings?: Record<string, Answer> }
  formId?: () => string
  enterCustomerService?: () => void
  /** The file that the person chooses; undefined where they close the dialog. */
  file?: () => File | undefined
  /** What WeChat gives for open data. Default: cloud-id-1, cloud-id-2 … */
  cloudId?: (data: Record<string, unknown>) => string
  /** The code of wx.login; throw to be without a network. */
  loginCode?: () => string
  fetch?: typeof fetch
}

export interface TestPhoneOptions {
  miniprogramDir: string
  /** Path of the first page; default: the entry page. */
  page?: string
  query?: Record<string, string>
  cloud?: { callFunction: (name: string, data: unknown) => unknown }
  host?: TestHost
  language?: 'zh_CN' | 'en'
  theme?: 'light' | 'dark'
  /** Default: a current one. */
  baseLibrary?: string
  fontScale?: number
  /** The group whose card opened the Mini Program. */
  group?: string
  phoneNumber?: string
  openid?: string
  nickname?: string
  templates?: { priTmplId: string; title: string; type: number }[]
  /** What local storage holds at the start. */
  storage?: Record<string, unknown>
}

/** A phone in jsdom that runs the built Mini Program; one at a time in a test file. */
export interface TestPhone {
  /** The first element inside the page on top (or in an overlay) that matches; `view` is written `wx-view`. */
  find(selector: string): HTMLElement
  findAll(selector: string): HTMLElement[]
  has(selector: string): boolean
  /** All text of the page on top, or of what matches the selector, white space collapsed. */
  text(selector?: string): string
  /** A finger on the element: touch, tap, and everything the tap sets off until the phone is at rest. */
  tap(target: string | HTMLElement): Promise<void>
  /** Types into a built-in input or textarea. */
  type(target: string | HTMLElement, value: string): Promise<void>
  /** The dialog, sheet or picker that is open, by its text; undefined when none is. */
  overlay(): HTMLElement | undefined
  toast(): string | undefined
  /** Taps the button with that text in the open overlay. */
  choose(text: string): Promise<void>
  /** Waits until the condition holds; fails after a second with what the page shows. */
  until(holds: () => boolean, what?: string): Promise<void>
  /** Everything that is under way has ended: microtasks, call backs, calls. */
  settle(): Promise<void>
  route(): string
  stack(): string[]
  title(): string
  /** The page object on top, as page code sees it. */
  page(): Record<string, unknown> & { data: Record<string, unknown> }
  wx(): Record<string, (options?: unknown) => unknown>
  warnings(): { code: string; message: string }[]
  setDataCalls(): { component: string; bytes: number; keys: string[] }[]
  setTheme(theme: 'light' | 'dark'): void
  calls: { name: string; data: unknown }[]
  answered: { tmplIds: string[]; answers: Record<string, Answer>; keep: boolean }[]
  close(): void
}

interface RuntimePhone {
  stop(): void
  setTheme(theme: string): void
  router: {
    current(): { path: string; page: { caller: TestPage } } | undefined
    callers(): { route: string }[]
  }
  code: { wx: Record<string, (options?: unknown) => unknown> }
  warnings: { list: { code: string; message: string }[] }
  meter: { calls: { component: string; bytes: number; keys: string[] }[] }
}
type TestPage = Record<string, unknown> & { data: Record<string, unknown> }
interface RuntimeHandle {
  start(root: HTMLElement, settings: Record<string, unknown>): Promise<RuntimePhone>
}

const RUNTIME = path.join(__dirname, '../../emulator/phone/runtime/main.ts')
const runtimes = new Map<string, Promise<string>>()
const apps = new Map<string, Promise<string>>()
let open: TestPhone | undefined

/**
 * Builds the Mini Program with the product's own build, runs it on the product's own run time in jsdom and opens a
 * page. The test file needs `@jest-environment jsdom`. A phone that is still open is closed.
 */
export async function openTestPhone(options: TestPhoneOptions): Promise<TestPhone> {
  open?.close()
  const { miniprogramDir } = options
  const runtime = await once(runtimes, RUNTIME, () => scriptOf(RUNTIME, () => bundleForBrowser(RUNTIME)))
  const app = await once(apps, miniprogramDir, () =>
    scriptOf(miniprogramDir, () => buildMiniprogram(miniprogramDir)),
  )
  preparePage()
  run(runtime)
  run(app)
  const handle = (globalThis as unknown as { __hongyanPhone: RuntimeHandle }).__hongyanPhone
  const root = document.createElement('div')
  document.body.replaceChildren(root)
  const openid = options.openid ?? 'o-test'
  const underWay = new Set<Promise<unknown>>()
  const calls: TestPhone['calls'] = []
  const answered: TestPhone['answered'] = []
  const storage = new Map(
    Object.entries(options.storage ?? {}).map(([key, value]) => [
      `wxtest/${openid}/${key}`,
      JSON.stringify({ value }),
    ]),
  )
  const search = new URLSearchParams(options.query).toString()
  const phone = await handle.start(root, {
    openid,
    lang: options.language ?? 'zh_CN',
    theme: options.theme ?? 'light',
    ...(options.baseLibrary && { lib: options.baseLibrary }),
    ...(options.fontScale && { font: String(options.fontScale) }),
    ...(options.group && { group: options.group }),
    ...(options.page ? { page: `${options.page}${search ? `?${search}` : ''}` } : {}),
    host: hostOf(options, calls, answered, underWay),
    storage: storageOf(storage),
  })
  const settle = async (): Promise<void> => {
    // A call back is one macrotask; a call may lead to another, so rest is when some turns bring nothing new.
    for (let turn = 0, quiet = 0; quiet < 4 && turn < 400; turn += 1) {
      const busy = underWay.size
      await new Promise((resolve) => setTimeout(resolve, 0))
      quiet = underWay.size === 0 && busy === 0 ? quiet + 1 : 0
    }
    // The callback of setData comes with the next frame.
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
  const pageRoot = (): Element =>
    Array.from(root.querySelectorAll('.phone-page:not([hidden])')).at(-1) ?? root
  const overlay = (): HTMLElement | undefined =>
    Array.from(root.querySelectorAll<HTMLElement>('.phone-layer .phone-panel')).at(-1)
  const matches = (selector: string): HTMLElement[] => {
    const wanted = selector.replace(/#([\w-]+)/g, '[id$="--$1"]')
    const inPage = Array.from(pageRoot().querySelectorAll<HTMLElement>(wanted))
    return inPage.length > 0 ? inPage : Array.from(root.querySelectorAll<HTMLElement>(wanted))
  }
  const find = (target: string | HTMLElement): HTMLElement => {
    if (typeof target !== 'string') return target
    const found = matches(target)[0]
    if (!found) throw new Error(`nothing matches ${target}; the page shows: ${textOf(pageRoot())}`)
    return found
  }
  const opened: TestPhone = {
    find,
    findAll: matches,
    has: (selector) => matches(selector).length > 0,
    text: (selector) => (selector ? matches(selector).map(textOf).join(' ') : textOf(pageRoot())),
    async tap(target) {
      const element = find(target)
      for (const name of ['mousedown', 'mouseup']) {
        element.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, button: 0 }))
      }
      if (element.matches('button, input, label')) element.click()
      await settle()
    },
    async type(target, value) {
      const element = find(target)
      const control = element.matches('input, textarea') ? element : element.querySelector('input, textarea')
      if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)) {
        throw new Error(`${element.localName} holds no input`)
      }
      control.focus()
      control.value = value
      control.dispatchEvent(new Event('input', { bubbles: true }))
      control.dispatchEvent(new Event('change', { bubbles: true }))
      control.blur()
      await settle()
    },
    overlay,
    toast: () => root.querySelector('.phone-toast p')?.textContent ?? undefined,
    async choose(text) {
      const buttons = Array.from(
        overlay()?.querySelectorAll<HTMLElement>('button, [role="option"], label') ?? [],
      )
      const button = buttons.find((one) => textOf(one) === text || one.getAttribute('aria-label') === text)
      if (!button)
        throw new Error(
          `no button ${text} in: ${overlay() ? textOf(overlay() ?? root) : 'no overlay is open'}`,
        )
      button.click()
      await settle()
    },
    async until(holds, what = 'the condition') {
      const end = Date.now() + 1000
      while (!holds()) {
        if (Date.now() > end)
          throw new Error(`${what} did not come true; the page shows: ${textOf(pageRoot())}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    settle,
    route: () => phone.router.current()?.path ?? '',
    stack: () => phone.router.callers().map((page) => page.route),
    title: () => root.querySelector('.phone-bar h1')?.textContent ?? '',
    page() {
      const current = phone.router.current()
      if (!current) throw new Error('no page is open')
      return current.page.caller
    },
    wx: () => phone.code.wx,
    warnings: () => phone.warnings.list,
    setDataCalls: () => phone.meter.calls,
    setTheme: (theme) => phone.setTheme(theme),
    calls,
    answered,
    close() {
      phone.stop()
      if (open === opened) open = undefined
    },
  }
  open = opened
  await settle()
  return opened
}

const textOf = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim()

function once<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = cache.get(key) ?? make()
  cache.set(key, made)
  return made
}

/** Scripts run as in a script element: their globals are the window's. */
function run(js: string): void {
  // oxlint-disable-next-line typescript/no-implied-eval -- a script element would run in the same way
  new Function(js)()
}

/** What jsdom lacks and the run time uses. */
function preparePage(): void {
  if (typeof CSS === 'undefined')
    Object.assign(globalThis, { CSS: { escape: (text: string) => text.replace(/[^\w-]/g, '\\$&') } })
}

function hostOf(
  options: TestPhoneOptions,
  calls: TestPhone['calls'],
  answered: TestPhone['answered'],
  underWay: Set<Promise<unknown>>,
): Record<string, unknown> {
  const host = { ...options.cloud, ...options.host }
  let cloudIds = 0
  let settings = host.settings ?? { mainSwitch: true }
  const later = <T>(work: () => T | Promise<T>): Promise<T> => {
    const promise = new Promise<T>((resolve, reject) => {
      setTimeout(() => void Promise.resolve().then(work).then(resolve, reject), 0)
    })
    underWay.add(promise)
    const done = (): void => {
      underWay.delete(promise)
    }
    promise.then(done, done)
    return promise
  }
  return {
    world: () =>
      Promise.resolve({
        appid: 'wxtest',
        env: 'test',
        people: [
          {
            openid: options.openid ?? 'o-test',
            nickname: options.nickname ?? 'Test',
            ...(options.phoneNumber && { phoneNumber: options.phoneNumber }),
          },
        ],
        templates: options.templates ?? [],
        now: Date.now(),
      }),
    call: (name: string, data: unknown) =>
      later(async () => {
        calls.push({ name, data })
        if (!host.callFunction) throw new Error(`the test has no function ${name}`)
        try {
          const result: unknown = JSON.parse(JSON.stringify((await host.callFunction(name, data)) ?? null))
          return { ok: true, result, requestID: 'test', errMsg: 'cloud.callFunction:ok' }
        } catch (error) {
          if (typeof error === 'object' && error !== null && 'errCode' in error)
            return { ok: false, errMsg: '', ...error }
          throw error
        }
      }),
    openPrompt: (tmplIds: string[]) =>
      later(
        () =>
          host.ask?.(tmplIds) ?? {
            ask: tmplIds.map((tmplId) => askedTemplate(options, tmplId)),
            settled: {},
          },
      ),
    answerPrompt: (tmplIds: string[], answers: Record<string, Answer>, keep: boolean) =>
      later(() => {
        answered.push({ tmplIds, answers, keep })
        const opening = host.ask?.(tmplIds)
        return { ...(opening && 'settled' in opening ? opening.settled : {}), ...answers }
      }),
    settings: () => later(() => settings),
    changeSettings: (change: Partial<typeof settings>) =>
      later(() => {
        const itemSettings = { ...settings.itemSettings, ...change.itemSettings }
        settings = { ...settings, ...change, itemSettings }
        return settings
      }),
    loginCode: () => later(() => host.loginCode?.() ?? 'code-1'),
    formId: () => later(() => host.formId?.() ?? 'form-1'),
    enterCustomerService: () => later(() => host.enterCustomerService?.()),
    cloudId: (data: Record<string, unknown>) =>
      later(() => host.cloudId?.(data) ?? `cloud-id-${(cloudIds += 1)}`),
    chooseFiles: () =>
      later(() => {
        const file = host.file?.()
        return file ? [file] : []
      }),
    fileUrl: (file: string) => `/phone/files/${file}`,
    fetch: (input: RequestInfo | URL, init?: RequestInit) =>
      later(() => {
        if (!host.fetch) throw new Error('the test has no network')
        return host.fetch(input, init)
      }),
  }
}

function askedTemplate(options: TestPhoneOptions, tmplId: string): AskedTemplate {
  const known = options.templates?.find((template) => template.priTmplId === tmplId)
  return { tmplId, title: known?.title ?? tmplId, type: known?.type ?? 2, example: '' }
}

function storageOf(values: Map<string, string>): Record<string, unknown> {
  return {
    get length() {
      return values.size
    },
    key: (index: number) => Array.from(values.keys())[index] ?? null,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
    clear: () => values.clear(),
  }
}
