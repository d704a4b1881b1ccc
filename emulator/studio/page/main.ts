import './studio.css'
import { h } from '../../phone/runtime/element'
import { listen, readLogs, readWorld, type World } from './api'
import { Clock } from './clock'
import { Devtools } from './devtools'
import { Drawer } from './drawer'
import { Station } from './station'
import { language, texts } from './texts'

/** Which phones are open and in which light, so that a reload shows the same. */
interface Desk {
  openids: string[]
  theme: 'light' | 'dark'
}

const KEY = 'studio-desk'
const DEFAULT_PHONES = 2

function rememberedDesk(world: World): Desk {
  const theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const fresh: Desk = { openids: world.people.slice(0, DEFAULT_PHONES).map((person) => person.openid), theme }
  const saved = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Desk | null
  const known =
    saved?.openids.filter((openid) => world.people.some((person) => person.openid === openid)) ?? []
  return saved && known.length > 0 ? { openids: known, theme: saved.theme } : fresh
}

function start(world: World): void {
  const hasPhone = document.body.dataset['phone'] === 'yes'
  const desk = rememberedDesk(world)
  const notice = h('p', { class: 'notice', role: 'status', hidden: true })
  const fail = (error: unknown): void => {
    notice.textContent = error instanceof Error ? error.message : String(error)
    notice.hidden = false
  }
  const clock = new Clock(world.now, fail)
  const row = h('main', { class: 'stations' })
  const stations: Station[] = []
  const nameOf = (openid: string): string =>
    world.people.find((person) => person.openid === openid)?.nickname ?? openid
  const devtools = new Devtools(() =>
    stations.map((one) => ({ name: nameOf(one.openid), rows: one.activity() })),
  )
  const drawer = new Drawer(world, devtools.element)
  const remember = (): void => {
    localStorage.setItem(
      KEY,
      JSON.stringify({ openids: stations.map((one) => one.openid), theme: desk.theme }),
    )
  }
  const setTheme = (theme: 'light' | 'dark'): void => {
    desk.theme = theme
    document.documentElement.dataset['theme'] = theme
    for (const station of stations) station.setTheme(theme)
    remember()
  }
  const add = (openid: string): void => {
    const station: Station = new Station(
      {
        world,
        openid,
        hasPhone,
        removed: () => {
          stations.splice(stations.indexOf(station), 1)
          station.element.remove()
          remember()
        },
        changed: () => remember(),
        fail,
      },
      desk.theme,
    )
    stations.push(station)
    row.append(station.element)
    remember()
  }
  const addNext = (): void => {
    const unused = world.people.find((person) => !stations.some((one) => one.openid === person.openid))
    const next = unused ?? world.people[0]
    if (next) add(next.openid)
  }
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  document.title = `${texts.title} · ${texts.subtitle}`
  document.body.append(
    h(
      'header',
      { class: 'top' },
      h('h1', {}, texts.title, h('small', {}, texts.subtitle)),
      h('code', {}, world.env),
      clock.element,
      h('button', { type: 'button', click: addNext }, `＋ ${texts.addPhone}`),
      h('button', {
        type: 'button',
        class: 'theme',
        'aria-label': texts.theme,
        title: texts.theme,
        click: () => setTheme(desk.theme === 'dark' ? 'light' : 'dark'),
      }),
    ),
    notice,
    row,
    drawer.element,
  )
  if (!hasPhone) fail(texts.noPhone)
  setTheme(desk.theme)
  for (const openid of desk.openids) add(openid)
  readLogs().then((rows) => {
    for (const one of rows) drawer.add(one)
  }, fail)
  listen({
    message: (message) => {
      for (const station of stations) station.add(message)
    },
    log: (one) => drawer.add(one),
    clock: (now) => clock.set(now),
    connected: (isConnected) => {
      if (!isConnected) fail(texts.lost)
      else if (notice.textContent === texts.lost) notice.hidden = true
    },
  })
}

readWorld().then(start, (error: unknown) => {
  document.body.append(h('p', { class: 'notice', role: 'alert' }, String(error)))
})
