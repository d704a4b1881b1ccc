/** The emergency stop: nothing more goes out, at once, until it is taken back. */
import type { DispatchState, ParsedInputOf } from '../contract'
import { ServiceError } from '../errors'
import { AT_ONCE, checkLanes, HOUSE, type House, noteEvery, tellChange } from './lanes'
import { oneOf, type Where } from '../ports'
import { audit, type StaffCall } from '../staff'

const stateOf = ({ lanes, stopped, confirmBefore }: House): DispatchState => ({
  lanes,
  stopped: stopped ?? null,
  confirmBefore: confirmBefore ?? null,
})

/** Throws DISPATCH_STOPPED. */
export async function requireReleased({
  ports,
  settings,
}: Pick<StaffCall, 'ports' | 'settings'>): Promise<void> {
  const { stopped } = await checkLanes(ports, settings.lanes)
  if (stopped) throw new ServiceError('DISPATCH_STOPPED', { ...stopped })
}

export const stateOfDispatch = async ({ ports, settings }: StaffCall): Promise<DispatchState> =>
  stateOf(await checkLanes(ports, settings.lanes))

/**
 * Stops everything. In this order: the flag, which no tick begins under; the campaigns, which wait for a person from
 * now on; the open pages, of which nobody more is announced. When it resolves nothing more begins. Repeating it does
 * what is left of it.
 */
export async function stopAll(
  call: StaffCall,
  { note }: ParsedInputOf<'dispatch.stop'>,
): Promise<DispatchState> {
  const { ports, settings, by } = call
  await checkLanes(ports, settings.lanes)
  await audit(ports, by, 'dispatch.stop', note === undefined ? {} : { note })
  const stopped = { at: ports.clock.now(), by, ...(note !== undefined && { note }) }
  await ports.store.update('lanes', { _id: HOUSE }, { set: { stopped } })
  await ports.store.update(
    'campaigns',
    { state: oneOf(['running', 'scheduled']) },
    { set: { state: 'paused', reason: { why: 'stopped' } }, inc: { version: 1 } },
  )
  await tellChange(ports)
  await ports.store.update('pages', { isOpen: true }, { set: { stop: true } })
  return stateOfDispatch(call)
}

/**
 * A person says go on: single messages do, those too that waited for this word (`confirmBefore`). Campaigns that were
 * paused wait for `campaign.resume`.
 */
export async function releaseAll(call: StaffCall): Promise<DispatchState> {
  const { ports, settings, by } = call
  const { stopped } = await checkLanes(ports, settings.lanes)
  await audit(ports, by, 'dispatch.release', {})
  // Only the stop that was seen: one that was made meanwhile stands.
  const where: Where = stopped ? { 'stopped.at': stopped.at } : { stopped: null }
  await ports.store.update('lanes', { _id: HOUSE, ...where }, { set: { stopped: null, confirmBefore: null } })
  // Whatever was held is in no lane's next time: every lane looks, and notes it.
  await noteEvery(ports, AT_ONCE)
  return stateOfDispatch(call)
}
