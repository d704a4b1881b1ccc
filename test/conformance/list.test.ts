import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { CONTROL } from '../../emulator/control/control'
import { HTTP_API } from '../../emulator/gateway/http-api'
import { behaviourSchema } from '../../emulator/wechat/behaviour'
import { quotasSchema } from '../../emulator/wechat/quotas-schema'
import { testFiles, testNames } from './test-names'

const ROOT = resolve(__dirname, '../..')
const TESTS = join(ROOT, 'test')
const DOCUMENT = readFileSync(join(ROOT, 'docs/emulator.md'), 'utf8')

interface Row {
  /** The behaviour, which is the name of its test. */
  name: string
  source: string
  mark: string
  /** The test file that the section names. */
  file: string
}

/** The rows of the document's list: each section names the test file that its rows are in. */
function readRows(): Row[] {
  const [, list = ''] = DOCUMENT.split('\n## What it does as the platform does\n')
  const rows: Row[] = []
  let file = ''
  for (const line of list.split('\n## ', 1)[0]?.split('\n') ?? []) {
    file = /^Held by `test\/((?:conformance|standalone)\/[\w-]+\.test\.ts)`/.exec(line)?.[1] ?? file
    const [, name = '', source = '', mark = ''] = /^\| (.+) \| (.+) \| (.+) \|$/.exec(line) ?? []
    if (name !== '' && name !== 'behaviour') rows.push({ name, source, mark, file })
  }
  return rows
}

/** The section numbers of a fact sheet, and those of the items that its sections 10 and 13 count. */
function sectionsOf(sheet: string): Set<string> {
  const text = readFileSync(join(ROOT, 'docs/facts', sheet), 'utf8')
  const sections = new Set<string>()
  for (const part of text.split(/^(?=#{2,3} \d)/m)) {
    const [, number] = /^#{2,3} (\d+(?:\.\d+)?)/.exec(part) ?? []
    if (number === undefined) continue
    sections.add(number)
    for (const [, item = ''] of part.matchAll(/(?:^|\s)(\d+)\. (?=[A-Za-z`*])/g))
      sections.add(`${number}.${item}`)
  }
  return sections
}

const ROWS = readRows()
const FILES = testFiles(__dirname).filter((file) => file !== __filename)
const MARKS = new Set(['H', 'M', 'L', 'R', 'S', 'W', 'DERIVED', 'UNVERIFIED', 'not simulated'])

test('every row names a source that the fact sheets have, and how sure it is', () => {
  const sheets = new Map(['wechat.md', 'wire.md', 'standalone.md'].map((sheet) => [sheet, sectionsOf(sheet)]))
  const unknown = ROWS.filter(({ source, mark }) => {
    const places = source.split('; ').map((place) => /^(\w+\.md) §([\d.]+)$/.exec(place))
    return !MARKS.has(mark) || places.some((place) => !sheets.get(place?.[1] ?? '')?.has(place?.[2] ?? ''))
  })
  expect(unknown).toEqual([])
})

test('every row is the name of exactly one test, in the file that its section names', () => {
  const tree = testFiles(TESTS).flatMap((file) =>
    testNames(file).map((name) => ({ name, file: relative(TESTS, file) })),
  )
  const wrong = ROWS.map(({ name, file }) => ({
    name,
    wanted: [file],
    found: tree.filter((one) => one.name === name).map((one) => one.file),
  })).filter(({ wanted, found }) => found.length !== 1 || found[0] !== wanted[0])
  expect(wrong).toEqual([])
})

test('every conformance test has a row', () => {
  const listed = new Set(ROWS.map(({ name }) => name))
  expect(FILES.flatMap(testNames).filter((name) => !listed.has(name))).toEqual([])
})

test('the list has 150 rows or more, of which 25 at most are about values', () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(150)
  expect(ROWS.filter(({ file }) => file === 'conformance/keyword-values.test.ts').length).toBeLessThanOrEqual(
    25,
  )
})

test('every switch and quota of a world is listed with its default', () => {
  const defaults = { ...behaviourSchema.parse(undefined), ...quotasSchema.parse(undefined) }
  const names = [...Object.keys(behaviourSchema.unwrap().shape), ...Object.keys(quotasSchema.unwrap().shape)]
  const missing = names.filter((name) => {
    const value: unknown = Object.entries(defaults).find(([key]) => key === name)?.[1]
    const text = value === undefined ? 'none' : `\`${JSON.stringify(value).replaceAll('"', '')}\``
    return !DOCUMENT.includes(`| \`${name}\` | ${text} |`)
  })
  expect(missing).toEqual([])
})

test('every path of the interface is listed', () => {
  const paths = [...Object.keys(CONTROL), ...Object.keys(HTTP_API)]
  expect(paths.filter((path) => !DOCUMENT.includes(`\`${path}\``))).toEqual([])
})
