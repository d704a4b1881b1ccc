import type { Builtin, View } from './view'

const slider: Builtin = {
  tag: 'slider',
  properties: {
    min: 0,
    max: 100,
    step: 1,
    value: 0,
    disabled: false,
    showValue: false,
    activeColor: '',
    backgroundColor: '',
    blockSize: 28,
    blockColor: '#ffffff',
    name: '',
  },
  field: { value: (view) => view.number('value'), reset: (view) => view.set('value', view.number('min')) },
  attach(view) {
    const control = document.createElement('input')
    control.type = 'range'
    const shown = document.createElement('span')
    shown.className = 'phone-slider-value'
    view.element.append(control, shown)
    const tell = (type: 'changing' | 'change') => (): void => {
      view.set('value', Number(control.value))
      view.emit(type, { value: Number(control.value) })
    }
    control.addEventListener('input', tell('changing'))
    control.addEventListener('change', tell('change'))
  },
  update(view) {
    const control = view.element.querySelector('input')
    const shown = view.element.querySelector('.phone-slider-value')
    if (!control || !shown) return
    for (const name of ['min', 'max', 'step'] as const) control[name] = view.text(name)
    control.value = view.text('value')
    control.disabled = view.flag('disabled')
    control.setAttribute('aria-label', view.text('ariaLabel') || view.text('name') || 'slider')
    view.element.removeAttribute('aria-label')
    shown.textContent = view.flag('showValue') ? control.value : ''
    const share = (view.number('value') - view.number('min')) / (view.number('max') - view.number('min') || 1)
    view.element.style.setProperty('--share', `${share * 100}%`)
    paint(view, { activeColor: '--active', backgroundColor: '--track', blockColor: '--block' })
  },
}

const progress: Builtin = {
  tag: 'progress',
  role: 'progressbar',
  properties: {
    percent: 0,
    showInfo: false,
    borderRadius: 0,
    fontSize: 16,
    strokeWidth: 6,
    activeColor: '',
    backgroundColor: '',
    active: false,
    duration: 30,
  },
  attach(view) {
    const track = document.createElement('i')
    track.className = 'phone-track'
    const info = document.createElement('span')
    info.className = 'phone-percent'
    view.element.append(track, info)
  },
  update(view) {
    const percent = Math.min(100, Math.max(0, view.number('percent')))
    const info = view.element.querySelector('.phone-percent')
    if (info) info.textContent = view.flag('showInfo') ? `${percent}%` : ''
    view.element.setAttribute('aria-valuenow', String(percent))
    view.element.setAttribute('aria-valuemin', '0')
    view.element.setAttribute('aria-valuemax', '100')
    if (!view.element.hasAttribute('aria-label')) view.element.setAttribute('aria-label', `${percent}%`)
    view.element.style.setProperty('--share', `${percent}%`)
    view.element.style.setProperty('--stroke', `${view.number('strokeWidth')}px`)
    view.element.style.setProperty('--radius', `${view.number('borderRadius')}px`)
    view.element.toggleAttribute('data-active', view.flag('active'))
    paint(view, { activeColor: '--active', backgroundColor: '--track' })
  },
}

function paint(view: View, colors: Record<string, string>): void {
  for (const [property, variable] of Object.entries(colors)) {
    const color = view.text(property)
    if (color) view.element.style.setProperty(variable, color)
  }
}

export const ranges: Builtin[] = [slider, progress]
