/** The emulator in a process of its own; settings are those of `startEmulator`. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type EmulatorOptions, startEmulator } from '../../emulator'
import { serve } from '../measured'

void serve(async (settings) => {
  const log = (line: string): void => void process.stderr.write(`${line}\n`)
  // Checked by the emulator itself.
  const emulator = await startEmulator({ ...(settings as EmulatorOptions), port: 0, log })
  const delays = monitorEventLoopDelay({ resolution: 1 })
  return {
    ready: { url: emulator.url },
    answers: {
      /** From here on its event loop is watched, which costs a hundredth of a core. */
      watch() {
        delays.reset()
        delays.enable()
        return null
      },
      /** ms that it stood still at most since it was watched. */
      longestStill() {
        delays.disable()
        return delays.max / 1e6
      },
    },
    close: () => emulator.stop(),
  }
})
