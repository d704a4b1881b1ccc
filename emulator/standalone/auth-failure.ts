/** A refusal of the login service: `{error, error_description}` with a 4xx status. */
export class AuthFailure extends Error {
  override readonly name = 'AuthFailure'

  constructor(
    readonly status: number,
    readonly error: 'invalid_argument' | 'invalid_grant' | 'unauthenticated' | 'not_found',
    description: string,
  ) {
    super(description)
  }
}
