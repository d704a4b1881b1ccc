import type { SubscriptionSettings, TapAnswer } from '../host'
import type { Phone } from '../phone'
import { h } from '../element'
import { openLayer } from './layer'

/**
 * The Mini Program's settings in WeChat: the main switch of subscription messages and the choices that were kept.
 * Resolves when it is closed, with the settings as they are then.
 */
export async function openSettingsPage(phone: Phone): Promise<SubscriptionSettings> {
  let settings = await phone.host.settings()
  const { texts } = phone
  return new Promise((resolve) => {
    const body = h('div', { class: 'phone-settings-body' })
    const change = (what: Parameters<typeof phone.host.changeSettings>[0]): void => {
      phone.host.changeSettings(what).then((changed) => {
        settings = changed
        draw()
      }, phone.fail)
    }
    const draw = (): void => {
      const kept = Object.entries(settings.itemSettings ?? {})
      const main = toggleRow(texts.settingsMain, settings.mainSwitch, (mainSwitch) => change({ mainSwitch }))
      body.replaceChildren(h('div', { class: 'phone-settings-group' }, main))
      if (!settings.mainSwitch) {
        body.append(h('p', { class: 'phone-settings-note' }, texts.settingsMainOff))
        return
      }
      body.append(
        h('p', { class: 'phone-settings-note' }, kept.length ? texts.settingsKept : texts.settingsNone),
      )
      if (kept.length === 0) return
      const rows = kept.map(([tmplId, answer]) => {
        const title = phone.templateTitle(tmplId) ?? tmplId
        const choose = (isAccepted: boolean): void => {
          const answered: TapAnswer = isAccepted ? 'accept' : 'reject'
          change({ itemSettings: { [tmplId]: answered } })
        }
        return toggleRow(
          title,
          answer === 'accept',
          choose,
          answer === 'accept' ? texts.accepted : texts.rejected,
        )
      })
      body.append(h('div', { class: 'phone-settings-group' }, ...rows))
    }
    const close = (): void => {
      layer.close()
      resolve(settings)
    }
    const panel = h(
      'div',
      { class: 'phone-settings' },
      h(
        'header',
        {},
        h('button', { type: 'button', class: 'phone-back', 'aria-label': texts.back, click: close }),
        h('h2', {}, texts.settingsSubscriptions),
      ),
      body,
    )
    draw()
    const layer = openLayer(phone, panel, {
      kind: 'full',
      label: texts.settingsSubscriptions,
      dismiss: close,
    })
  })
}

function toggleRow(title: string, isOn: boolean, changed: (isOn: boolean) => void, note = ''): HTMLElement {
  const toggle = h('input', { type: 'checkbox', role: 'switch' })
  toggle.checked = isOn
  toggle.addEventListener('change', () => changed(toggle.checked))
  const name = h('span', {}, title)
  if (note) name.append(h('small', {}, note))
  return h('label', { class: 'phone-settings-row' }, name, toggle, h('i', { 'aria-hidden': 'true' }))
}
