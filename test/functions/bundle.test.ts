/** What a function looks like when it is deployed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildFunctions } from '../support/built-once'
import { DEFAULT_SDK, sdkPackageOf } from '../support/emulator'

test('errors keep their names in a bundle', async () => {
  const out = mkdtempSync(join(tmpdir(), 'hongyan-bundle-'))
  try {
    const { functionsDir } = await buildFunctions(out, sdkPackageOf(DEFAULT_SDK))
    const bundle = readFileSync(join(functionsDir, 'dispatch', 'index.js'), 'utf8')
    const isNamed = (name: string) =>
      new RegExp(`class ${name} extends|\\b${name}=class extends`).test(bundle)
    expect(['CloudSDKError', 'TcbError', 'ServiceError'].filter((name) => !isNamed(name))).toEqual([])
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
})
