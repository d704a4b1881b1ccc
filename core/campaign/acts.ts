/** What staff do with a campaign: schedule, start, pause, resume, cancel, adjust. */
import type { Campaign } from './campaign'
import { change, isToDo, readCampaign, type Rule, ruleOf, swap } from './state'
import type { ParsedInputOf } from '../contract'
import { requireReleased } from '../delivery/emergency'
import { ServiceError } from '../errors'
import { AT_ONCE, noteAll, tellChange, wakeAll } from '../delivery/lanes'
import type { Ports } from '../ports'
import { everyLane, spreadOf } from './spread'
import type { StaffCall } from '../staff'
import { sendToTestGroup } from './test-group'

/** A tool that asks has 5 s in all (wechat.md §9); what this does not wake the timer does. */
const WAKE_MS = 2_500

/** What names a campaign and no more. */
type Named = { campaign: string }

/**
 * Says to each lane that it has work: after the work was written. To the house first: whoever finds the note reads
 * campaigns anew.
 */
async function noteLanes(ports: Pick<Ports, 'store'>, lanes: readonly number[], at: number): Promise<void> {
  await tellChange(ports)
  await noteAll(ports, lanes, at)
}

async function goOn({ ports, settings }: StaffCall, lanes: readonly number[]): Promise<void> {
  await noteLanes(ports, lanes, AT_ONCE)
  await wakeAll(ports, settings, lanes, WAKE_MS)
}

/**
 * Lets nobody more of it be announced: after the campaign was written. Pages that are claimed from now on see the
 * change, those that are open already the stop.
 */
async function stopPages(ports: Pick<Ports, 'store'>, campaign: string): Promise<void> {
  await tellChange(ports)
  await ports.store.update('pages', { campaign, isOpen: true }, { set: { stop: true } })
}

/**
 * What a campaign has from its start on. The time is taken before anybody is read: who subscribes in between is late.
 * One without any people ends in the first lane.
 */
async function begun(call: StaffCall, campaign: Campaign, expected?: number) {
  const now = call.ports.clock.now()
  const spread = await spreadOf(call, campaign)
  return {
    state: 'running' as const,
    startedAt: now,
    confirmedAt: now,
    lanes: spread.lanes.length > 0 ? spread.lanes : [0],
    expected: spread.expected ?? expected ?? campaign.expected,
    reason: null,
  }
}

const isTested = ({ state, reason }: Campaign) => state === 'paused' && reason?.why === 'test-group'
const needsTest = ({ testGroup, tested }: Campaign) => testGroup.length > 0 && !tested

/** The group gets it, then the campaign waits for a person. Sent first, and repeatable: each message has one key. */
async function test(
  call: StaffCall,
  campaign: Campaign,
  rule: Rule,
  startAt: number | null,
): Promise<Campaign> {
  if (!isToDo(campaign, rule)) return campaign
  const lanes = await sendToTestGroup(call, campaign)
  const reason = { why: 'test-group' as const }
  const set = { state: 'paused' as const, tested: true, reason, startAt }
  const tested = await change(call.ports, call.by, campaign, rule, set)
  await goOn(call, lanes)
  return tested
}

/**
 * Starts it now; with a test group that has not had it, only the group gets it. Throws CAMPAIGN_STATE, DISPATCH_STOPPED,
 * AUDIENCE_STATE where its list is not sealed, REDRIVE_EARLY, CAMPAIGN_CHANGED where `version` is another.
 */
export async function start(
  call: StaffCall,
  { campaign: id, expected, version }: ParsedInputOf<'campaign.start'>,
): Promise<Campaign> {
  await requireReleased(call)
  const campaign = await readCampaign(call.ports, id)
  const rule = { ...ruleOf('start'), version }
  if (needsTest(campaign) || isTested(campaign))
    return test(call, campaign, { ...rule, isDone: isTested }, null)
  const started = isToDo(campaign, rule)
    ? await change(call.ports, call.by, campaign, rule, await begun(call, campaign, expected))
    : campaign
  await goOn(call, started.lanes)
  return started
}

/** Everybody who has subscribed by then is in: all lanes look. A list is as it is now. */
async function scheduled(call: StaffCall, campaign: Campaign) {
  const { lanes } = await spreadOf(call, campaign)
  return {
    state: 'scheduled' as const,
    confirmedAt: call.ports.clock.now(),
    lanes: campaign.audience.kind === 'everybody' ? everyLane(call.settings) : lanes,
    reason: null,
  }
}

