/** Runs a shell command beside the CLI, with its input and output. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** How long a command may take to end after it was told to. */
const GRACE_MS = 10_000

/**
 * Runs a command in a shell with these variables besides our own, and resolves with its exit code (128 and the
 * signal's number when a signal ended it). When `until` resolves first, the command is told to end.
 */
export function runCommand(
  command: string,
  variables: Record<string, string>,
  until: Promise<unknown>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    // In a group of its own a signal reaches what the shell started, too. On a terminal the command stays in ours:
    // it would not be let read there, and Ctrl-C reaches it as it is.
    const detached = process.platform !== 'win32' && !process.stdin.isTTY
    const child = spawn(command, {
      shell: true,
      stdio: 'inherit',
      env: { ...process.env, ...variables },
      detached,
    })
    const tell = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      if (detached) process.kill(-child.pid, signal)
      else child.kill(signal)
    }
    let grace: NodeJS.Timeout | undefined
    void until.then(() => {
      tell('SIGTERM')
      grace = setTimeout(() => tell('SIGKILL'), GRACE_MS)
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearTimeout(grace)
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}
