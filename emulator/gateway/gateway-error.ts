/** A failure that the gateway answers: `{requestId, code, message}` with HTTP status 200 (wire.md §2). */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}
