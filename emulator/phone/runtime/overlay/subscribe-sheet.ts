import type { AskedTemplate, TapAnswer } from '../host'
import type { Phone } from '../phone'
import { h } from '../element'
import { openLayer } from './layer'

export interface SheetAnswer {
  answers: Record<string, TapAnswer>
  keep: boolean
}

/**
 * WeChat's sheet for subscribe messages: every template with a tick, an example of each, and the box that keeps the
 * choice. Cancel refuses all; with allow, what is not ticked is refused (wechat.md §5).
 */
export function openSubscribeSheet(phone: Phone, asked: AskedTemplate[]): Promise<SheetAnswer> {
  const { texts } = phone
  return new Promise((resolve) => {
    const ticks = new Map<string, HTMLInputElement>()
    const keep = h('input', { type: 'checkbox' })
    const answer = (isAllowed: boolean): void => {
      const answers: Record<string, TapAnswer> = {}
      for (const [tmplId, tick] of ticks) answers[tmplId] = isAllowed && tick.checked ? 'accept' : 'reject'
      layer.close()
      resolve({ answers, keep: keep.checked })
    }
    const list = h('ul', { class: 'phone-subscribe-list' })
    for (const template of asked) list.append(templateRow(phone, template, ticks))
    const panel = h(
      'div',
      { class: 'phone-subscribe' },
      h(
        'header',
        {},
        h('span', { class: 'phone-app-logo', 'aria-hidden': 'true' }, phone.appName().slice(0, 1)),
        h('span', {}, phone.appName()),
      ),
      h('h2', {}, `${phone.language === 'en' ? `${phone.appName()} ` : ''}${texts.promptTitle}`),
      list,
      h(
        'label',
        { class: 'phone-subscribe-keep' },
        keep,
        h('i', { 'aria-hidden': 'true' }),
        h('span', {}, texts.promptKeep),
      ),
      h(
        'footer',
        {},
        h('button', { type: 'button', click: () => answer(false) }, texts.cancel),
        h('button', { type: 'button', class: 'phone-primary', click: () => answer(true) }, texts.allow),
      ),
    )
    // No tap beside it closes this sheet: the question wants an answer.
    const layer = openLayer(phone, panel, { kind: 'sheet', label: texts.promptTitle })
  })
}

function templateRow(
  phone: Phone,
  template: AskedTemplate,
  ticks: Map<string, HTMLInputElement>,
): HTMLElement {
  const { texts } = phone
  const tick = h('input', { type: 'checkbox', value: template.tmplId })
  tick.checked = true
  ticks.set(template.tmplId, tick)
  const example = h('pre', { class: 'phone-subscribe-example', hidden: true }, template.example.trim())
  const info: HTMLButtonElement = h(
    'button',
    {
      type: 'button',
      class: 'phone-subscribe-info',
      'aria-label': `${texts.promptShowExample}${template.title}`,
      'aria-expanded': 'false',
      click: () => {
        example.hidden = !example.hidden
        info.setAttribute('aria-expanded', String(!example.hidden))
      },
    },
    'i',
  )
  const name = h('span', {}, template.title)
  // 3 is a long-term template (wechat.md §3).
  if (template.type === 3) name.append(h('em', {}, texts.longTerm))
  const label = h('label', {}, tick, h('i', { 'aria-hidden': 'true' }), name)
  const row = h('li', {}, h('div', {}, label))
  if (template.example.trim()) {
    row.firstElementChild?.append(info)
    row.append(example)
  }
  return row
}
