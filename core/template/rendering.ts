/** Handlebars for plain text: nothing is HTML-escaped, a missing param is an error, an unknown helper does not compile. */
import Handlebars from 'handlebars'
import { formatTime, instantOf } from '../time'

/** The time zone of the template, seen by `date`. */
interface Frame {
  data: { zone: string }
}

const engine = Handlebars.create()

engine.registerHelper('date', (value: unknown, format: unknown, frame: Frame) => {
  if (typeof value !== 'string' || value === '') return ''
  const instant = instantOf(value, frame.data.zone)
  if (instant === null) throw new Error(`"${value}" is no date or time`)
  return formatTime(instant, frame.data.zone, String(format))
})

/** `{{money total}}` → ¥214.00 */
engine.registerHelper('money', (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) ? `¥${value.toFixed(2)}` : '',
)

/** Put around what a page inserts; nobody writes it. */
const ENCODE = 'encode'

engine.registerHelper(ENCODE, (value: unknown) => {
  if (value === undefined) throw new Error('a param of the page is missing')
  return typeof value === 'string' ? encodeURIComponent(value) : value
})

const helpers = { date: true, money: true, if: true, unless: true }

export type Text = (params: Record<string, unknown>, zone: string) => string

type Program = hbs.AST.Program

const parse = (source: string): Program => engine.parse(source)

/** Throws at once where it is broken (Handlebars itself would wait for the first rendering). */
function compile(program: Program, known: Record<string, boolean>): Text {
  const options = { noEscape: true, strict: true, knownHelpers: known, knownHelpersOnly: true }
  engine.precompile(program, options)
  const render = engine.compile(program, options)
  return (params, zone) => render(params, { data: { zone } })
}

/** Compiles a text; throws at once where it is broken. */
export const compileText = (source: string): Text => compile(parse(source), helpers)

/** The same with what is inserted URI-encoded, helpers' results too; the text around it as it stands. */
function encoding(program: Program): Program {
  return {
    ...program,
    body: program.body.map((statement): hbs.AST.Statement => {
      if (isBlock(statement)) {
        const { inverse } = statement
        return {
          ...statement,
          program: encoding(statement.program),
          inverse: inverse && encoding(inverse),
        } as hbs.AST.BlockStatement
      }
      return isMustache(statement) ? encoded(statement) : statement
    }),
  }
}

const isBlock = (statement: hbs.AST.Statement): statement is hbs.AST.BlockStatement =>
  statement.type === 'BlockStatement'
const isMustache = (statement: hbs.AST.Statement): statement is hbs.AST.MustacheStatement =>
  statement.type === 'MustacheStatement'

/** `{{total}}` as `{{encode total}}`, `{{money total}}` as `{{encode (money total)}}`. */
function encoded(statement: hbs.AST.MustacheStatement): hbs.AST.MustacheStatement {
  const { path, params, hash, loc } = statement
  const isCall = params.length > 0
  const value = isCall ? ({ type: 'SubExpression', path, params, hash, loc } as hbs.AST.SubExpression) : path
  const [call] = parse(`{{${ENCODE} value}}`).body
  return { ...(call as hbs.AST.MustacheStatement), params: [value], strip: statement.strip, loc }
}

/** The page that a tap opens, its values URI-encoded. Throws at once where it is broken. */
export const compilePage = (source: string): Text =>
  compile(encoding(parse(source)), { ...helpers, [ENCODE]: true })

/** The unit separator of ASCII stands between texts that are rendered together. */
const BETWEEN = '\x1f'

export type Texts = (params: Record<string, unknown>, zone: string) => string[] | null

/**
 * Several texts, and a page behind them, compiled as one, since what Handlebars does around a text costs more than a
 * short text itself. Renders null where they have to be rendered one by one: one of them is broken by these params, or a
 * value looks like their border.
 */
export function compileTexts(sources: readonly string[], page?: string): Texts {
  const all = page === undefined ? sources : [...sources, page]
  // A block that has a line of its own loses the line break: another one would be seen in company.
  if (all.some((source) => source.includes(BETWEEN) || /[\n\r]/.test(source))) return () => null
  const programs = sources.map(parse)
  if (page !== undefined) programs.push(encoding(parse(page)))
  const border = parse(BETWEEN)
  const body = programs.flatMap((program, at) =>
    at === 0 ? program.body : [...border.body, ...program.body],
  )
  const together = compile({ ...border, body }, { ...helpers, [ENCODE]: true })
  return (params, zone) => {
    let rendered: string
    try {
      rendered = together(params, zone)
    } catch {
      // Which text is broken is told by rendering it alone.
      return null
    }
    const texts = rendered.split(BETWEEN)
    return texts.length === all.length ? texts : null
  }
}
