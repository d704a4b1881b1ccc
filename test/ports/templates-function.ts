/** A cloud function that manages templates by cloud call, as adapters/wx does. Only in tests is it deployed. */
import { cloud } from '../../adapters/wx/cloud'
import { wxTemplates } from '../../adapters/wx/templates'
import { ServiceError } from '../../core/errors'
import type { TemplateLibrary } from '../../core/ports'

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const library = wxTemplates(cloud)

export interface Asked {
  method: keyof TemplateLibrary
  args: unknown[]
}

/** `{ given }`, or `{ code, facts }` of what was refused. */
export async function main({ method, args }: Asked): Promise<Record<string, unknown>> {
  try {
    const call = library[method] as (...given: unknown[]) => Promise<unknown>
    return { given: await call(...args) }
  } catch (error) {
    if (error instanceof ServiceError) return { code: error.code, facts: error.facts }
    throw error
  }
}
