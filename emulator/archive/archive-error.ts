/** Why a data folder was not exported, imported or reset. */
export type ArchiveFault = 'NO_DATA' | 'NOT_EMPTY' | 'IN_USE' | 'NOT_AN_EXPORT' | 'DAMAGED'

/** Refused before anything was changed; the message says what to do. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'

  constructor(
    readonly code: ArchiveFault,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}
