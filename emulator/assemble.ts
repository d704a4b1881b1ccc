import { exportAside } from './archive'
import { EmulatorClock } from './clock'
import { CONTROL, type DataView } from './control/control'
import { lockDataFolder } from './data-lock'
import { Events } from './events'
import { Faults } from './faults'
import { Functions } from './functions/functions'
import { Timers } from './functions/timers'
import { type Documents, Gateway } from './gateway/gateway'
import { answerHttpApi, HTTP_API } from './gateway/http-api'
import { type Answer, type Call, json } from './http'
import type { CheckedOptions } from './options'
import { closeServer, type PageHandler, serve } from './server'
import { standaloneRoutes } from './standalone/standalone'
import { Stats } from './stats'
import { pagesOfProject } from './wechat/pages'
import { openStore, readFact, writeFact } from './wechat/store'
import { WeChat } from './wechat/wechat'

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  url: string
  port: number
  clock: EmulatorClock
  /** Ends everything it started: functions, timers, connections, files. */
  stop(): Promise<void>
}

const OFFSET = 'clockOffsetMs'

/** The documents as the emulator opens and closes them. */
export interface OpenDocuments extends Documents, DataView {
  close(): Promise<void>
}

export interface Parts {
  openDocuments: (clock: EmulatorClock) => OpenDocuments
  /** The pages of phone and studio, in the order in which they are asked. */
  openPages: () => Promise<readonly (PageHandler & { stop(): Promise<void> })[]>
}

/** Puts the parts together and serves them. What was opened is closed again when a later part fails. */
export async function assemble(options: CheckedOptions, parts: Parts): Promise<Emulator> {
  const { world, dataDir, random, systemNow, log } = options
  const undo: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    const faults: unknown[] = []
    for (let one = undo.pop(); one !== undefined; one = undo.pop()) {
      try {
        await one()
      } catch (fault) {
        // What is left must end all the same; the first fault is told at the end.
        faults.push(fault)
      }
    }
    if (faults.length > 0) throw faults[0]
  }
  try {
    undo.push(lockDataFolder(dataDir))
    const { store, checkpoints } = openStore(dataDir)
    undo.push(() => void store.close())
    undo.push(() => checkpoints.close())
    // Data of a moved time would lie in the future of a restarted emulator: the move stays.
    const clock = new EmulatorClock(systemNow, Number(readFact(store, OFFSET) ?? 0))
    const documents = parts.openDocuments(clock)
    undo.push(() => documents.close())

    const events = new Events()
    const stats = new Stats()
    const faults = new Faults(options.faultSeed)
    if (options.faults !== undefined) faults.set(options.faults)
    const functions = new Functions({
      ...options,
      clock,
      onLog: (row) => events.send('log', row),
      onFault: log,
    })
    clock.onMove((now) => {
      functions.moveTime(clock.offset())
      events.send('clock', { now })
    })
    const wechat = new WeChat({
      world,
      store,
      onCommit: () => checkpoints.committed(),
      clock,
      random,
      pages:
        world.pages ?? (options.miniprogramDir === undefined ? [] : pagesOfProject(options.miniprogramDir)),
      onMessage: (message) => events.send('message', message),
      faults,
      onDelayedTask: () => timers.replan(),
      deliver: async (name, event, openid) => {
        const identity = { openid, appid: world.appid }
        const outcome = await functions.invoke({ name, event, identity, source: world.behaviour.pushSource })
        return outcome.kind === 'result' ? outcome.json : undefined
      },
      onAnswer: (api, errcode) => stats.answer(api, errcode),
    })
    const timers = new Timers(
      clock,
      functions,
      {
        next: () => wechat.delayedTasks.next(),
        take: (now) =>
          wechat.delayedTasks.take(now).map(({ functionName, data }) => ({
            name: functionName,
            event: data,
            identity: {},
            source: world.behaviour.delayedTaskSource,
          })),
      },
      faults,
      (error) => log(`timer: ${String(error)}`),
      // Before the move: an emulator that is killed on the way wakes up at its end, never in the past of its data.
      (target) => writeFact(store, OFFSET, String(target - systemNow())),
    )
    const gateway = new Gateway({ env: world.env, documents, functions, wechat, stats, faults, random, log })

    const calls = new Map<string, (call: Call) => Answer | Promise<Answer>>([
      ['/admin', (call) => gateway.handle(call)],
      ['POST /_emulator/export', () => json(exportAside(dataDir, systemNow()))],
      ...Object.entries(HTTP_API).map(
        ([path, handler]) =>
          [path, (call: Call) => answerHttpApi(handler, { world, wechat, functions, faults }, call)] as const,
      ),
      ...standaloneRoutes({
        world,
        functions,
        faults,
        now: () => clock.now(),
        seen: (openid) => wechat.people.see(openid, clock.now()),
      }),
      ...Object.entries(CONTROL).map(
        ([path, handler]) =>
          [
            path,
            (call: Call) =>
              handler({ world, clock, functions, timers, wechat, stats, faults, documents }, call),
          ] as const,
      ),
    ])
    const pages = await parts.openPages()
    for (const page of pages) undo.push(() => page.stop())
    const server = await serve(
      options.port,
      {
        calls,
        streams: new Map([['GET /_emulator/events', (response) => events.open(response)]]),
        pages,
      },
      log,
    )
    undo.push(() => closeServer(server))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    const url = `http://127.0.0.1:${address.port}`
    functions.connect(`${url}/admin`)
    timers.start()
    undo.push(async () => {
      events.close()
      // Instances first: a firing ends when its instance does.
      const stopped = timers.stop()
      await functions.stop()
      await stopped
    })
    // Before everything else: what a fault holds up would outlive the rest.
    undo.push(() => faults.stop())
    return { url, port: address.port, clock, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
