#!/usr/bin/env node
/** The door of `npm run miniprogram`: installs what is missing, bundles the gates, and runs them. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bundle, install, root } from '../../cli/hongyan.mjs'

install()
const folder = await bundle('miniprogram-gates', { main: 'test/miniprogram/gates/main.ts' })
process.setSourceMapsEnabled(true)
const { main } = createRequire(import.meta.url)(join(folder, 'main.cjs'))
process.exitCode = await main(root)
