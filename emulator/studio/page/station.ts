import type { ActivityRow } from '../../phone/runtime/activity'
import { h } from '../../phone/runtime/element'
import { readMessages, type Message, type World } from './api'
import { messageCard } from './card'
import { customerBox } from './customer'
import { texts } from './texts'

/** The part of a phone's window that the studio uses. */
type PhoneWindow = Window & {
  __hongyanPhone?: {
    phone?: {
      appName(): string
      router: { go(kind: 'reLaunch', url: string, from: string): Promise<void> }
      setTheme(theme: string): void
      activity: { rows: ActivityRow[] }
    }
  }
}

// The screen of the phone in its own pixels, and the body around it.
const SCREEN = { width: 375, height: 812 }
const BEZEL = 12
const SMALLEST = 0.5

export interface StationOptions {
  world: World
  openid: string
  hasPhone: boolean
  removed(): void
  changed(): void
  fail(error: unknown): void
}

/** One person: their phone and the messages they got. */
export class Station {
  readonly element: HTMLElement
  openid: string
  private readonly frame = h('iframe', { title: 'Mini Program' })
  private readonly body: HTMLElement
  private readonly list = h('div', {
    class: 'messages',
    role: 'region',
    'aria-label': texts.messages,
    tabindex: '0',
  })
  private readonly count = h('b', {})
  private readonly about = h('span', {})
  private readonly shownId = h('code', {})
  private messages: Message[] = []
  private theme: string

  constructor(
    private readonly options: StationOptions,
    theme: string,
  ) {
    this.openid = options.openid
    this.theme = theme
    const select = h('select', { 'aria-label': texts.person })
    for (const person of options.world.people) {
      const item = h('option', { value: person.openid }, person.nickname)
      item.selected = person.openid === options.openid
      select.append(item)
    }
    select.addEventListener('change', () => this.show(select.value))
    this.body = h(
      'div',
      { class: 'phone' },
      h('div', { class: 'screen' }, this.frame, h('i', { class: 'island' })),
    )
    const stage = h('div', { class: 'stage' }, this.body)
    this.element = h(
      'section',
      { class: 'station' },
      h(
        'header',
        {},
        select,
        h('p', {}, this.about, this.shownId),
        h(
          'button',
          {
            type: 'button',
            class: 'remove',
            'aria-label': texts.removePhone,
            title: texts.removePhone,
            click: () => options.removed(),
          },
          '×',
        ),
      ),
      h(
        'div',
        { class: 'pair' },
        options.hasPhone ? stage : '',
        h(
          'div',
          { class: 'inbox' },
          h('h2', {}, texts.messages, this.count),
          this.list,
          customerBox(() => this.openid, options.fail),
        ),
      ),
    )
    this.frame.addEventListener('load', () => this.draw())
    new ResizeObserver(() => this.fit(stage)).observe(stage)
    this.show(options.openid)
  }

  /** A message that just arrived; it goes on top. */
  add(message: Message): void {
    if (message.openid !== this.openid || this.messages.some((one) => one.id === message.id)) return
    this.messages.push(message)
    this.draw()
    this.list.firstElementChild?.toggleAttribute('data-new', true)
  }

  /** What page code did on this phone since it started. */
  activity(): readonly ActivityRow[] {
    return this.window()?.__hongyanPhone?.phone?.activity.rows ?? []
  }

  setTheme(theme: string): void {
    this.theme = theme
    this.window()?.__hongyanPhone?.phone?.setTheme(theme)
  }

  private show(openid: string): void {
    this.openid = openid
    this.messages = []
    this.shownId.textContent = openid
    this.about.textContent = this.options.world.people.find((person) => person.openid === openid)?.about ?? ''
    if (this.options.hasPhone) this.frame.src = this.address()
    this.draw()
    readMessages(openid).then((messages) => {
      if (this.openid !== openid) return
      this.messages = messages
      this.draw()
    }, this.options.fail)
    this.options.changed()
  }

  private address(page?: string): string {
    const query = new URLSearchParams({ openid: this.openid, theme: this.theme, ...(page ? { page } : {}) })
    return `/phone/app?${query.toString()}`
  }

  private window(): PhoneWindow | null {
    return this.frame.contentWindow
  }

  private appName(): string {
    return this.window()?.__hongyanPhone?.phone?.appName() ?? this.options.world.appid
  }

  private draw(): void {
    this.count.textContent = this.messages.length > 0 ? String(this.messages.length) : ''
    const open = (page: string): void => this.open(page)
    const cards = [...this.messages].reverse().map((message) => messageCard(message, this.appName(), open))
    this.list.replaceChildren(
      ...(cards.length > 0 ? cards : [h('p', { class: 'nothing' }, texts.noMessages)]),
    )
  }

  /** Opens the page of a message in this person's phone, as a tap on the card does. */
  private open(page: string): void {
    const phone = this.window()?.__hongyanPhone?.phone
    if (phone) phone.router.go('reLaunch', `/${page.replace(/^\//, '')}`, '').catch(this.options.fail)
    else this.frame.src = this.address(page)
  }

  /** As large as the height allows, on whole pixels: a screen that ends between two shows a seam. */
  private fit(stage: HTMLElement): void {
    const room = Math.max(SMALLEST, Math.min(1, stage.clientHeight / (SCREEN.height + 2 * BEZEL)))
    const width = Math.floor(SCREEN.width * room)
    const scale = width / SCREEN.width
    this.body.style.setProperty('--scale', String(scale))
    this.body.style.setProperty('--width', `${width}px`)
    this.body.style.setProperty('--height', `${Math.floor(SCREEN.height * scale)}px`)
    this.body.style.setProperty('--bezel', `${Math.round(BEZEL * scale)}px`)
  }
}
