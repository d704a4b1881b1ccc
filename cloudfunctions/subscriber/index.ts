/** Called by phones: what a person may subscribe to, what they answered, what they have and what they got. */
import { serve } from '../../adapters/wx/entry'
import { templates } from '../../templates'
import { actions } from './actions'

export const main = serve(actions, templates)
