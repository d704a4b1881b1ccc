import type * as z from 'zod'

/** A setting or a project file that the emulator cannot start with: names file, field and reason. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'

  constructor(
    readonly file: string,
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${file}${field === '' ? '' : `: ${field}`}: ${reason}`)
  }
}

/** The first fault of a failed check, as a SettingsError. */
export function settingsError(file: string, error: z.ZodError): SettingsError {
  const [issue] = error.issues
  const field = (issue?.path ?? []).map(String).join('.')
  return new SettingsError(file, field, issue?.message ?? 'not valid')
}
