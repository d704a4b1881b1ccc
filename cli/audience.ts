/** The commands of `hongyan audience`: lists of people from files. */
import { basename } from 'node:path'
import { Command } from 'commander'
import colors from 'picocolors'
import type { Audience, Fault, Outputs } from '../core/contract'
import { bucketOf } from '../core/audience/lists'
import { laneOf } from '../core/delivery/lanes'
import { wholeOf } from './arguments'
import { peopleOf, tableOf } from './campaign-text'
import type { Program } from './campaign-steps'
import { CliError, EXIT } from './output'
import { barOf } from './progress'
import { type Row, rowsOf } from './rows'
import { type Called, dataOption, emulatorOption, type Staff, staffOf } from './staff'

/** Rows of one call: as many as there is time for in WeChat's 5 s (wechat.md §9), and as the action takes. */
const CHUNK = { first: 500, least: 10, most: 2000, wantedMs: 1_500 } as const
/** The function had no time to answer (wechat.md §11): what it did stays, and repeating it changes nothing. */
const TIMEOUT = -501002
/** Rows put in the order of buckets together: each call then touches few documents. */
const SORTED = 300_000
/** Wrong rows that are shown; all are in the reply of `--json`. */
const SHOWN = 20

type Refused = { line: number; openid: string; faults: Fault[] }

interface Import {
  audience: string
  sealed: boolean
  /** Everybody in it, each once; null before it is sealed. */
  people: number | null
  /** Rows by what became of them; a row that the list had already, as it is, is repeated. */
  added: number
  replaced: number
  repeated: number
  refused: Refused[]
}

type Listed = Pick<Audience, 'audience' | 'lanes' | 'buckets' | 'sealed'>

