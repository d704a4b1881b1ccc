/** `hongyan templates …`: what is wrong with a template file is said before anything is built from it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { Catalogue, type TemplateFile } from '../core/template/catalogue'
import { type Definition, definitionSchema } from '../core/template/definition'
import { DefinitionError, type Template } from '../core/template/template'
import { faultOf } from '../core/sentences'
import { templates as named } from '../templates'
import { CliError } from './output'
import { projectRoot } from './root'

const SCHEMA = 'template.schema.json'

/** The template files of a folder, parsed. Throws CliError naming file and place. */
export function readTemplates(folder: string): TemplateFile[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== SCHEMA)
  return files.sort().map((file) => {
    try {
      return { file, content: JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown }
    } catch (cause) {
      throw new CliError(
        `templates/${file}: not valid JSON: ${(cause as Error).message}`,
        { file },
        { cause },
      )
    }
  })
}

/** Checks every file of templates/, and that index.ts names each. Throws CliError with file, field and reason. */
export function checkTemplates(folder = join(projectRoot, 'templates')): readonly Template[] {
  const files = readTemplates(folder)
  const unnamed = files.map(({ file }) => file).filter((file) => !named.some((one) => one.file === file))
  if (unnamed.length > 0 && folder === join(projectRoot, 'templates'))
    throw new CliError(`templates/index.ts does not name ${unnamed.join(', ')}: add an import and a row`, {
      unnamed,
    })
  try {
    return new Catalogue(files).templates
  } catch (cause) {
    if (!(cause instanceof DefinitionError)) throw cause
    const faults = cause.faults.map((fault) => faultOf(fault, 'en'))
    const lines = faults.map(({ message }) => `templates/${cause.file}: ${message}`)
    throw new CliError(lines.join('\n  '), { file: cause.file, faults }, { cause })
  }
}

/** A template file and what it defines. */
export interface DefinedFile {
  file: string
  definition: Definition
}

/** What the files of a folder define, checked. Throws CliError. */
export function definitionsIn(folder: string): DefinedFile[] {
  const files = readTemplates(folder)
  return checkTemplates(folder).map(({ definition }, at) => ({ file: files[at]?.file ?? '', definition }))
}

/** The JSON Schema of a template file, for editors. */
export const templateSchema = () =>
  `${JSON.stringify(z.toJSONSchema(definitionSchema, { io: 'input' }), null, 2)}\n`

export const schemaFile = join(projectRoot, 'templates', SCHEMA)
