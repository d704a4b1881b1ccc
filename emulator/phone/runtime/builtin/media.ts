import { resolvePath } from '../page-stack'
import type { Builtin, View } from './view'

/** A source as page code writes it: an address, data, or a file of the Mini Program. */
function addressOf(view: View, source: string): string {
  if (/^(https?:|data:|blob:|\/\/)/.test(source)) return source
  return view.phone.host.fileUrl(resolvePath(source, view.owner()?.is ?? ''))
}

const image: Builtin = {
  tag: 'image',
  properties: {
    src: '',
    mode: 'scaleToFill',
    lazyLoad: false,
    showMenuByLongpress: false,
    webp: false,
    alt: '',
  },
  attach(view) {
    const picture = document.createElement('img')
    picture.addEventListener('load', () => {
      if (view.text('mode') === 'widthFix') view.element.style.height = 'auto'
      view.emit('load', { width: picture.naturalWidth, height: picture.naturalHeight })
    })
    picture.addEventListener('error', () =>
      view.emit('error', { errMsg: `${view.text('src')} could not be loaded` }),
    )
    view.element.append(picture)
  },
  update(view) {
    const picture = view.element.querySelector('img')
    if (!picture) return
    view.element.setAttribute('data-mode', view.text('mode'))
    picture.alt = view.text('ariaLabel') || view.text('alt')
    view.element.removeAttribute('aria-label')
    picture.loading = view.flag('lazyLoad') ? 'lazy' : 'eager'
    const address = view.text('src') ? addressOf(view, view.text('src')) : ''
    if (picture.getAttribute('src') === address) return
    if (address) picture.src = address
    else picture.removeAttribute('src')
  },
}

const webView: Builtin = {
  tag: 'web-view',
  properties: { src: '' },
  attach(view) {
    view.element.append(document.createElement('iframe'))
  },
  update(view) {
    const frame = view.element.querySelector('iframe')
    if (!frame || frame.getAttribute('src') === view.text('src')) return
    frame.title = view.text('src')
    frame.src = view.text('src')
  },
}

const canvas: Builtin = {
  tag: 'canvas',
  properties: { type: '', canvasId: '', disableScroll: false },
  attach(view) {
    view.element.append(document.createElement('canvas'))
  },
}

/** Known on a phone, not played here: a box that says so. */
const placeholder = (tag: string): Builtin => ({
  tag,
  properties: { src: '' },
  attach(view) {
    view.element.setAttribute('data-placeholder', `<${tag}>`)
    view.phone.warnings.add('MISSING_API', `<${tag}> is accepted but shows nothing here`)
  },
})

export const media: Builtin[] = [
  image,
  { ...image, tag: 'cover-image' },
  webView,
  canvas,
  ...[
    'video',
    'audio',
    'map',
    'camera',
    'live-player',
    'live-pusher',
    'ad',
    'official-account',
    'open-data',
  ].map(placeholder),
]
