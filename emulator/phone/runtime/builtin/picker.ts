import { columnsOf, resultOf, type PickerMode, type PickerSettings } from '../overlay/picker-columns'
import { openPicker } from '../overlay/picker'
import type { Builtin, View } from './view'

const MODES: readonly string[] = ['selector', 'multiSelector', 'time', 'date']

function modeOf(view: View): PickerMode {
  const mode = view.text('mode')
  return MODES.includes(mode) ? (mode as PickerMode) : 'selector'
}

async function ask(view: View): Promise<void> {
  if (view.flag('disabled')) return
  if (view.text('mode') === 'region') {
    view.phone.warnings.add(
      'MISSING_API',
      'picker mode="region" does nothing here: the list of regions is WeChat\'s own',
    )
    return
  }
  const mode = modeOf(view)
  let shown: PickerSettings = {
    mode,
    range: view.get('range'),
    rangeKey: view.text('rangeKey'),
    value: view.get('value'),
    start: view.text('start'),
    end: view.text('end'),
    fields: view.text('fields'),
  }
  const opened = columnsOf(shown)
  const chosen = await openPicker(view.phone, {
    title: view.text('headerText'),
    label: view.text('ariaLabel'),
    columns: opened.columns,
    indexes: opened.indexes,
    changed: (column, value, indexes) => {
      if (mode === 'multiSelector') view.emit('columnchange', { column, value })
      // A range that the page changes in columnchange is there by now.
      shown = { ...shown, range: view.get('range'), value: resultOf(shown, indexes) }
      return columnsOf(shown)
    },
  })
  if (!chosen) {
    view.emit('cancel')
    return
  }
  const value = resultOf(shown, chosen)
  view.set('value', value)
  view.emit('change', { value })
}

const activate = (view: View): void => {
  ask(view).catch(view.phone.fail)
}

const picker: Builtin = {
  tag: 'picker',
  role: 'button',
  properties: {
    mode: 'selector',
    headerText: '',
    disabled: false,
    range: [],
    rangeKey: '',
    value: null,
    start: '',
    end: '',
    fields: 'day',
    customItem: '',
    name: '',
  },
  field: { value: (view) => view.get('value'), reset: (view) => view.set('value', null) },
  attach(view) {
    view.on('tap', () => activate(view))
  },
  update(view) {
    view.element.tabIndex = view.flag('disabled') ? -1 : 0
    view.element.setAttribute('aria-haspopup', 'dialog')
    view.element.setAttribute('aria-disabled', String(view.flag('disabled')))
  },
  activate,
}

// Columns in the page itself: each column scrolls and snaps; its middle item is the chosen one.
const ITEM_HEIGHT = 44

function columnIndexes(view: View): number[] {
  return Array.from(view.element.querySelectorAll('wx-picker-view-column'), (column) =>
    Math.round(column.scrollTop / ITEM_HEIGHT),
  )
}

const pickerView: Builtin = {
  tag: 'picker-view',
  properties: { value: [], indicatorStyle: '', maskStyle: '', immediateChange: false },
  attach(view) {
    view.element.addEventListener(
      'scrollend',
      () => {
        const value = columnIndexes(view)
        if (JSON.stringify(value) === JSON.stringify(view.get('value'))) return
        view.set('value', value)
        view.emit('change', { value })
      },
      true,
    )
  },
  update(view) {
    const value = view.get('value')
    queueMicrotask(() => {
      for (const [index, column] of view.element.querySelectorAll('wx-picker-view-column').entries()) {
        const wanted = Number(Array.isArray(value) ? (value[index] ?? 0) : 0) * ITEM_HEIGHT
        if (column.scrollTop !== wanted) column.scrollTo?.({ top: wanted })
      }
    })
  },
}

export const pickers: Builtin[] = [picker, pickerView, { tag: 'picker-view-column' }]
