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

/** For the query of a page: each value URI-encoded, the text around it as it stands. */
export function encoded(params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? encodeURIComponent(value) : value,
    ]),
  )
}
