/** One campaign through core's own tick, on a sink: what core itself costs. */
import { MemoryTemplates } from '../../adapters/memory/templates'
import { systemClock } from '../../adapters/system/clock'
import type { Campaign } from '../../core/campaign/campaign'
import { Catalogue } from '../../core/template/catalogue'
import { tick } from '../../core/delivery/dispatch'
import type { ListHeader } from '../../core/audience/lists'
import type { OpenApi, Ports } from '../../core/ports'
import { settingsOf } from '../../core/settings'
import type { Template } from '../../core/template/template'
import { PER_BUCKET, SinkStore } from './sink-store'
import { APPID, definition, KEY, paramsOf, TEMPLATE_ID } from './template'

const LANES = 16
const CAMPAIGN = 'engine'
const LIST = 'list'
/** Looks at the heap while a campaign runs; there is one more at its end. */
const LOOKS = 5

// As fast as it can: the platform's limits are none of the engine's.
const settings = settingsOf({
  HONGYAN_LANES: String(LANES),
  HONGYAN_INSTANCES: '1',
  HONGYAN_MINUTE_LIMIT: '10000000',
  HONGYAN_DAY_LIMIT: '1000000000',
  HONGYAN_TICK_MS: '800000',
})

/** Everybody gets the same, or everybody their own of a list's params. */
export type Params = 'shared' | 'own'

export interface EngineRun {
  cpuMs: number
  /** After garbage collection: the most of all looks, the last of them with the campaign still held. 0 without looks. */
  heapMiB: number
}

const catalogue = new Catalogue([{ file: 'bench', content: definition }])
const template = catalogue.get(KEY)

function campaignOf(template: Template, params: Params, lanes: number[], people: number): Campaign {
  const { revision } = template
  return {
    _id: CAMPAIGN,
    name: CAMPAIGN,
    state: 'running',
    template: KEY,
    templateId: catalogue.templateId(template, APPID),
    revision,
    oneTime: true,
    params: params === 'shared' ? paramsOf(0) : {},
    messages: params === 'shared' ? { zh_CN: template.render(paramsOf(0)) } : null,
    audience: params === 'shared' ? { kind: 'everybody' } : { kind: 'list', audience: LIST },
    exclude: [],
    served: [],
    testGroup: [],
    tested: false,
    miniprogramState: 'formal',
    rate: null,
    sendWindow: null,
    startAt: null,
    graceMs: 60_000,
    startedAt: Date.now(),
    confirmedAt: Date.now(),
    finishedAt: null,
    reason: null,
    lanes,
    expected: people,
    createdBy: 'bench',
    createdAt: 1,
    version: 1,
  }
}

/**
 * Sends a campaign to this many people with no-op ports. With `collect`, which collects all garbage, the heap is looked
 * at on the way; what that costs is in `cpuMs`.
 */
export async function runEngine(people: number, params: Params, collect?: () => void): Promise<EngineRun> {
  const each = Math.ceil(people / LANES)
  const peopleOfLane = (lane: number): number => Math.max(0, Math.min(each, people - lane * each))
  const lanes = Array.from({ length: LANES }, (_, lane) => lane).filter((lane) => peopleOfLane(lane) > 0)
  const store = new SinkStore(systemClock, peopleOfLane)
  const header: ListHeader = {
    _id: LIST,
    kind: 'list',
    name: LIST,
    template: KEY,
    lanes: LANES,
    buckets: Math.ceil(each / PER_BUCKET),
    people,
    largest: 60_000,
    used: lanes,
    isOpen: false,
    sealed: true,
    createdBy: 'bench',
    createdAt: 1,
  }
  await store.insert('audiences', header)
  await store.insert('campaigns', campaignOf(template, params, lanes, people))

  let sent = 0
  let heapMiB = 0
  let looks = 0
  const look = (): void => {
    if (!collect) return
    collect()
    heapMiB = Math.max(heapMiB, process.memoryUsage().heapUsed / 2 ** 20)
    looks += 1
  }
  const openApi: OpenApi = {
    async send({ templateId }) {
      if (templateId !== TEMPLATE_ID) throw new Error(`a message of ${templateId}`)
      sent += 1
      if (collect && sent >= (people * (looks + 1)) / LOOKS) look()
      return { code: 0, text: 'ok', msgid: `9800000000${String(sent).padStart(9, '0')}` }
    },
    check: async () => ({ suggest: 'pass' }),
    templates: new MemoryTemplates(),
  }
  let made = 0
  const ports: Ports = {
    store,
    openApi,
    clock: systemClock,
    random: () => `random${(made += 1)}`,
    log: {
      info: () => undefined,
      error: (message, error) => {
        throw new Error(message, { cause: error })
      },
    },
    wake: { wake: async () => undefined, wakeAt: async () => undefined },
  }
  const started = process.cpuUsage()
  const report = await tick(ports, catalogue, settings, async () => undefined, lanes)
  const cpuMs = msSince(started)
  look()
  const counted = report.outcomes.sent ?? 0
  if (sent !== people || counted !== people) throw new Error(`${sent} sent, ${counted} counted of ${people}`)
  return { cpuMs, heapMiB }
}

function msSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
