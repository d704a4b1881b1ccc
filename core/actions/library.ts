/** What is done for each action: the account's templates at WeChat. */
import type { libraryInputs } from '../contract/library'
import { type Handlers, staffCallOf } from '../request'
import { addTemplate, findInLibrary, removeTemplate, templateHealth } from '../template/library'

export const libraryActions: Handlers<keyof typeof libraryInputs> = {
  'template.health': async (r) => templateHealth(staffCallOf(r)),
  'template.find': async (r) => findInLibrary(staffCallOf(r), r.input),
  'template.add': async (r) => addTemplate(staffCallOf(r), r.input),
  'template.remove': async (r) => removeTemplate(staffCallOf(r), r.input),
}
