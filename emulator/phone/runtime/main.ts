import './style/index.css'
import type { Bundle, Modules } from './bundle'
import { emulatorHost, type Host, type World } from './host'
import { Phone, type Theme } from './phone'
import { showFailure } from './failure'

// The base library whose behaviour is copied.
const BASE_LIBRARY = '3.7.0'

/** What a page that holds a phone, or a test, can do with it. */
export interface PhoneHandle {
  phone?: Phone
  warnings: Phone['warnings']['list']
  setData: Phone['meter']['calls']
  load(bundle: Bundle, modules: Modules): void
  start(root: HTMLElement, settings: StartSettings): Promise<Phone>
}

export interface StartSettings {
  openid: string
  theme?: string
  lang?: string
  page?: string
  /** The base library of this phone, 2.8.2; default: a current one. */
  lib?: string
  /** How much larger than the standard the person reads, 1.4; default 1. */
  font?: string
  /** The Mini Program was opened from a card in this group (openGId). */
  group?: string
  /** Default: the emulator that served the page. */
  host?: Host
  /** Asked for early by the page that loads this script. */
  world?: Promise<World>
  storage?: Storage
}

let app: { bundle: Bundle; modules: Modules } | undefined

const handle: PhoneHandle = {
  warnings: [],
  setData: [],
  load(bundle, modules) {
    app = { bundle, modules }
  },
  async start(root, settings) {
    if (!app) throw new Error('the Mini Program has not been loaded')
    const host = settings.host ?? emulatorHost(settings.openid)
    const world = await (settings.world ?? host.world())
    const person = world.people.find((one) => one.openid === settings.openid)
    if (!person) {
      const known = world.people.map((one) => one.openid).join(', ')
      throw new Error(`nobody has the openid ${settings.openid}; known are ${known}`)
    }
    const wanted = settings.lang ?? person.language ?? 'zh_CN'
    const phone = new Phone(app.bundle, app.modules, {
      host,
      world,
      person,
      root,
      theme: themeOf(settings.theme),
      language: wanted.startsWith('en') ? 'en' : 'zh_CN',
      storage: settings.storage ?? localStorage,
      ...(settings.page ? { page: settings.page } : {}),
      baseLibrary: /^\d+(\.\d+)*$/.test(settings.lib ?? '') ? (settings.lib ?? '') : BASE_LIBRARY,
      fontScale: Number(settings.font) || 1,
      ...(settings.group ? { group: settings.group } : {}),
    })
    Object.assign(handle, { phone, warnings: phone.warnings.list, setData: phone.meter.calls })
    await phone.start()
    return phone
  },
}

const dark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined

function themeOf(wanted: string | undefined): Theme {
  if (wanted === 'dark' || wanted === 'light') return wanted
  return dark?.matches ? 'dark' : 'light'
}

Object.assign(globalThis, { __hongyanPhone: handle })

/** The page /phone/app sets this before it loads the scripts. */
interface Boot {
  settings: StartSettings
}

/** Called by the page /phone/app when everything is loaded. */
export function boot({ settings }: Boot): void {
  const root = document.body
  handle.start(root, settings).then(
    (phone) => connect(phone, settings),
    (error: unknown) => showFailure(root, error),
  )
}

Object.assign(handle, { boot })

/** Follows the emulator's clock and, unless a theme was asked for, the browser's preference. */
function connect(phone: Phone, settings: StartSettings): void {
  const sheet = document.querySelector<HTMLLinkElement>('#app-css')
  phone.onTheme((theme) => {
    if (sheet) sheet.href = `/phone/app.css?theme=${theme}`
  })
  if (!settings.theme)
    dark?.addEventListener('change', ({ matches }) => phone.setTheme(matches ? 'dark' : 'light'))
  addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
    phone.activity.add({ kind: 'warning', text: `unhandled rejection: ${String(reason)}`, isFailed: true })
    phone.code.callApp('onUnhandledRejection', { reason })
  })
  const events = new EventSource('/_emulator/events')
  events.addEventListener('clock', (event: MessageEvent<string>) => {
    phone.screen.setNow((JSON.parse(event.data) as { now: number }).now)
  })
  addEventListener('pagehide', () => events.close())
}
