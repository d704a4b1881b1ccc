import { readFileSync } from 'node:fs'
import { SettingsError } from './settings-error'

/** Reads a JSON file of the project; a missing or broken one is a SettingsError. */
export function readJson(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new SettingsError(
      file,
      '',
      `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new SettingsError(
      file,
      '',
      `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}
