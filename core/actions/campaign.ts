/** What is done for each action: campaign. */
import { adjust, cancel, pause, resume, schedule, start, unschedule } from '../campaign/acts'
import type { Campaign } from '../campaign/campaign'
import { clone, create, detailOf, edit, list, redrive } from '../campaign/campaigns'
import { deliveriesOf } from '../campaign/deliveries'
import { dryRun } from '../campaign/dryrun'
import { readCampaign } from '../campaign/state'
import type { Action } from '../contract'
import type { StaffCall } from '../staff'
import type { campaignInputs } from '../contract/campaign'
import { type Handlers, type Request, staffCallOf } from '../request'

/** The handler of something done to a campaign: its reply is the campaign as it is then. */
const detailed =
  <Input>(act: (call: StaffCall, input: Input) => Promise<Campaign>) =>
  async (r: Request<Action> & { input: Input }) => {
    const call = staffCallOf(r)
    return detailOf(call, await act(call, r.input))
  }

export const campaignActions: Handlers<keyof typeof campaignInputs> = {
  'campaign.create': detailed(create),
  'campaign.edit': detailed(edit),
  'campaign.clone': detailed(clone),
  'campaign.redrive': detailed(redrive),
  'campaign.list': (r) => list(staffCallOf(r), r.input),
  'campaign.get': detailed((call, { campaign }) => readCampaign(call.ports, campaign)),
  'campaign.dryRun': (r) => dryRun(staffCallOf(r), r.input),
  'campaign.schedule': detailed(schedule),
  'campaign.unschedule': detailed(unschedule),
  'campaign.start': detailed(start),
  'campaign.pause': detailed(pause),
  'campaign.resume': detailed(resume),
  'campaign.cancel': detailed(cancel),
  'campaign.adjust': detailed(adjust),
  'campaign.deliveries': (r) => deliveriesOf(r.ports, r.input, r.lang),
}