/** Rows in the order in which the list keeps them. */
function inOrder(rows: Row[], { lanes, buckets }: Listed): Row[] {
  const placeOf = ({ openid }: Row) => laneOf(openid, lanes) * buckets + bucketOf(openid, { buckets })
  return rows
    .map((row) => ({ row, place: placeOf(row) }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row)
}

async function append(staff: Staff, imported: Import, rows: readonly Row[]): Promise<void> {
  const { audience } = imported
  const { added, replaced, repeated, refused } = await staff.call('audience.append', {
    audience,
    rows: rows.map(({ openid, params }) => ({ openid, ...(params && { params }) })),
  })
  imported.added += added
  imported.replaced += replaced
  imported.repeated += repeated
  const lines = new Map(rows.map(({ openid, line }) => [openid, line]))
  imported.refused.push(
    ...refused.map(({ openid, faults }) => ({ line: lines.get(openid) ?? 0, openid, faults })),
  )
}

interface ImportOptions extends Called {
  name?: string
  template?: string
  into?: string
  skipWrong: boolean
  size?: number
}

/** How many rows go into one call: it follows how long calls take. */
class Chunk {
  size: number = CHUNK.first

  /** False where there was no time for so many: the same call with fewer is next. */
  async timed(call: () => Promise<void>): Promise<boolean> {
    const began = performance.now()
    try {
      await call()
    } catch (error) {
      if (!(error instanceof CliError) || error.facts['errcode'] !== TIMEOUT || this.size === CHUNK.least)
        throw error
      this.size = Math.max(CHUNK.least, Math.floor(this.size / 2))
      return false
    }
    const factor = CHUNK.wantedMs / (performance.now() - began)
    const wanted = Math.floor(this.size * Math.min(2, factor))
    this.size = Math.min(CHUNK.most, Math.max(CHUNK.least, wanted))
    return true
  }
}

/** The list that is added to, or a new one for so many people. Throws CliError where it is not there. */
async function listFor(staff: Staff, file: string, rows: number, options: ImportOptions): Promise<Listed> {
  const { into, name = basename(file), template, size = 0 } = options
  if (into === undefined)
    return staff.call('audience.create', {
      name,
      size: Math.max(size, rows, 1),
      ...(template !== undefined && { template }),
    })
  const { audiences } = await staff.call('audience.list', {})
  const found = audiences.find(({ audience }) => audience === into)
  if (found) return found
  throw new CliError(`there is no list ${into}`, { audience: into })
}

/** The file as a list; sealed where every row was right, or where wrong ones may be left out. */
async function importFile(file: string, options: ImportOptions, program: Program): Promise<Import> {
  const staff = staffOf(options)
  const { templates } = await staff.call('template.list', {})
  const fields = templates.find(({ template }) => template === options.template)?.fields ?? []
  const bar = barOf('importing', program.isJson())
  let list: Listed | undefined
  const imported: Import = {
    audience: '',
    sealed: false,
    people: null,
    added: 0,
    replaced: 0,
    repeated: 0,
    refused: [],
  }
  let done = 0
  const chunk = new Chunk()
  const send = async (rows: Row[]) => {
    list ??= await listFor(staff, file, rows.length, options)
    imported.audience = list.audience
    const sorted = inOrder(rows, list)
    for (let at = 0; at < sorted.length; ) {
      const some = sorted.slice(at, at + chunk.size)
      if (!(await chunk.timed(() => append(staff, imported, some)))) continue
      at += some.length
      done += some.length
      const { length } = imported.refused
      const total = Math.max(options.size ?? 0, done - at + sorted.length)
      bar.at(done, total, length > 0 ? `${length} refused` : '')
    }
  }
  try {
    let rows: Row[] = []
    for await (const row of rowsOf(file, fields)) {
      rows.push(row)
      if (rows.length < SORTED) continue
      await send(rows)
      rows = []
    }
    await send(rows)
  } finally {
    bar.stop()
  }
  imported.refused.sort((a, b) => a.line - b.line)
  if (imported.refused.length > 0 && !options.skipWrong) return imported
  const { sealed, people } = await staff.call('audience.seal', { audience: imported.audience })
  return { ...imported, sealed, people }
}

function importText({ audience, people, added, replaced, repeated, refused, sealed }: Import): string {
  const wrong = refused.slice(0, SHOWN).map(({ line, openid, faults }) => {
    const words = faults.map(({ message }) => message).join('; ')
    return `  ${colors.red('✗')} line ${line} ${openid}: ${words}`
  })
  const more = refused.length > SHOWN ? [`  … and ${refused.length - SHOWN} more (--json tells all)`] : []
  const mark = sealed ? colors.green('✓') : colors.yellow('!')
  const next = sealed
    ? []
    : [
        `  not sealed: put the rows right and import them with --into ${audience}, or leave them out with --skip-wrong`,
      ]
  const others = [
    ...(people === null ? [] : [`${peopleOf(people)} in all`]),
    ...(replaced > 0 ? [`${replaced} replaced`] : []),
    ...(repeated > 0 ? [`${repeated} in it already`] : []),
  ]
  return [
    `${mark} ${[`${peopleOf(added)} added`, ...others].join(', ')}: list ${colors.bold(audience)}`,
    ...wrong,
    ...more,
    ...next,
  ].join('\n')
}

const listText = (audiences: Outputs['audience.list']['audiences']): string =>
  audiences.length === 0
    ? 'no lists'
    : tableOf(
        ['id', 'name', 'people', 'template', 'sealed'],
        audiences.map(({ audience, name, people, template, sealed }) => [
          audience,
          name,
          people ?? '–',
          template ?? '–',
          sealed ? 'yes' : 'no',
        ]),
        [2],
      )

export function audienceCommand(program: Program): Command {
  const audience = new Command('audience').description('lists of people: import, list, remove')
  const { output, exit } = program
  audience
    .command('import <file>')
    .description('a list from CSV, JSON or JSON lines: a column openid, and one for each param')
    .option('--name <text>', 'what staff call it (default: the file’s name)')
    .option('--template <key>', 'the template whose params the rows bring')
    .option('--size <people>', 'about how many rows, where there are more than 300 000', wholeOf)
    .option('--into <id>', 'add to a list that is not sealed')
    .option('--skip-wrong', 'seal it without the rows that are wrong', false)
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(async (file: string, options: ImportOptions) => {
      const imported = await importFile(file, options, program)
      output().result(imported, () => importText(imported))
      if (!imported.sealed) exit(EXIT.failed)
    })
  audience
    .command('list')
    .description('all lists')
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(async (options: Called) => {
      const found = await staffOf(options).call('audience.list', {})
      output().result(found, () => listText(found.audiences))
    })
  audience
    .command('remove <id>')
    .description('delete a list')
    .addOption(emulatorOption())
    .addOption(dataOption())
    .action(async (id: string, options: Called) => {
      const removed = await staffOf(options).call('audience.remove', { audience: id })
      output().result(removed, () => `${colors.green('✓')} removed ${id}`)
    })
  return audience
}
