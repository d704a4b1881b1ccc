/** The emulator under fuzz: a process of its own, started as people start it, that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Target {
  readonly url: string
  readonly port: number
  readonly isAlive: boolean
  /** What the emulator said on stderr: faults of its own are told there. */
  said(): string
  /** SIGKILL, then a start on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface TargetOptions {
  /** The folder of the checkout. */
  root: string
  /** The installed wx-server-sdk that functions run with. */
  sdkFolder: string
  world: unknown
  /** Where functions find the gateway, when not at the emulator. */
  gatewayUrl: string
}

/** Starts an emulator on folders of its own; resolves when it is ready. */
export async function startTarget({ root, sdkFolder, world, gatewayUrl }: TargetOptions): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-fuzz-'))
  const at = (name: string): string => join(folder, name)
  cpSync(join(root, 'test', 'fuzz', 'functions'), at('functions'), { recursive: true })
  mkdirSync(at('node_modules'))
  symlinkSync(sdkFolder, at('node_modules/wx-server-sdk'))
  writeFileSync(at('world.json'), JSON.stringify(world))
  const gateway = { TCB_CONTEXT_CNFG: JSON.stringify({ URL: gatewayUrl }) }
  writeFileSync(at('env.json'), JSON.stringify({ '*': gateway }))
  const files = ['--functions', at('functions'), '--world', at('world.json'), '--env-file', at('env.json')]
  const args = ['emulate', ...files, '--data', at('data'), '--port', '0', '--no-open']

  let said = ''
  let child: ChildProcess
  let url = ''
  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [join(root, 'cli', 'hongyan.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    url = await readyUrl(child, () => said)
  }
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill(signal)
    await ended
  }
  await start()
  return {
    get url() {
      return url
    },
    get port() {
      return Number(new URL(url).port)
    },
    get isAlive() {
      return child.exitCode === null && child.signalCode === null
    },
    said: () => said,
    async restart() {
      await kill('SIGKILL')
      await start()
    },
    async stop() {
      await kill('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function readyUrl(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const url = /^ready (\S+)$/m.exec(out)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.once('close', (code) =>
      reject(new Error(`the emulator ended with ${code} at its start: ${said()}`)),
    )
  })
}
