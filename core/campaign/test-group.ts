/** The people who get a campaign before everybody else, as single messages. */
import type { Campaign } from './campaign'
import type { Openid } from '../contract'
import { canonical, hash } from '../hash'
import { laneOf } from '../delivery/lanes'
import { languageOf } from '../person/people'
import { templateAt } from '../template/revisions'
import { request, type Send, sendId } from '../delivery/sends'
import type { StaffCall } from '../staff'

/**
 * Asks for one message to each; repeating it sends nothing more, until the campaign is edited. Where a list would bring
 * the params, the template's example stands in for them. Resolves with the lanes that have the messages.
 */
export async function sendToTestGroup(call: StaffCall, campaign: Campaign): Promise<number[]> {
  const { ports, settings } = call
  const lanes = new Set<number>()
  for (const openid of campaign.testGroup) {
    const send = await sendOf(call, campaign, openid)
    await request(ports, send)
    lanes.add(laneOf(openid, settings.lanes))
  }
  return [...lanes]
}

async function sendOf(
  { ports, catalogue, settings }: StaffCall,
  campaign: Campaign,
  openid: Openid,
): Promise<Send> {
  const { _id, version, template, templateId, revision, oneTime, miniprogramState } = campaign
  const pinned = await templateAt(ports, catalogue, template, revision)
  const language = (await languageOf(ports, openid)) ?? 'zh_CN'
  const shared = campaign.messages?.[language] ?? campaign.messages?.zh_CN
  const rendered = shared ?? pinned.render({ ...pinned.definition.example, ...campaign.params }, language)
  const { data, page } = rendered
  const now = ports.clock.now()
  const by = `campaign:${_id}`
  return {
    // The version is in it: who tests again after an edit gets the new text.
    _id: sendId(by, `${openid}:${version}`),
    by,
    asked: hash(canonical({ campaign: _id, version, openid })),
    openid,
    lane: laneOf(openid, settings.lanes),
    template,
    templateId,
    revision,
    oneTime,
    data,
    ...(page !== undefined && { page }),
    card: pinned.card(rendered, language),
    language,
    miniprogramState,
    state: 'waiting',
    dueAt: now,
    attempts: 0,
    rounds: 0,
    createdAt: now,
  }
}
