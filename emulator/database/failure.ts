import { GatewayError } from '../gateway/gateway-error'

/** A body that the platform cannot read (-501007). */
export const invalidParam = (message: string): GatewayError => new GatewayError('INVALID_PARAM', message)

/** A query or update operator that there is not (-502002; the platform's spelling). */
export const invalidOperator = (message: string): GatewayError =>
  new GatewayError('DATABASE_INVALID_OPERRATOR', message)

/** MongoDB's own refusal, its sentence inside (-502001). */
export const requestFailed = (message: string): GatewayError =>
  new GatewayError('DATABASE_REQUEST_FAILED', message)

/** What the platform has and this database does not do; it says so by name. */
export const notSimulated = (what: string): GatewayError =>
  requestFailed(`${what} is not simulated by the emulator`)

/** The text is the real server's (wire.md §3.1). */
export const collectionMissing = (name: string): GatewayError =>
  new GatewayError(
    'DATABASE_COLLECTION_NOT_EXIST',
    `[ResourceNotFound] Db or Table not exist: ${name}. Please check your request, but if the problem cannot be solved, contact us.`,
  )

/** The code and the text of an existing collection are UNVERIFIED; that it is refused is not. */
export const collectionExists = (name: string): GatewayError =>
  requestFailed(
    `[ResourceExist] Table exist: ${name}. Please check your request, but if the problem cannot be solved, contact us.`,
  )

/** The 2026 form of the real server's text for a taken `_id` or unique key (wire.md §3.1). */
export const duplicateKey = (collection: string, index: string, key: string): GatewayError =>
  requestFailed(
    `[FailedOperation.Insert] bulk write error: [{E11000 duplicate key error collection: tnt-local.${collection} index: ${index} dup key: { ${key} }}]`,
  )
