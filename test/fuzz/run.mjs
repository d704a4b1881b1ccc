#!/usr/bin/env node
/** The door of the fuzz suite as a command: installs what is missing, bundles it, and runs it. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bundle, install, root } from '../../cli/hongyan.mjs'

install()
const folder = await bundle('fuzz', { main: 'test/fuzz/main.ts' })
process.setSourceMapsEnabled(true)
const { main } = createRequire(import.meta.url)(join(folder, 'main.cjs'))
process.exitCode = await main(process.argv, root)
