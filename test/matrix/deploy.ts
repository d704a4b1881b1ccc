import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Copies functions of test/matrix/functions below a folder of their own, with the SDK folder given beside them. */
export function deploy(
  names: readonly string[],
  sdkFolder?: string,
): { functionsDir: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'matrix-'))
  const functionsDir = join(root, 'functions')
  for (const name of names)
    cpSync(join(__dirname, 'functions', name), join(functionsDir, name), { recursive: true })
  if (sdkFolder !== undefined) {
    mkdirSync(join(root, 'node_modules'))
    symlinkSync(sdkFolder, join(root, 'node_modules', 'wx-server-sdk'))
  }
  return { functionsDir, remove: () => rmSync(root, { recursive: true, force: true }) }
}
