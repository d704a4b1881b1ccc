#!/usr/bin/env node
/** The differential test of recurrence as a command: installs what is missing, bundles it, and runs it. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bundle, install } from '../../cli/hongyan.mjs'

install()
const folder = await bundle('recurrence', { main: 'test/recurrence/main.ts' })
process.setSourceMapsEnabled(true)
const { main } = createRequire(import.meta.url)(join(folder, 'main.cjs'))
process.exitCode = main(process.argv)
