/** A world in which people may set reminders of the order and class templates too. */
import type { TemplateFile } from '../../core/template/catalogue'
import { templates } from '../../templates'
import { given as givenWith } from './service'

/** The param that holds the time, by template. */
const times: Readonly<Record<string, string>> = {
  'order-shipped.json': 'shippedAt',
  'class-reminder.json': 'startsAt',
  'class-notice.json': 'startsAt',
}

const ofPeople = ({ file, content }: TemplateFile): TemplateFile =>
  file in times
    ? { file, content: { ...Object(content), reminder: { time: times[file] } } }
    : { file, content }

export const templatesOfPeople = templates.map(ofPeople)

export const given = (options: Parameters<typeof givenWith>[0] = {}) =>
  givenWith({ ...options, files: (options.files ?? templates).map(ofPeople) })
