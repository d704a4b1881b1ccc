import { h } from '../../phone/runtime/element'
import type { Message } from './api'
import { clockText } from './clock'
import { texts } from './texts'

/** What a message is where it is no subscribe message. */
const kinds: Record<string, string> = { template: texts.fromTemplate, customer: texts.fromCustomer }

/** A service message as WeChat shows it: who, what, the lines, and the way into the Mini Program. */
export function messageCard(message: Message, appName: string, open: (page: string) => void): HTMLElement {
  const lines = h('dl', {})
  for (const { label, key, value } of message.lines) {
    const isLarge = key === message.emphasis
    const name = label === '' ? '' : h('dt', {}, label)
    lines.append(h('div', isLarge ? { class: 'large' } : {}, name, h('dd', {}, value)))
  }
  const kind = kinds[message.channel]
  const card = h(
    'article',
    { class: 'card', 'data-id': message.id },
    h(
      'header',
      {},
      h('span', { class: 'logo', 'aria-hidden': 'true' }, appName.slice(0, 1)),
      h('span', {}, appName),
      kind === undefined ? '' : h('em', {}, kind),
      h('time', { datetime: new Date(message.at).toISOString() }, clockText(message.at)),
    ),
    message.title === '' ? '' : h('h3', {}, message.title),
    lines,
  )
  if (message.page) {
    card.append(h('button', { type: 'button', class: 'enter', click: () => open(message.page) }, texts.enter))
  }
  return card
}
