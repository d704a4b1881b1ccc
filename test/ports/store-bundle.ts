import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { DEFAULT_SDK, type SdkVersion, sdkPackageOf } from '../support/emulator'

/** Puts the function `store` into a folder of functions: one call of the Store port for each invocation. */
export async function bundleStoreFunction(folder: string, sdk: SdkVersion = DEFAULT_SDK): Promise<void> {
  mkdirSync(join(folder, 'store'))
  writeFileSync(join(folder, 'store', 'config.json'), '{"permissions":{"openapi":[]},"timeout":20}')
  writeFileSync(join(folder, 'store', 'package.json'), '{"name":"store","version":"1.0.0","main":"index.js"}')
  await build({
    entryPoints: [join(__dirname, 'store-function.ts')],
    outfile: join(folder, 'store', 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node16.13',
    keepNames: true,
    alias: { 'wx-server-sdk': sdkPackageOf(sdk) },
    logLevel: 'error',
  })
}
