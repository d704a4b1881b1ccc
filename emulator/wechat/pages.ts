import { join } from 'node:path'
import * as z from 'zod'
import { readJson } from '../json-file'
import { settingsError } from '../settings-error'

const packageSchema = z.looseObject({ root: z.string(), pages: z.array(z.string()) })
const appSchema = z.looseObject({
  pages: z.array(z.string()).min(1),
  subPackages: z.array(packageSchema).optional(),
  subpackages: z.array(packageSchema).optional(),
})

/** The pages of the released Mini Program. */
export class Pages {
  private readonly names: ReadonlySet<string>

  constructor(names: readonly string[]) {
    this.names = new Set(names)
  }

  /** Whether a path with an optional query is one of them, spelled as in app.json: no leading slash (wechat.md §1.1). */
  has(path: string): boolean {
    return this.names.has(path.split('?', 1)[0] ?? '')
  }

  list(): string[] {
    return [...this.names]
  }
}

/** The pages that a project's app.json lists, subpackages included. */
export function pagesOfProject(miniprogramDir: string): string[] {
  const file = join(miniprogramDir, 'app.json')
  const parsed = appSchema.safeParse(readJson(file))
  if (!parsed.success) throw settingsError(file, parsed.error)
  const packages = [...(parsed.data.subPackages ?? []), ...(parsed.data.subpackages ?? [])]
  return [
    ...parsed.data.pages,
    ...packages.flatMap(({ root, pages }) => pages.map((page) => `${root.replace(/\/$/, '')}/${page}`)),
  ]
}
