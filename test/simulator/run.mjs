#!/usr/bin/env node
/** The door of the simulator: `npm run simulate -- --seeds 1000 --from 1`. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bundle, install } from '../../cli/hongyan.mjs'

install()
const folder = await bundle('simulator', { index: 'test/simulator/index.ts' })
process.setSourceMapsEnabled(true)
const { main } = createRequire(import.meta.url)(join(folder, 'index.cjs'))
process.exitCode = await main(process.argv)
