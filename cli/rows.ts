/** Rows of a list as people keep them: CSV (UTF-8 or GB 18030, as Excel writes it), JSON, or one JSON object a line. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import * as z from 'zod'
import type { ParamField } from '../core/contract'
import { CliError } from './output'

/** One row, with the line of the file that it is from. */
export type Row = { openid: string; params?: Record<string, unknown>; line: number }

const SAMPLE_BYTES = 1_000_000
const DELIMITERS = [',', ';', '\t'] as const

async function sampleOf(file: string): Promise<Buffer> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new CliError(`${file} cannot be read: ${(cause as Error).message}`, { file }, { cause })
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** A file that is no UTF-8 is taken for GB 18030. */
function encodingOf(sample: Buffer): 'utf-8' | 'gb18030' {
  try {
    // In parts: the sample may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true })
    return 'utf-8'
  } catch {
    return 'gb18030'
  }
}

async function* textOf(file: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of createReadStream(file)) yield decoder.decode(chunk as Buffer, { stream: true })
  yield decoder.decode()
}

const recordSchema = z.looseObject({ openid: z.string() })

/** What a JSON row is made of: `{openid, params: {…}}`, or the params beside the openid. */
function rowOf(value: unknown, file: string, line: number): Row {
  const parsed = recordSchema.safeParse(value)
  if (!parsed.success)
    throw new CliError(
      `${file}: row ${line}: an object with an openid is wanted, got ${JSON.stringify(value)}`,
      {
        file,
        line,
      },
    )
  const { openid, params, ...rest } = parsed.data
  const given = typeof params === 'object' && params !== null ? { ...params } : rest
  return { openid, line, ...(Object.keys(given).length > 0 && { params: given }) }
}

async function* jsonRows(file: string, text: AsyncIterable<string>): AsyncGenerator<Row> {
  let whole = ''
  for await (const part of text) whole += part
  let value: unknown
  try {
    value = JSON.parse(whole.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new CliError(`${file}: not valid JSON: ${(cause as Error).message}`, { file }, { cause })
  }
  if (!Array.isArray(value)) throw new CliError(`${file}: an array of rows is wanted`, { file })
  for (const [at, row] of value.entries()) yield rowOf(row, file, at + 1)
}

async function* jsonLines(file: string, text: AsyncIterable<string>): AsyncGenerator<Row> {
  let rest = ''
  let line = 0
  const parsed = (source: string): Row => {
    line += 1
    try {
      return rowOf(JSON.parse(source), file, line)
    } catch (cause) {
      if (cause instanceof CliError) throw cause
      throw new CliError(
        `${file}: line ${line}: not valid JSON: ${(cause as Error).message}`,
        { file, line },
        { cause },
      )
    }
  }
  for await (const part of text) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const source of lines) if (source.trim() !== '') yield parsed(source)
  }
  if (rest.trim() !== '') yield parsed(rest)
}

/** A cell as the template's field wants it; what cannot be one stays as it is written, for the service to name. */
function valueOf(cell: string, type: ParamField['type']): unknown {
  if (type === 'string') return cell
  if (type === 'boolean')
    return { true: true, false: false, '1': true, '0': false }[cell.toLowerCase()] ?? cell
  const number = Number(cell)
  return cell.trim() !== '' && Number.isFinite(number) ? number : cell
}

async function* csvRows(
  file: string,
  text: AsyncIterable<string>,
  header: string,
  fields: readonly ParamField[],
): AsyncGenerator<Row> {
  const types = new Map(fields.map(({ name, type }) => [name, type]))
  const delimiter = DELIMITERS.find((one) => header.includes(one)) ?? ','
  const options = {
    bom: true,
    columns: true,
    delimiter,
    info: true,
    skip_empty_lines: true,
    trim: true,
  } as const
  const records = Readable.from(text).pipe(parse(options))
  try {
    for await (const { record, info } of records as AsyncIterable<CsvRecord>) {
      const { openid, ...cells } = record
      if (openid === undefined)
        throw new CliError(
          `${file}: its first line names ${Object.keys(record).join(', ')}; a column openid is wanted`,
          {
            file,
          },
        )
      // An empty cell is a param that is left out.
      const given = Object.entries(cells).filter(([, cell]) => cell !== '')
      const params = Object.fromEntries(
        given.map(([name, cell]) => [name, valueOf(cell, types.get(name) ?? 'string')]),
      )
      yield { openid, line: info.lines, ...(given.length > 0 && { params }) }
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError(`${file}: ${(cause as Error).message}`, { file }, { cause })
  }
}

type CsvRecord = { record: Record<string, string>; info: { lines: number } }

/**
 * The rows of a file, as they are read. `fields` of the template tell which cells are numbers. Throws CliError naming
 * file and line.
 */
export async function* rowsOf(file: string, fields: readonly ParamField[]): AsyncGenerator<Row> {
  const sample = await sampleOf(file)
  const encoding = encodingOf(sample)
  const text = textOf(file, encoding)
  const extension = extname(file).toLowerCase()
  if (extension === '.json') yield* jsonRows(file, text)
  else if (extension === '.jsonl' || extension === '.ndjson') yield* jsonLines(file, text)
  else {
    const [header = ''] = new TextDecoder(encoding).decode(sample).split(/\r?\n/, 1)
    yield* csvRows(file, text, header, fields)
  }
}
