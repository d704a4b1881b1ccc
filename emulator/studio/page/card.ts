import { h } from '../../phone/runtime/element'
import type { Message } from './api'
import { clockText } from './clock'
import { texts } from './texts'

/** A service message as WeChat shows it: who, what, the lines, and the way into the Mini Program. */
export function messageCard(message: Message, appName: string, open: (page: string) => void): HTMLElement {
  const lines = h('dl', {})
  for (const { label, value } of message.lines) {
    lines.append(h('div', {}, h('dt', {}, label), h('dd', {}, value)))
  }
  const card = h(
    'article',
    { class: 'card', 'data-id': message.id },
    h(
      'header',
      {},
      h('span', { class: 'logo', 'aria-hidden': 'true' }, appName.slice(0, 1)),
      h('span', {}, appName),
      message.channel === 'template' ? h('em', {}, texts.fromTemplate) : '',
      h('time', { datetime: new Date(message.at).toISOString() }, clockText(message.at)),
    ),
    h('h3', {}, message.title),
    lines,
  )
  if (message.page) {
    card.append(h('button', { type: 'button', class: 'enter', click: () => open(message.page) }, texts.enter))
  }
  return card
}
