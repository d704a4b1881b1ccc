/** The commands of `hongyan data`. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import colors from 'picocolors'
import type { Archive } from '../emulator/archive'
import { confirmed, dataIn, exportData, importData, resetData } from './data'
import { sample } from './emulate'
import { CliError, type Output } from './output'

const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`

const tell = (output: Output, done: string, archive: Archive): void =>
  output.result(
    archive,
    () => `${colors.green('✓')} ${done}  ${archive.folder}  ${colors.dim(sizeOf(archive.bytes))}`,
  )

/** Adds `data export | import | reset`. */
export function addDataCommands(hongyan: Command, output: () => Output): void {
  const data = hongyan.command('data').description('what the emulator keeps: export, import, reset')
  const on = (name: string, description: string): Command =>
    data
      .command(name)
      .description(description)
      .option('--data <folder>', 'the emulator’s data folder', sample.data)

  on('export <folder>', 'copy documents, messages and grants of one moment, while an emulator runs or not')
    .option('--force', 'replace an export that is there', false)
    .action(async (folder: string, options: { data: string; force: boolean }) => {
      tell(output(), 'exported to', await exportData(resolve(options.data), folder, options.force))
    })

  on('import <folder>', 'put an export in the place of what the emulator keeps; no emulator may run on it')
    .option('--force', 'replace data that is there', false)
    .action(async (folder: string, options: { data: string; force: boolean }) => {
      tell(output(), 'imported into', await importData(folder, resolve(options.data), options.force))
    })

  on('reset', 'delete what the emulator keeps; no emulator may run on it')
    .option('--yes', 'do not ask', false)
    .action(async (options: { data: string; yes: boolean }, command: Command) => {
      const folder = resolve(options.data)
      if (!options.yes) {
        if (!process.stdin.isTTY)
          command.error('error: nobody is there to be asked; --yes resets without asking')
        const { bytes } = await dataIn(folder)
        if (!(await confirmed(`Delete ${sizeOf(bytes)} of data in ${folder}?`)))
          throw new CliError('nothing was deleted')
      }
      tell(output(), 'reset', await resetData(folder))
    })
}
