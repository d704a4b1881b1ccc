import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The platform's Node.js runtimes by the name that config.json gives, and the release that stands for each
 * (docs.cloudbase.net/cloud-function/runtime-support).
 */
export const RUNTIMES = {
  'Nodejs16.13': '16.13.0',
  'Nodejs18.15': '18.15.0',
  'Nodejs20.19': '20.19.6',
  'Nodejs22.21': '22.21.1',
  'Nodejs24.11': '24.11.1',
} as const
export type Runtime = keyof typeof RUNTIMES
export const RUNTIME_NAMES = Object.keys(RUNTIMES) as [Runtime, ...Runtime[]]

/** Where the Node.js of a runtime is, below the folder of installed runtimes. */
export function runtimePath(runtimesDir: string, runtime: Runtime): string {
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  return join(runtimesDir, `node-${RUNTIMES[runtime]}`, 'bin', program)
}

/** Finds the Node.js that runs a function. */
export class Runtimes {
  constructor(
    /** The Node.js of functions that ask for no runtime. */
    private readonly nodePath: string,
    private readonly runtimesDir: string | undefined,
  ) {}

  /** The program to start; throws an Error that says what to install when the runtime is not on this computer. */
  pathOf(runtime: Runtime | undefined): string {
    if (runtime === undefined) return this.nodePath
    const path = this.runtimesDir === undefined ? undefined : runtimePath(this.runtimesDir, runtime)
    if (path !== undefined && existsSync(path)) return path
    // The emulator's own Node.js serves where it is of the same release line.
    if (`Nodejs${process.versions.node}.`.startsWith(`${runtime}.`)) return process.execPath
    throw new Error(
      `${runtime} is not installed on this computer${path === undefined ? ' (no folder of runtimes is given)' : ` (${path} is missing)`}; ` +
        `run: npx hongyan runtimes install ${runtime}`,
    )
  }
}
