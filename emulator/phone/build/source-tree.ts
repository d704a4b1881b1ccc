import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type * as z from 'zod'
import { BuildError, placeOf, type Fault } from './fault'

/**
 * The source files of one Mini Program, read once per build. It remembers what was read or looked for, so that a
 * later request can tell whether anything changed.
 */
export class SourceTree {
  readonly root: string
  readonly faults: Fault[] = []
  private readonly stamps = new Map<string, number>()

  constructor(root: string) {
    this.root = path.resolve(root)
  }

  /** The file's text, or undefined when there is none. */
  text(file: string): string | undefined {
    const full = this.watch(file)
    return existsSync(full) && statSync(full).isFile() ? readFileSync(full, 'utf8') : undefined
  }

  has(file: string): boolean {
    const full = this.watch(file)
    return existsSync(full) && statSync(full).isFile()
  }

  /** Checked JSON; a fault is noted and undefined returned when it is missing or wrong. */
  json<T>(file: string, schema: z.ZodType<T>): T | undefined {
    const source = this.text(file)
    if (source === undefined) {
      this.faults.push({ file, message: 'the file is missing' })
      return undefined
    }
    let value: unknown
    try {
      value = JSON.parse(source)
    } catch (error) {
      this.faults.push(jsonFault(file, source, error))
      return undefined
    }
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) {
      this.faults.push({
        file,
        ...keyPlace(source, issue.path),
        message: `${issue.path.join('.')}: ${issue.message}`,
      })
    }
    return undefined
  }

  /** Notes a file that something else (the script bundler) reads. */
  watch(file: string): string {
    const full = path.resolve(this.root, file)
    if (!this.stamps.has(full)) this.stamps.set(full, stampOf(full))
    return full
  }

  /** Whether a file that took part has changed, come or gone since it was read. */
  isStale(): boolean {
    for (const [file, stamp] of this.stamps) if (stampOf(file) !== stamp) return true
    return false
  }

  throwFaults(): void {
    if (this.faults.length > 0) throw new BuildError(this.faults)
  }
}

function stampOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1
}

function jsonFault(file: string, source: string, error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error)
  const position = /position (\d+)/.exec(text)?.[1]
  if (position !== undefined) return { file, ...placeOf(source, Number(position)), message: text }
  // V8 names no position when the text ends too early or quotes the source; find the first prefix it refuses.
  const quoted = /"\.{0,3}([\s\S]+?)\.{0,3}"/.exec(text)?.[1]
  const at = quoted === undefined ? source.length : source.indexOf(quoted)
  return { file, ...placeOf(source, at < 0 ? source.length : at), message: text.split(', "')[0] ?? text }
}

function keyPlace(source: string, keys: PropertyKey[]): { line: number } | undefined {
  const key = [...keys].reverse().find((one) => typeof one === 'string')
  const at = key === undefined ? -1 : source.indexOf(`"${key}"`)
  return at < 0 ? undefined : { line: placeOf(source, at).line }
}
