import type { Builtin } from './view'

const text: Builtin = {
  tag: 'text',
  properties: { selectable: false, userSelect: false, space: '', decode: false },
  update(view) {
    view.element.toggleAttribute('data-selectable', view.flag('selectable') || view.flag('userSelect'))
  },
}

interface RichNode {
  /** `text` as page code writes it, entities and all; `parsed` is text that has been through the HTML parser. */
  type?: string
  text?: string
  name?: string
  attrs?: Record<string, string>
  children?: RichNode[]
}

// The tags and attributes that rich-text trusts on a phone; anything else is dropped there too.
const RICH_TAGS = new Set(
  (
    'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del div dl dt ' +
    'em fieldset font footer h1 h2 h3 h4 h5 h6 header hr i img ins label legend li mark nav ol p pre q rt ruby s ' +
    'section small span strong sub sup table tbody td tfoot th thead tr tt u ul'
  ).split(' '),
)
const RICH_ATTRIBUTES = new Set([
  'class',
  'style',
  'alt',
  'src',
  'height',
  'width',
  'colspan',
  'rowspan',
  'start',
  'dir',
])

function richNode(node: RichNode): Node | undefined {
  if (node.type === 'parsed') return document.createTextNode(node.text ?? '')
  if (node.type === 'text') return document.createTextNode(decoded(node.text ?? ''))
  const name = (node.name ?? '').toLowerCase()
  if (!RICH_TAGS.has(name)) return undefined
  const element = document.createElement(name)
  for (const [attribute, value] of Object.entries(node.attrs ?? {})) {
    if (RICH_ATTRIBUTES.has(attribute)) element.setAttribute(attribute, value)
  }
  for (const child of node.children ?? []) {
    const made = richNode(child)
    if (made) element.append(made)
  }
  return element
}

function richHtml(html: string): RichNode[] {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  const read = (node: Node): RichNode =>
    node instanceof Element
      ? {
          name: node.localName,
          attrs: Object.fromEntries(Array.from(node.attributes, ({ name, value }) => [name, value])),
          children: Array.from(node.childNodes, read),
        }
      : { type: 'parsed', text: node.textContent ?? '' }
  return Array.from(parsed.body.childNodes, read)
}

/** `&nbsp;` and the like in a text node of the nodes array; no tag comes to life. */
function decoded(value: string): string {
  const field = document.createElement('textarea')
  field.innerHTML = value.replace(/</g, '&lt;')
  return field.value
}

const richText: Builtin = {
  tag: 'rich-text',
  properties: { nodes: null, space: '' },
  update(view) {
    const nodes = view.get('nodes')
    const list =
      typeof nodes === 'string' ? richHtml(nodes) : Array.isArray(nodes) ? (nodes as RichNode[]) : []
    view.element.replaceChildren(...list.map(richNode).filter((node) => node !== undefined))
  },
}

/** Paths in a 24 × 24 box. */
const ICONS: Record<string, { color: string; path: string }> = {
  success: {
    color: '#07c160',
    path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1.2 14.3-4-4 1.4-1.4 2.6 2.6 5.6-5.6 1.4 1.4-7 7Z',
  },
  success_no_circle: { color: '#07c160', path: 'M9.2 18.4 3.6 12.8l1.6-1.6 4 4L18.8 5.6l1.6 1.6L9.2 18.4Z' },
  info: { color: '#10aeff', path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm1 15h-2v-6h2v6Zm0-8h-2V7h2v2Z' },
  info_circle: {
    color: '#07c160',
    path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 1.6a8.4 8.4 0 1 1 0 16.8 8.4 8.4 0 0 1 0-16.8ZM11 17h2v-6h-2v6Zm0-8h2V7h-2v2Z',
  },
  warn: { color: '#fa5151', path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1 5h2v7h-2V7Zm0 9h2v2h-2v-2Z' },
  waiting: {
    color: '#10aeff',
    path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1 5h2v4.6l3.3 3.3-1.4 1.4L11 12.4V7Z',
  },
  cancel: {
    color: '#fa5151',
    path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm4.2 12.8-1.4 1.4L12 13.4l-2.8 2.8-1.4-1.4 2.8-2.8-2.8-2.8 1.4-1.4 2.8 2.8 2.8-2.8 1.4 1.4-2.8 2.8 2.8 2.8Z',
  },
  download: {
    color: '#07c160',
    path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1 5h2v5h2.5L12 16l-3.5-4H11V7Z',
  },
  search: {
    color: '#b2b2b2',
    path: 'M10.5 3a7.5 7.5 0 1 0 4.6 13.4l4.2 4.2 1.4-1.4-4.2-4.2A7.5 7.5 0 0 0 10.5 3Zm0 2a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Z',
  },
  clear: {
    color: '#b2b2b2',
    path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm4.2 12.8-1.4 1.4L12 13.4l-2.8 2.8-1.4-1.4 2.8-2.8-2.8-2.8 1.4-1.4 2.8 2.8 2.8-2.8 1.4 1.4-2.8 2.8 2.8 2.8Z',
  },
}

const icon: Builtin = {
  tag: 'icon',
  properties: { type: '', size: '23', color: '' },
  update(view) {
    const shape = ICONS[view.text('type')]
    const size = view.text('size').replace(/px$/, '')
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    for (const [name, value] of Object.entries({
      viewBox: '0 0 24 24',
      width: size,
      height: size,
      'aria-hidden': 'true',
    })) {
      svg.setAttribute(name, value)
    }
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    path.setAttribute('d', shape?.path ?? '')
    path.setAttribute('fill', view.text('color') || (shape?.color ?? 'none'))
    svg.append(path)
    view.element.replaceChildren(svg)
  },
}

export const texts: Builtin[] = [text, richText, icon]
