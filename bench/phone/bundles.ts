import { gzipSync } from 'node:zlib'
import type { Figure } from '../benchmark'

const FILES = [
  { name: 'runtime', what: 'the phone itself', paths: ['/phone/runtime.js', '/phone/runtime.css'] },
  { name: 'app', what: 'the Mini Program, as built for it', paths: ['/phone/app.js', '/phone/app.css'] },
]

/** Bytes that a page loads, and what is left of them with gzip (the emulator sends them as they are). */
export async function measureBundles(url: string): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { name, what, paths } of FILES) {
    const texts = await Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`)).text()))
    const all = Buffer.from(texts.join(''))
    figures.push(
      { name: `bundle.${name}`, what: `to load: ${what}`, value: all.length / 1024, unit: 'KB' },
      { name: `bundle.${name}.gzip`, what: `… with gzip`, value: gzipSync(all).length / 1024, unit: 'KB' },
    )
  }
  return figures
}
