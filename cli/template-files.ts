/** Template files as commands write them: a new one, its row in index.ts, and the id of one that was added. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from './output'

/** Two spaces, short lists on one line. */
const printed = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(
    /\[\n\s+([^[\]{}]+?)\n\s+\]/g,
    (_whole, items: string) => `[${items.replaceAll(/\n\s+/g, ' ')}]`,
  )}\n`

/** Writes a new file and gives its name. Throws CliError where it is there already: what was edited by hand stays. */
export function writeTemplate(folder: string, key: string, content: unknown): string {
  const file = `${key}.json`
  if (existsSync(join(folder, file)))
    throw new CliError(`${file} is there already: choose another key with --key, or remove it first`, {
      file,
    })
  writeFileSync(join(folder, file), printed(content), { flag: 'wx' })
  return file
}

/** `queue-call.json` → `queueCall` */
const variableOf = (file: string) =>
  file.replace(/\.json$/, '').replace(/-+(\w)/g, (_whole, letter: string) => letter.toUpperCase())

/** Names a file in index.ts of the folder, where there is one: an import and a row. */
export function nameInIndex(folder: string, file: string): void {
  const index = join(folder, 'index.ts')
  if (!existsSync(index)) return
  const source = readFileSync(index, 'utf8')
  if (source.includes(`'./${file}'`)) return
  const imports = [...source.matchAll(/^import .*\n/gm)].at(-1)
  const end = source.lastIndexOf('\n]')
  if (imports?.index === undefined || end < 0)
    throw new CliError(`${index} is not as expected: add an import and a row of ${file} by hand`, { file })
  const after = imports.index + imports[0].length
  const variable = variableOf(file)
  writeFileSync(
    index,
    [
      source.slice(0, after),
      `import ${variable} from './${file}'\n`,
      source.slice(after, end),
      `\n  { file: '${file}', content: ${variable} },`,
      source.slice(end),
    ].join(''),
  )
}

/** Writes WeChat's template id in a Mini Program into a file, and nothing else of it. */
export function writeTemplateId(folder: string, file: string, appid: string, templateId: string): void {
  const path = join(folder, file)
  const source = readFileSync(path, 'utf8')
  const { templateIds } = JSON.parse(source) as { templateIds: Record<string, string> }
  const ids = Object.entries({ ...templateIds, [appid]: templateId })
    .map((entry) => entry.map((part) => JSON.stringify(part)).join(': '))
    .join(', ')
  writeFileSync(path, source.replace(/"templateIds"\s*:\s*\{[^{}]*\}/, `"templateIds": { ${ids} }`))
}
