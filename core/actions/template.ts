/** What is done for each action: template. */
import { LANGUAGES } from '../sentences'
import { summaryOf } from '../template/catalogue'
import type { templateInputs } from '../contract/template'
import type { Handlers } from '../request'

export const templateActions: Handlers<keyof typeof templateInputs> = {
  'template.list': async ({ catalogue, lang }) => ({
    templates: catalogue.templates.map((template) => summaryOf(template, LANGUAGES[lang])),
  }),
  async 'template.preview'({ catalogue, input }) {
    const template = catalogue.get(input.template)
    const rendered = template.render(input.params, input.language)
    return { card: template.card(rendered, input.language), revision: template.revision }
  },
}
