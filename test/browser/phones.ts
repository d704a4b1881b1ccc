/** The same page on four phones at once, light and dark, Chinese and English: looked at by axe, by rules and by people. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Frame, Page } from 'playwright-core'
import { openBrowserPage } from '../support/browser'

const pictures = join(__dirname, '..', '..', 'dist', 'screenshots')
const SCREEN = { width: 375, height: 812 }
const GAP = 24

/** A phone of the row; `font` is WeChat's text size as a multiple of the standard, `openid` its own person. */
export interface Variant {
  theme: 'light' | 'dark'
  lang: 'zh_CN' | 'en'
  openid?: string
  font?: number
}

export const variants: Variant[] = [
  { theme: 'light', lang: 'zh_CN' },
  { theme: 'light', lang: 'en' },
  { theme: 'dark', lang: 'zh_CN' },
  { theme: 'dark', lang: 'en' },
]

export interface Phones {
  page: Page
  frames: Frame[]
  /** Console errors and failed requests of all phones. */
  problems: string[]
  /** Does the same on every phone, one after the other: `lang` tells which words to look for. */
  each(act: (frame: Frame, variant: Variant) => Promise<unknown>): Promise<void>
  /** Throws where a phone shows something that axe or the rules below find wrong, then takes the picture. */
  look(name: string): Promise<void>
  close(): Promise<void>
}

/** Opens a page of the Mini Program for one person on a row of phones. */
export async function openPhones(
  browser: Browser,
  url: string,
  openid: string,
  route: string,
  shown: Variant[] = variants,
  height = SCREEN.height,
): Promise<Phones> {
  const width = shown.length * (SCREEN.width + GAP) + GAP
  const viewport = { width, height: height + 2 * GAP }
  const { page, problems } = await openBrowserPage(browser, { viewport })
  page.setDefaultTimeout(20_000)
  const addresses = shown.map(({ theme, lang, font = 1, openid: own = openid }) => {
    const query = new URLSearchParams({ openid: own, theme, lang, page: route, font: String(font) })
    return `${url}/phone/app?${query.toString()}`
  })
  // The row is of the same origin as the phones, so that they share their storage as they would in the studio.
  await page.route(`${url}/row`, (answer) =>
    answer.fulfill({ contentType: 'text/html', body: rowOf(addresses, height) }),
  )
  await page.goto(`${url}/row`)
  const frames = await Promise.all(
    addresses.map(async (_address, at) => {
      const handle = await page.locator('iframe').nth(at).elementHandle()
      const frame = await handle?.contentFrame()
      if (!frame) throw new Error(`phone ${at} did not open`)
      await frame.locator('.page').waitFor()
      return frame
    }),
  )
  return {
    page,
    frames,
    problems,
    async each(act) {
      for (const [at, frame] of frames.entries()) await act(frame, shown[at] as Variant)
    },
    async look(name) {
      await page.evaluate(() => document.fonts.ready)
      for (const [at, frame] of frames.entries()) {
        await still(frame)
        const found = [...(await seriousOf(frame)), ...(await frame.evaluate(misplaced))]
        if (found.length > 0) throw new Error(`${name} on ${JSON.stringify(shown[at])}:\n${found.join('\n')}`)
      }
      mkdirSync(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
    },
    close: () => page.context().close(),
  }
}

function rowOf(addresses: string[], height: number): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;')
  const phone = (address: string) => `<iframe title="phone" src="${escaped(address)}"></iframe>`
  return `<!doctype html><html lang="en"><title>Phones</title><link rel="icon" href="data:,">
<style>
body { margin: 0; display: flex; gap: ${GAP}px; padding: ${GAP}px; background: #d5dad6; }
iframe { width: ${SCREEN.width}px; height: ${height}px; border: 0; border-radius: 28px; flex: none; }
</style>
${addresses.map(phone).join('\n')}</html>`
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Letters have come, and what moves is in its place: half shown, a page sticks out and a dialog has too little contrast.
 * A spinner never ends.
 */
async function still(frame: Frame): Promise<void> {
  await frame.evaluate(async () => {
    await document.fonts.ready
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
    // One that is called off, with what it moved, rejects.
    await Promise.allSettled(ending.map((animation) => animation.finished))
  })
}

/** The part of axe's results that is used. */
interface AxeResults {
  violations: { id: string; impact: string; help: string; nodes: { html: string }[] }[]
}

/**
 * What axe calls serious or critical, in one line each. axe is put into a document once, and only the lines leave the
 * browser: its whole report, sent out of each phone, costs as much as the looking.
 */
export async function seriousOf(frame: Frame): Promise<string[]> {
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(`${axe};undefined`)
  return frame.evaluate(async () => {
    type Axe = { run(where: Document, options: object): Promise<AxeResults> }
    const { axe: looking } = globalThis as unknown as { axe: Axe }
    const { violations } = await looking.run(document, { iframes: false, resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`))
  })
}

/** In the phone: text that is cut off, and what sticks out at the sides. */
function misplaced(): string[] {
  const found: string[] = []
  const shown = [...document.querySelectorAll<HTMLElement>('.phone-page:not([hidden]) *, .phone-panel *')]
  for (const one of shown) {
    if (one.offsetParent === null || one.closest('[hidden]')) continue
    const text = (one.textContent ?? '').trim().slice(0, 40)
    if (text === '') continue
    const box = one.getBoundingClientRect()
    if (box.left < -1 || box.right > innerWidth + 1)
      found.push(`sticks out (${Math.round(box.left)} to ${Math.round(box.right)}): ${text}`)
    const { overflowX, textOverflow } = getComputedStyle(one)
    const isCut = overflowX === 'hidden' && textOverflow === 'clip' && one.scrollWidth > one.clientWidth + 1
    if (isCut) found.push(`cut off: ${text}`)
  }
  return found
}
