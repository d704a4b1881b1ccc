import path from 'node:path'
import { transformSync } from 'esbuild'
import { TmplGroup } from 'glass-easel-template-compiler'
import * as z from 'zod'
import { placeOf, type Fault } from './fault'
import type { Project } from './project'
import type { SourceTree } from './source-tree'

const diagnostics = z.array(
  z.object({ isError: z.boolean(), message: z.string(), startLine: z.number(), startColumn: z.number() }),
)

/** What this compiler lets pass and WeChat's own refuses (measured with wcc). */
const REFUSED_ON_PHONES = new Set(['missing end tag', 'invalid attribute', 'invalid attribute prefix'])

export interface CompiledTemplates {
  /** A JavaScript expression: `{ [id]: generator }`; getRegExp and getDate must be in scope. */
  expression: string
  warnings: Fault[]
}

/** Compiles every WXML and WXS of the project; faults are noted in the tree. */
export function compileTemplates(tree: SourceTree, project: Project): CompiledTemplates {
  const group = new TmplGroup()
  const warnings: Fault[] = []
  const scripts = new Set<string>()
  const added = new Set<string>()
  const add = (id: string, from: string): void => {
    if (added.has(id)) return
    added.add(id)
    const file = `${id}.wxml`
    const source = tree.text(file)
    if (source === undefined) {
      tree.faults.push({ file: from, message: `names the template ${file}, which is missing` })
      return
    }
    for (const found of diagnostics.parse(group.addTmpl(id, source))) {
      const fault = { file, line: found.startLine + 1, column: found.startColumn + 1, message: found.message }
      const isFromKit = id.includes('miniprogram_npm/')
      const isFault = found.isError || (REFUSED_ON_PHONES.has(found.message) && !isFromKit)
      ;(isFault ? tree.faults : warnings).push(fault)
    }
    for (const name of stringsOf(group.getInlineScriptModuleNames(id))) {
      const code = group.getInlineScript(id, name)
      checkScript(tree, file, code, Math.max(0, source.indexOf(code)), source)
      group.setInlineScript(id, name, adapted(code))
    }
    for (const used of stringsOf(group.getDirectDependencies(id))) add(used, file)
    for (const used of stringsOf(group.getScriptDependencies(id))) addScript(used, file)
  }
  const addScript = (id: string, from: string): void => {
    const name = id.replace(/\.wxs$/, '')
    if (scripts.has(name)) return
    scripts.add(name)
    const file = `${name}.wxs`
    const source = tree.text(file)
    if (source === undefined) {
      tree.faults.push({ file: from, message: `names the script ${file}, which is missing` })
      return
    }
    checkScript(tree, file, source, 0, source)
    group.addScript(name, adapted(source))
    for (const [, required] of source.matchAll(/require\(\s*['"]([^'"]+)['"]\s*\)/g)) {
      if (required) addScript(path.posix.join(path.posix.dirname(name), required), file)
    }
  }
  for (const unit of project.units.values()) add(unit.id, 'app.json')
  const expression = group.getTmplGenObjectGroups()
  group.free()
  return { expression, warnings }
}

const stringsOf = (value: unknown): string[] => z.array(z.string()).parse(value)

/**
 * WXS says `x.constructor === 'Array'` where JavaScript has a function, and its require() keeps the suffix that the
 * compiler leaves out of module names.
 */
function adapted(source: string): string {
  return source
    .replace(/\.constructor\b(?!\.name)/g, '.constructor.name')
    .replace(/(require\(\s*['"][^'"]+?)\.wxs(['"]\s*\))/g, '$1$2')
}

/** The template compiler passes WXS through unread, so its syntax is checked here. */
function checkScript(tree: SourceTree, file: string, code: string, offset: number, source: string): void {
  const started = placeOf(source, offset)
  try {
    transformSync(code, { loader: 'js', logLevel: 'silent' })
  } catch (error) {
    for (const found of syntaxFaults(error)) {
      const line = (found.line ?? 1) - 1 + started.line
      tree.faults.push({ ...found, file, line })
    }
  }
}

const esbuildErrors = z.object({
  errors: z.array(
    z.object({
      text: z.string(),
      location: z.object({ file: z.string(), line: z.number(), column: z.number() }).nullable(),
    }),
  ),
})

/** esbuild's errors as faults; anything else is thrown on. */
export function syntaxFaults(error: unknown): Fault[] {
  const parsed = esbuildErrors.safeParse(error)
  if (!parsed.success) throw error
  return parsed.data.errors.map(({ text, location }) => ({
    file: location?.file ?? 'app.ts',
    ...(location ? { line: location.line, column: location.column + 1 } : {}),
    message: text,
  }))
}
