import { type ChildProcess, spawn } from 'node:child_process'

/**
 * Reads `+ pid` and `- pid`; at the end of its input it kills what is left. A stopped process cannot notice by itself
 * that the emulator was killed, and would stay forever.
 */
const SCRIPT = `
  left=" "
  while read -r sign pid; do
    case $sign in
      +) left="$left$pid " ;;
      -) left="\${left%% $pid *} \${left#* $pid }" ;;
    esac
  done
  [ "$left" = " " ] || kill -9 $left 2>/dev/null
`

/** Sees to it that no instance outlives the emulator, even when the emulator is killed with SIGKILL. */
export class Keeper {
  private child: ChildProcess | undefined

  constructor(private readonly onFault: (reason: string) => void) {}

  watch(pid: number): void {
    this.child ??= this.start()
    this.child.stdin?.write(`+ ${pid}\n`)
  }

  release(pid: number): void {
    this.child?.stdin?.write(`- ${pid}\n`)
  }

  /** Resolves when the keeper has ended; whatever is still watched is killed. */
  async stop(): Promise<void> {
    const { child } = this
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
    child.stdin?.end()
    await ended
  }

  private start(): ChildProcess {
    // Detached: Ctrl-C in the terminal is for the emulator, which then stops in order.
    const child = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
    })
    child.on('error', (error) =>
      this.onFault(`the keeper of instances could not be started: ${error.message}`),
    )
    child.stdin?.on('error', (error) => this.onFault(`the keeper of instances is gone: ${error.message}`))
    child.unref()
    return child
  }
}
