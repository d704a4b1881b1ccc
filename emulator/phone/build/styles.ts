import path from 'node:path'
import { CssSyntaxError, parse, type AtRule, type Root } from 'postcss'
import selectorParser from 'postcss-selector-parser'
import type { Project } from './project'
import type { Fault } from './fault'
import type { SourceTree } from './source-tree'

export interface CompiledStyles {
  /** One sheet for all pages. Dark rules keep their media query. */
  css: string
  warnings: Fault[]
}

/**
 * WXSS as CSS. All pages share one document, so a page's sheet holds inside `@scope` only; a component's classes get
 * the prefix that the component framework also writes on its nodes; `view` is `wx-view`; 750rpx is the width.
 */
export function compileStyles(tree: SourceTree, project: Project): CompiledStyles {
  const sheets: string[] = []
  const warnings: Fault[] = []
  const app = compileSheet(tree, 'app.wxss', { scope: '', host: '[data-page]' }, warnings)
  if (app) sheets.push(app)
  for (const unit of project.units.values()) {
    const host = unit.kind === 'page' ? ':scope' : `[wx-host="${unit.scope}"]`
    const css = compileSheet(tree, `${unit.id}.wxss`, { scope: unit.scope, host }, warnings)
    if (!css) continue
    sheets.push(unit.kind === 'page' ? `@scope ([data-page="${unit.id}"]) {\n${css}\n}` : css)
  }
  return { css: sheets.join('\n'), warnings }
}

interface Scoping {
  /** Class prefix, empty for none. */
  scope: string
  /** What `page` and `:host` mean. */
  host: string
}

function compileSheet(
  tree: SourceTree,
  file: string,
  scoping: Scoping,
  warnings: Fault[],
): string | undefined {
  const root = inlineImports(tree, file, new Set())
  if (!root) return undefined
  root.walkDecls((declaration) => {
    declaration.value = inBrowserUnits(declaration.value)
    const local = /url\(\s*['"]?(?!data:|https?:|\/\/|#)([^'")]+)/.exec(declaration.value)?.[1]
    if (local) {
      warnings.push({
        file,
        ...(declaration.source?.start ? { line: declaration.source.start.line } : {}),
        message: `url(${local}) names a local file: WXSS on a phone takes only https: and data: addresses`,
      })
    }
  })
  root.walkAtRules('media', (rule) => {
    rule.params = inBrowserUnits(rule.params)
  })
  const rewrite = selectorParser((selectors) => rewriteSelectors(selectors, scoping))
  root.walkRules((rule) => {
    const parent = rule.parent
    if (parent?.type === 'atrule' && (parent as AtRule).name.endsWith('keyframes')) return
    const refused = scoping.scope && !file.includes('miniprogram_npm/') ? refusedIn(rule.selector) : undefined
    if (refused) {
      warnings.push({
        file,
        ...(rule.source?.start ? { line: rule.source.start.line } : {}),
        message: `${refused}: the style sheet of a component asks for classes only, not for tags, ids or attributes`,
      })
    }
    rule.selector = rewrite.processSync(rule.selector)
  })
  return root.toString()
}

/**
 * The units of a phone: 750rpx are the width of the screen, 100vh the height of the page between the bars, and the
 * safe area is that of the phone shown, not of the browser.
 */
export function inBrowserUnits(value: string): string {
  return value
    .replace(/(-?(?:\d+\.)?\d+|-?\.\d+)rpx\b/g, (_, number: string) => {
      return `${Number((Number(number) / 7.5).toFixed(5))}vw`
    })
    .replace(/(-?(?:\d+\.)?\d+)vh\b/g, (_, number: string) => `calc(${number} * var(--vh))`)
    .replace(/(?:env|constant)\(\s*safe-area-inset-(top|bottom|left|right)[^)]*\)/g, 'var(--safe-$1, 0px)')
}

function rewriteSelectors(selectors: selectorParser.Root, { scope, host }: Scoping): void {
  selectors.walk((node) => {
    if (node.type === 'class' && scope) node.value = `${scope}--${node.value}`
    else if (node.type === 'pseudo' && node.value === ':host') node.replaceWith(rawSelector(host))
    else if (node.type === 'id') {
      // The framework prefixes ids with their component; the :not() keeps the weight of an id.
      node.replaceWith(rawSelector(`[id$="--${node.value}"]:not(#\\_)`))
    } else if (node.type === 'tag') {
      if (node.value === 'page') node.replaceWith(rawSelector(host))
      else node.value = `wx-${node.value}`
    }
  })
}

/** What WeChat does not promise in the style sheet of a component (its page on component templates and styles). */
function refusedIn(selector: string): string | undefined {
  let found: string | undefined
  selectorParser((selectors) => {
    selectors.walk((node) => {
      if (node.type === 'tag' || node.type === 'id' || node.type === 'attribute')
        found ??= String(node).trim()
    })
  }).processSync(selector)
  return found
}

// A raw piece of selector: parsing it again would rewrite it again.
const rawSelector = (value: string) => selectorParser.string({ value })

function inlineImports(tree: SourceTree, file: string, seen: Set<string>): Root | undefined {
  const source = tree.text(file)
  if (source === undefined || seen.has(file)) return undefined
  seen.add(file)
  let root: Root
  try {
    root = parse(source, { from: file })
  } catch (error) {
    if (!(error instanceof CssSyntaxError)) throw error
    const place = error.line === undefined ? {} : { line: error.line, column: error.column ?? 1 }
    tree.faults.push({ file, ...place, message: error.reason })
    return undefined
  }
  root.walkAtRules('import', (rule) => {
    const named = /^\s*(?:url\(\s*)?['"]?([^'")]+)/.exec(rule.params)?.[1]
    const target = named && resolveImport(tree, file, named)
    if (!target) {
      const line = rule.source?.start?.line
      tree.faults.push({
        file,
        ...(line ? { line } : {}),
        message: `@import ${rule.params}: there is no such file`,
      })
      return
    }
    const imported = inlineImports(tree, target, seen)
    if (imported) rule.replaceWith(imported.nodes)
    else rule.remove()
  })
  return root
}

function resolveImport(tree: SourceTree, file: string, named: string): string | undefined {
  const folder = path.posix.dirname(file)
  const places = named.startsWith('/')
    ? [named.slice(1)]
    : [path.posix.join(folder, named), path.posix.join('miniprogram_npm', named)]
  return places.find((place) => tree.has(place))
}

/**
 * The sheet for a phone that is set to dark or light whatever the browser prefers. Without a theme the browser's
 * preference decides.
 */
export function themedCss(css: string, theme: 'dark' | 'light' | undefined): string {
  if (!theme) return css
  return css.replace(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/g, (_, wanted: string) =>
    wanted === theme ? '(min-width: 0)' : '(max-width: 0)',
  )
}
