/** Called by staff phones, by tools through WeChat's HTTP API, and by other functions of the environment. */
import { serve } from '../../adapters/wx/entry'
import { templates } from '../../templates'

export const main = serve(
  [
    'whoami',
    'template.list',
    'template.preview',
    'send.one',
    'campaign.create',
    'campaign.edit',
    'campaign.clone',
    'campaign.redrive',
    'campaign.list',
    'campaign.get',
    'campaign.dryRun',
    'campaign.schedule',
    'campaign.unschedule',
    'campaign.start',
    'campaign.pause',
    'campaign.resume',
    'campaign.cancel',
    'campaign.adjust',
    'campaign.deliveries',
    'person.deliveries',
    'dispatch.stop',
    'dispatch.release',
    'dispatch.state',
    'staff.list',
    'staff.grant',
    'staff.revoke',
  ],
  templates,
)