/** The tick starts it then. A test group that has not had it gets it now, and `campaign.resume` schedules it. */
export async function schedule(
  call: StaffCall,
  { campaign: id, startAt, expected, version }: ParsedInputOf<'campaign.schedule'>,
): Promise<Campaign> {
  await requireReleased(call)
  const campaign = await readCampaign(call.ports, id)
  const { act, from } = ruleOf('schedule')
  if (needsTest(campaign) || isTested(campaign))
    return test(call, campaign, { act, from, isDone: isTested, version }, startAt)
  isToDo(campaign, { act, from, version })
  const set = { ...(await scheduled(call, campaign)), startAt, expected: expected ?? null }
  const written = await change(call.ports, call.by, campaign, { act, from, version }, set)
  await noteLanes(call.ports, written.lanes, startAt)
  return written
}

export async function unschedule({ ports, by }: StaffCall, { campaign: id }: Named): Promise<Campaign> {
  const set = { state: 'draft' as const, startAt: null, lanes: [] }
  return change(ports, by, await readCampaign(ports, id), ruleOf('unschedule'), set)
}

/** When it resolves nobody more is announced. */
export async function pause({ ports, by }: StaffCall, { campaign: id }: Named): Promise<Campaign> {
  const set = { state: 'paused' as const, reason: { why: 'staff' as const } }
  const paused = await change(ports, by, await readCampaign(ports, id), ruleOf('pause'), set)
  await stopPages(ports, id)
  return paused
}

/** A person says go on: one whose time has not come is scheduled again. Throws CAMPAIGN_STATE, DISPATCH_STOPPED. */
export async function resume(call: StaffCall, { campaign: id }: Named): Promise<Campaign> {
  const { ports, by } = call
  await requireReleased(call)
  const campaign = await readCampaign(ports, id)
  const { startedAt, startAt } = campaign
  const now = ports.clock.now()
  const isAhead = startedAt === null && startAt !== null && startAt > now
  const rule = isAhead
    ? { ...ruleOf('resume'), isDone: ({ state }: Campaign) => state === 'scheduled' }
    : ruleOf('resume')
  if (!isToDo(campaign, rule)) return campaign
  if (isAhead) {
    const written = await change(ports, by, campaign, rule, await scheduled(call, campaign))
    await noteLanes(ports, written.lanes, startAt)
    return written
  }
  const set =
    startedAt === null
      ? await begun(call, campaign)
      : { state: 'running' as const, confirmedAt: now, reason: null }
  const resumed = await change(ports, by, campaign, rule, set)
  await goOn(call, resumed.lanes)
  return resumed
}

/** Ends it for good: when it resolves nobody more is announced, and those still to come get nothing. */
export async function cancel({ ports, by }: StaffCall, { campaign: id }: Named): Promise<Campaign> {
  const now = ports.clock.now()
  const set = { state: 'cancelled' as const, reason: null, finishedAt: now }
  const cancelled = await change(ports, by, await readCampaign(ports, id), ruleOf('cancel'), set)
  await stopPages(ports, id)
  return cancelled
}

/** Rate and name: all that can change while it runs. A new rate holds at once: open pages end and are planned anew. */
export async function adjust(
  { ports, by }: StaffCall,
  { campaign: id, rate, name }: ParsedInputOf<'campaign.adjust'>,
): Promise<Campaign> {
  const set = { ...(rate !== undefined && { rate }), ...(name !== undefined && { name }) }
  const rule: Rule = { act: 'adjust', from: ['draft', 'scheduled', 'running', 'paused'] }
  const adjusted = await change(ports, by, await readCampaign(ports, id), rule, set)
  if (rate !== undefined) await stopPages(ports, id)
  return adjusted
}

/**
 * Starts a scheduled campaign whose time has come: for the tick. Somebody else's change meanwhile stands. One that
 * cannot start waits for a person and keeps no other from starting.
 */
export async function beginDue(call: StaffCall, campaign: Campaign): Promise<void> {
  try {
    await swap(call.ports, campaign, await begun(call, campaign))
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code === 'STORE_FAILED') throw error
    const reason = { why: 'start-failed' as const, error: error.code }
    await swap(call.ports, campaign, { state: 'paused' as const, reason })
  }
}
