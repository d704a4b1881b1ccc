#!/usr/bin/env node
/** The door of chaos: `npm run chaos -- --size 20000 --kills 50 --stops 20 --seed 1`. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bundle, install } from '../../cli/hongyan.mjs'

install()
const folder = await bundle('chaos', { index: 'test/chaos/index.ts' })
process.setSourceMapsEnabled(true)
const { main } = createRequire(import.meta.url)(join(folder, 'index.cjs'))
process.exitCode = await main(process.argv)
