import { assemble, type Emulator } from './assemble'
import { openDatabase } from './database'
import { readJson } from './json-file'
import { checkOptions, type EmulatorOptions } from './options'
import { openPhone } from './phone'
import { openStudio } from './studio'

export type { Emulator } from './assemble'
export type { EmulatorOptions } from './options'
export { SettingsError } from './settings-error'
export type { World, WorldInput } from './world'

/**
 * Starts a CloudBase environment and WeChat's side of it on 127.0.0.1; resolves when it listens. Throws a
 * SettingsError that names file, field and reason when an option or a file of the project is not valid.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const checked = checkOptions(options)
  const { dataDir, databaseFile, miniprogramDir, random, log } = checked
  const declared =
    databaseFile === undefined ? {} : { declared: readJson(databaseFile), declaredFrom: databaseFile }
  return assemble(checked, {
    openDocuments: (clock) => openDatabase({ dir: dataDir, now: () => clock.now(), random, ...declared }),
    openPages: async () => {
      const studio = openStudio({ hasPhone: miniprogramDir !== undefined })
      return miniprogramDir === undefined ? [studio] : [await openPhone({ miniprogramDir, log }), studio]
    },
  })
}
