import path from 'node:path'
import {
  appSchema,
  componentSchema,
  themeSchema,
  type AppJson,
  type ComponentJson,
  type ThemeJson,
} from './app-config'
import type { SourceTree } from './source-tree'

/** A page or component: four files with one name. `id` is the path from the project root without extension. */
export interface Unit {
  id: string
  kind: 'page' | 'component'
  json: ComponentJson
  script: string
  /** The class prefix of a component's style sheet; pages share the empty one. */
  scope: string
}

export interface Project {
  app: AppJson
  theme: ThemeJson | undefined
  /** Pages in the order of app.json, those of subpackages after the others. */
  pages: string[]
  units: Map<string, Unit>
  appScript: string | undefined
}

/** Walks app.json and every usingComponents from there. Faults are noted in the tree. */
export function readProject(tree: SourceTree): Project | undefined {
  const app = tree.json('app.json', appSchema)
  if (!app) return undefined
  const theme = app.themeLocation ? tree.json(app.themeLocation, themeSchema) : undefined
  const subpackages = app.subpackages ?? app.subPackages ?? []
  const pages = [
    ...app.pages,
    ...subpackages.flatMap(({ root, pages: inside }) => inside.map((page) => path.posix.join(root, page))),
  ]
  checkTabs(tree, app, theme, pages)
  const units = new Map<string, Unit>()
  const waiting = pages.map((id) => ({ id, kind: 'page' as Unit['kind'], from: 'app.json' }))
  for (const id of Object.values(usingOf(tree, 'app.json', app.usingComponents, {}))) {
    waiting.push({ id, kind: 'component', from: 'app.json' })
  }
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (units.has(next.id)) continue
    const unit = readUnit(tree, next.id, next.kind, next.from, app, units.size)
    if (!unit) continue
    units.set(unit.id, unit)
    for (const used of Object.values(unit.json.usingComponents ?? {})) {
      waiting.push({ id: used.slice(1), kind: 'component', from: `${unit.id}.json` })
    }
  }
  return { app, theme, pages, units, appScript: scriptOf(tree, 'app') }
}

function readUnit(
  tree: SourceTree,
  id: string,
  kind: Unit['kind'],
  from: string,
  app: AppJson,
  index: number,
): Unit | undefined {
  const script = scriptOf(tree, id)
  if (script === undefined || !tree.has(`${id}.wxml`)) {
    const missing = script === undefined ? `${id}.ts (or .js)` : `${id}.wxml`
    tree.faults.push({ file: from, message: `names the ${kind} ${id}, but ${missing} is missing` })
    return undefined
  }
  const jsonFile = `${id}.json`
  // A page needs no JSON of its own; a component does, to say that it is one.
  const json = tree.has(jsonFile) || kind === 'component' ? tree.json(jsonFile, componentSchema) : {}
  if (!json) return undefined
  if (kind === 'component' && json.component !== true) {
    tree.faults.push({ file: jsonFile, message: 'a component needs "component": true' })
  }
  const own = usingOf(tree, jsonFile, json.usingComponents, {})
  const shared = usingOf(tree, 'app.json', app.usingComponents, {})
  const generics = Object.fromEntries(
    Object.entries(json.componentGenerics ?? {}).map(([name, value]) => {
      if (value === true || !value.default) return [name, value]
      return [name, { default: `/${resolveComponent(tree, jsonFile, value.default) ?? value.default}` }]
    }),
  )
  const usingComponents = Object.fromEntries(
    Object.entries({ ...shared, ...own }).map(([name, used]) => [name, `/${used}`]),
  )
  return {
    id,
    kind,
    json: { ...json, usingComponents, ...(json.componentGenerics ? { componentGenerics: generics } : {}) },
    script,
    scope: kind === 'component' ? `c${index}` : '',
  }
}

function usingOf(
  tree: SourceTree,
  file: string,
  using: Record<string, string> | undefined,
  into: Record<string, string>,
): Record<string, string> {
  for (const [name, value] of Object.entries(using ?? {})) {
    const id = resolveComponent(tree, file, value)
    if (id !== undefined) into[name] = id
    else tree.faults.push({ file, message: `usingComponents.${name}: there is no component at ${value}` })
  }
  return into
}

/** Relative to the JSON file, from the root with a leading slash, or from a miniprogram_npm folder. */
function resolveComponent(tree: SourceTree, file: string, value: string): string | undefined {
  const folder = path.posix.dirname(file)
  const places = value.startsWith('/') ? [value.slice(1)] : [path.posix.join(folder, value)]
  if (!value.startsWith('.') && !value.startsWith('/')) {
    for (let at = folder; ; at = path.posix.dirname(at)) {
      places.push(path.posix.join(at, 'miniprogram_npm', value))
      if (at === '.') break
    }
  }
  for (const place of places) {
    for (const id of [place, `${place}/index`])
      if (tree.has(`${id}.json`) && tree.has(`${id}.wxml`)) return id
  }
  return undefined
}

function scriptOf(tree: SourceTree, id: string): string | undefined {
  return [`${id}.ts`, `${id}.js`].find((file) => tree.has(file))
}

function checkTabs(tree: SourceTree, app: AppJson, theme: ThemeJson | undefined, pages: string[]): void {
  for (const tab of app.tabBar?.list ?? []) {
    if (!pages.includes(tab.pagePath)) {
      tree.faults.push({
        file: 'app.json',
        message: `tabBar names ${tab.pagePath}, which is not among the pages`,
      })
    }
    for (const icon of [tab.iconPath, tab.selectedIconPath]) {
      for (const file of icon === undefined ? [] : themed(icon, theme)) {
        if (!tree.has(file))
          tree.faults.push({ file: 'app.json', message: `tabBar names the icon ${file}, which is missing` })
      }
    }
  }
}

/** `@name` stands for the value of that name in both themes. */
function themed(value: string, theme: ThemeJson | undefined): string[] {
  if (!value.startsWith('@')) return [value]
  const name = value.slice(1)
  return [theme?.light[name] ?? value, theme?.dark[name] ?? value]
}
