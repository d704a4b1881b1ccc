/** Called by staff phones, by tools through WeChat's HTTP API, and by other functions of the environment. */
import { serve } from '../../adapters/wx/entry'
import { templates } from '../../templates'
import { actions } from './actions'

export const main = serve(actions, templates)
