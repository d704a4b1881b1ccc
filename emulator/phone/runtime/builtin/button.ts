import { askPhoneNumber } from '../overlay/phone-number'
import { submitForm, resetForm } from './form'
import type { Builtin } from './view'

/** What open-type does beyond the button's own tap; the others need WeChat itself. */
const OPEN_TYPES_ON_A_PHONE = new Set(['share', 'launchApp', 'chooseAvatar', 'feedback'])

const button: Builtin = {
  tag: 'button',
  role: 'button',
  hover: true,
  properties: {
    size: 'default',
    type: 'default',
    plain: false,
    disabled: false,
    loading: false,
    formType: '',
    openType: '',
    hoverClass: 'button-hover',
    hoverStartTime: 20,
    hoverStayTime: 70,
  },
  attach(view) {
    view.on('touchstart', () => view.element.toggleAttribute('data-pressed', !view.flag('disabled')))
    for (const type of ['touchend', 'touchcancel'])
      view.on(type, () => view.element.removeAttribute('data-pressed'))
    view.on('tap', () => {
      const form = view.element.closest('wx-form')
      if (form && view.text('formType') === 'submit') submitForm(form, view.element)
      if (form && view.text('formType') === 'reset') resetForm(form)
      const openType = view.text('openType')
      if (openType === 'openSetting')
        view.phone.openSetting().then((setting) => view.emit('opensetting', setting), view.phone.fail)
      else if (openType === 'getPhoneNumber')
        askPhoneNumber(view.phone).then((answer) => view.emit('getphonenumber', answer), view.phone.fail)
      else if (openType === 'contact') {
        view.phone.host.enterCustomerService().catch(view.phone.fail)
        view.phone.warnings.add(
          'MISSING_API',
          'open-type="contact": the person has come into customer service; what they write there is written in the studio',
        )
      } else if (OPEN_TYPES_ON_A_PHONE.has(openType)) {
        view.phone.warnings.add(
          'MISSING_API',
          `open-type="${openType}" is accepted but does nothing here: it needs WeChat itself`,
        )
      }
    })
  },
  update(view) {
    const { element } = view
    for (const name of ['size', 'type'] as const) element.setAttribute(`data-${name}`, view.text(name))
    for (const name of ['plain', 'loading'] as const) element.toggleAttribute(`data-${name}`, view.flag(name))
    element.setAttribute('aria-disabled', String(view.flag('disabled')))
    // Style sheets ask for `button[disabled]`.
    element.toggleAttribute('disabled', view.flag('disabled'))
    element.tabIndex = view.flag('disabled') ? -1 : 0
  },
  activate(view) {
    view.element.click()
  },
}

const MOVES = ['redirectTo', 'switchTab', 'reLaunch', 'navigateBack'] as const

const navigator: Builtin = {
  tag: 'navigator',
  role: 'link',
  hover: true,
  properties: { url: '', openType: 'navigate', delta: 1, target: 'self', hoverClass: 'navigator-hover' },
  attach(view) {
    view.element.tabIndex = 0
    view.on('tap', () => {
      const openType = view.text('openType')
      const kind = MOVES.find((move) => move === openType) ?? 'navigateTo'
      const moved =
        kind === 'navigateBack'
          ? view.phone.router.back(view.number('delta'))
          : view.phone.router.go(kind, view.text('url'), view.owner()?.is ?? '')
      moved.then(
        () => view.emit('success', { errMsg: `${kind}:ok` }),
        (error: unknown) =>
          view.emit('fail', { errMsg: `${kind}:fail ${error instanceof Error ? error.message : ''}` }),
      )
    })
  },
}

export const buttons: Builtin[] = [button, navigator]
