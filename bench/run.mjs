#!/usr/bin/env node
/** The door of the benchmarks: installs what is missing, bundles them with the processes they start, and runs one. */
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { bundle, install, root } from '../cli/hongyan.mjs'

install()
const processes = readdirSync(join(root, 'bench', 'processes')).map((file) => basename(file, '.ts'))
const folder = await bundle('bench', {
  index: 'bench/index.ts',
  ...Object.fromEntries(processes.map((name) => [`processes/${name}`, `bench/processes/${name}.ts`])),
})
process.setSourceMapsEnabled(true)
const { main } = createRequire(import.meta.url)(join(folder, 'index.cjs'))
process.exitCode = await main(process.argv, join(folder, 'processes'))
