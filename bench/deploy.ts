import { mkdirSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleFunctions } from '../cli/build'

/** Puts functions of bench/functions into a folder of functions, bundled as `hongyan build` bundles ours. */
export async function deploy(functionsDir: string, names: readonly string[]): Promise<void> {
  const sources = join(__dirname, 'functions')
  for (const name of names) {
    const target = join(functionsDir, name)
    mkdirSync(target, { recursive: true })
    await cp(join(sources, name, 'config.json'), join(target, 'config.json'))
    writeFileSync(join(target, 'package.json'), JSON.stringify({ name, main: 'index.js' }))
  }
  const entryPoints = names.map((name) => [`${name}/index`, join(sources, name, 'index.ts')])
  await bundleFunctions(Object.fromEntries(entryPoints), functionsDir)
}
