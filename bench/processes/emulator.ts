/** The emulator in a process of its own; settings are those of `startEmulator`. */
import { type EmulatorOptions, startEmulator } from '../../emulator'
import { serve } from '../measured'

void serve(async (settings) => {
  const log = (line: string): void => void process.stderr.write(`${line}\n`)
  // Checked by the emulator itself.
  const emulator = await startEmulator({ ...(settings as EmulatorOptions), port: 0, log })
  return { ready: { url: emulator.url }, answers: {}, close: () => emulator.stop() }
})
