/** Handlebars for plain text: nothing is HTML-escaped, a missing param is an error, an unknown helper does not compile. */
import Handlebars from 'handlebars'
import { formatTime, instantOf } from './time'

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

const helpers = { date: true, money: true, if: true, unless: true }

export type Text = (params: Record<string, unknown>, zone: string) => string

/** Compiles a text; throws at once where it is broken (Handlebars itself would wait for the first rendering). */
export function compileText(source: string): Text {
  const options = { noEscape: true, strict: true, knownHelpers: helpers, knownHelpersOnly: true }
  engine.precompile(source, options)
  const render = engine.compile(source, options)
  return (params, zone) => render(params, { data: { zone } })
}

/** The unit separator of ASCII stands between texts that are rendered together. */
const BETWEEN = '\x1f'

export type Texts = (params: Record<string, unknown>, zone: string) => string[] | null

/**
 * Several texts compiled as one, since what Handlebars does around a text costs more than a short text itself. Renders
 * null where they have to be rendered one by one: one of them is broken by these params, or a value looks like their border.
 */
export function compileTexts(sources: readonly string[]): Texts {
  // A block that has a line of its own loses the line break: another one would be seen in company.
  if (sources.some((source) => source.includes(BETWEEN) || /[\n\r]/.test(source))) return () => null
  const together = compileText(sources.join(BETWEEN))
  return (params, zone) => {
    let rendered: string
    try {
      rendered = together(params, zone)
    } catch {
      // Which text is broken is told by rendering it alone.
      return null
    }
    const texts = rendered.split(BETWEEN)
    return texts.length === sources.length ? texts : null
  }
}

/** These params for the query of a page: each value URI-encoded, the text around it as it stands. */
export function encoded(params: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const name of names) {
    const value = params[name]
    if (value !== undefined) result[name] = typeof value === 'string' ? encodeURIComponent(value) : value
  }
  return result
}
