import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark, BenchmarkContext, Figure } from './benchmark'
import { deploy } from './deploy'
import { measureBulk } from './emulator/bulk'
import { measureSize } from './emulator/document-size'
import { insertDocuments, startEmulator, subscribeEverybody, urlOf } from './emulator/fill'
import { measureGateway } from './emulator/gateway-cost'
import { measureUpdates } from './emulator/update-rate'

/** Documents of the collection that the SDK reads and changes. */
const DOCUMENTS = 10_000

/** What the emulator costs: its gateway per call, its documents as they grow. */
export const emulator: Benchmark = {
  about:
    'the gateway beside its client, a thousand documents at once, documents at size, updates beside the bare store',
  sizeOf: 'documents',
  defaults: { size: 1_000_000, rounds: 5 },
  async run(context): Promise<Figure[]> {
    const functionsDir = join(context.folder, 'functions')
    mkdirSync(functionsDir)
    await deploy(functionsDir, ['load'])
    return [
      ...(await gateway(context, functionsDir)),
      ...(await measureBulk(context, functionsDir)),
      ...(await measureSize(context, functionsDir)),
      ...(await measureUpdates(context)),
    ]
  },
}

async function gateway(context: BenchmarkContext, functionsDir: string): Promise<Figure[]> {
  const documents = Math.min(DOCUMENTS, context.size)
  const running = await startEmulator(context.processes, join(context.folder, 'gateway'), functionsDir)
  await insertDocuments(urlOf(running), documents)
  await subscribeEverybody(urlOf(running))
  const figures = await measureGateway(context, running, documents)
  await running.stop()
  return figures
}
