/** Guards of the protocol, and what is left where one is removed: the simulator must miss every one of them. */

export interface PlantedFault {
  name: string
  /** From the root of the repository. */
  file: string
  /** Text that is in the file exactly once. */
  guard: string
  without: string
}

export const planted: readonly PlantedFault[] = [
  {
    name: 'a lease is taken while another holds it',
    file: 'core/delivery/lease.ts',
    guard: '{ _id: oneOf(lanes.map(laneId)), leaseUntil: lt(new ServerTime(-SEND_TIMEOUT_MS)) },',
    without: '{ _id: oneOf(lanes.map(laneId)) },',
  },
  {
    name: 'a taker-over does not wait for messages that are still under way',
    file: 'core/delivery/lease.ts',
    guard: '{ _id: oneOf(lanes.map(laneId)), leaseUntil: lt(new ServerTime(-SEND_TIMEOUT_MS)) },',
    without: '{ _id: oneOf(lanes.map(laneId)), leaseUntil: lt(new ServerTime()) },',
  },
  {
    name: 'a new holder does not raise the fence',
    file: 'core/delivery/lease.ts',
    guard: 'inc: { fence: 1 } },',
    without: 'inc: { fence: 0 } },',
  },
  {
    name: 'whoever asked for the lease believes to have it',
    file: 'core/delivery/lease.ts',
    guard: 'found.filter((lane) => lane.holder === holder)',
    without: 'found',
  },
  {
    name: 'a holder that lost its lease goes on',
    file: 'core/delivery/lease.ts',
    guard: 'if (renewed < this.lanes.length) {',
    without: 'if (renewed < 0) {',
  },
  {
    name: 'a lease never ends for its holder',
    file: 'core/delivery/lease.ts',
    guard: 'return this.ports.clock.monotonic() < this.deadline',
    without: 'return this.deadline > 0',
  },
  {
    name: "a holder renews and releases another's lease",
    file: 'core/delivery/lease.ts',
    guard: 'return { _id: oneOf(this.lanes.map(laneId)), holder: this.holder }',
    without: 'return { _id: oneOf(this.lanes.map(laneId)) }',
  },
  {
    name: 'a lane does not wait for an open page that is at home elsewhere',
    file: 'core/delivery/lane-work.ts',
    guard: "if (this.homes.length === 0) return 'done'",
    without: "if (this.homes.length >= 0) return 'done'",
  },
  {
    name: 'people of several lanes pay as if they were of the first',
    file: 'core/delivery/page.ts',
    guard: 'laneAt?.[place] ?? lane',
    without: 'lane',
  },
  {
    name: 'a message is sent though the lease has ended',
    file: 'core/delivery/window.ts',
    guard: "if (!lease.isValid()) return { code: 'held' }",
    without: '',
  },
  {
    name: 'a page is stepped without its fence',
    file: 'core/delivery/page.ts',
    guard: 'fence: lease.fence, isOpen: true, step: page.step }',
    without: 'isOpen: true, step: page.step }',
  },
  {
    name: 'a page is stepped from any step',
    file: 'core/delivery/page.ts',
    guard: 'fence: lease.fence, isOpen: true, step: page.step }',
    without: 'fence: lease.fence, isOpen: true }',
  },
  {
    name: 'a stop does not keep the next from being announced',
    file: 'core/delivery/page.ts',
    guard: 'announces ? { stop: false, ...where } : where',
    without: 'where',
  },
  {
    name: 'a lost answer of a step is taken for a lost page',
    file: 'core/delivery/page.ts',
    guard: "if (now.step === page.step + 1) return 'done'",
    without: '',
  },
  {
    name: 'a page spends as often as it is asked to',
    file: 'core/subscription/quotas.ts',
    guard: 'left: gt(0), spent: ne(page._id) },',
    without: 'left: gt(0) },',
  },
  {
    name: 'what is not there is spent',
    file: 'core/subscription/quotas.ts',
    guard: 'left: gt(0), spent: ne(page._id) },',
    without: 'spent: ne(page._id) },',
  },
  {
    name: 'a count below what was asked is not read back',
    file: 'core/subscription/quotas.ts',
    guard: 'if (spent === ids.length) return null',
    without: 'if (spent >= 0) return null',
  },
  {
    name: 'a page gives back as often as it is asked to',
    file: 'core/subscription/quotas.ts',
    guard: 'spent: page._id, returned: ne(page._id) },',
    without: 'spent: page._id },',
  },
  {
    name: 'what was not spent is given back',
    file: 'core/subscription/quotas.ts',
    guard: 'spent: page._id, returned: ne(page._id) },',
    without: 'returned: ne(page._id) },',
  },
  {
    name: 'more is revoked than is there',
    file: 'core/subscription/quotas.ts',
    guard: '{ _id: oneOf(ids), granted, left: gte(left), revoked: ne(page._id) },',
    without: '{ _id: oneOf(ids), granted, revoked: ne(page._id) },',
  },
  {
    name: 'who was announced when the holder died is sent to again',
    file: 'core/delivery/recovery.ts',
    guard: "if (!known.has(place)) doubts.set(place, { code: 'died' })",
    without: '',
  },
  {
    name: 'an older holder takes a page from a newer one',
    file: 'core/delivery/recovery.ts',
    guard: 'isOpen: true, fence: lte(lease.fence) }',
    without: 'isOpen: true }',
  },
  {
    name: 'a spend that comes after the recovery of its page is not forestalled',
    file: 'core/delivery/recovery.ts',
    guard: 'await forestall(ports, page, payers, ports.clock.now())',
    without: '',
  },
  {
    name: 'a page is counted each time that it is closed',
    file: 'core/campaign/progress.ts',
    guard: 'if (parent ? !now.later.some(isOf(page)) : now.sequence > page.sequence) return null',
    without: '',
  },
  {
    name: 'progress is written over what others wrote',
    file: 'core/campaign/progress.ts',
    guard: 'const where = { _id, version: now.version }',
    without: 'const where = { _id }',
  },
  {
    name: 'the cursor moves before the page is sent',
    file: 'core/delivery/page-work.ts',
    guard: 'if (!(await this.mayGo(page, seen.house, known))) {',
    without:
      'await this.sources[page.source].account(page)\n    if (!(await this.mayGo(page, seen.house, known))) {',
  },
  {
    name: 'a campaign is not read again after the claim',
    file: 'core/delivery/page-work.ts',
    guard: 'if (!(await this.mayGo(page, seen.house, known))) {',
    without: 'if (page.size < 0) {',
  },
  {
    name: 'a pause does not stop the pages that are open',
    file: 'core/campaign/acts.ts',
    guard:
      "await change(ports, by, await readCampaign(ports, id), ruleOf('pause'), set)\n  await stopPages(ports, id)",
    without: "await change(ports, by, await readCampaign(ports, id), ruleOf('pause'), set)",
  },
  {
    name: 'an act overwrites an act that came between',
    file: 'core/campaign/state.ts',
    guard: '{ _id, version, state }, { set: next })',
    without: '{ _id }, { set: next })',
  },
  {
    name: 'the lanes of an invocation announce a window each',
    file: 'core/delivery/permits.ts',
    guard: 'const taken = Math.max(0, Math.min(most, this.free))',
    without: 'const taken = Math.max(0, most)',
  },
  {
    name: 'a campaign is finished by its first lane',
    file: 'core/campaign/running.ts',
    guard: 'if ((await undoneLanes(ports, campaign)).length > 0) return false',
    without: '',
  },
  {
    name: 'turns are reserved without a look at what others reserved meanwhile',
    file: 'core/delivery/budgets.ts',
    guard: "update('budgets', { _id, version }, { set: partsOf(next) })) > 0) {",
    without: "update('budgets', { _id }, { set: partsOf(next) })) > 0) {",
  },
  {
    name: 'nobody waits for a turn',
    file: 'core/delivery/window.ts',
    guard: 'return this.dueAt(place) - this.work.lease.databaseNow()',
    without: 'return 0',
  },
  {
    name: 'a timeout of WeChat is tried again',
    file: 'core/delivery/errcodes.ts',
    guard: '[-501002]: doubt(',
    without: '[-501002]: later(2_000, ',
  },
  {
    name: 'a send is settled by a page that has lost it',
    file: 'core/delivery/items.ts',
    guard: "const where = { _id: oneOf(ids), state: 'waiting', rounds }",
    without: 'const where = { _id: oneOf(ids) }',
  },
  {
    name: 'a prompt grants each time that it is reported',
    file: 'core/subscription/grants.ts',
    guard: 'if (known) return known',
    without: '',
  },
  {
    name: 'a change of a campaign is not looked for after the claim',
    file: 'core/delivery/page-work.ts',
    guard: 'if (id === undefined || (house.changes ?? 0) === planned?.asOf) return true',
    without: 'if (id === undefined || planned) return true',
  },
  {
    name: 'what comes after a reminder is made when it may have gone',
    file: 'core/reminder/occurrences.ts',
    guard: "if (made.length > 0) await ports.store.insertAll('reminders', made)",
    without:
      "if (made.length > 0) void ports.clock.sleep(5_000).then(() => ports.store.insertAll('reminders', made))",
  },
  {
    name: 'the id of a reminder is another each time that it is made',
    file: 'core/reminder/making.ts',
    guard: '_id: reminderId(rule._id, rule.version, time.number),',
    without: '_id: reminderId(rule._id, rule.version, `${time.number}x${now}`),',
  },
  {
    name: 'a reminder goes however late it is',
    file: 'core/reminder/occurrences.ts',
    guard: "return isLate(reminder, now) ? 'missed' : undefined",
    without: 'return undefined',
  },
  {
    name: 'what is left of a rule that was cancelled is sent',
    file: 'core/reminder/occurrences.ts',
    guard: "if (!isOf(rule, reminder)) return 'withdrawn'",
    without: '',
  },
  {
    name: 'a rule whose maker died is never made',
    file: 'core/delivery/dispatch.ts',
    guard: 'if (due.scan) await makeUnmade(ports, catalogue, settings)',
    without: '',
  },
  {
    name: 'the times between are left out after a standstill',
    file: 'core/reminder/occurrences.ts',
    guard: 'for (const time of next) made.push(',
    without: 'for (const time of next.slice(-1)) made.push(',
  },
]
