/** Numbers of the platform; each with its source. */

/** Documents of one get when the caller names no limit (wechat.md §8, "DB get, cloud function"). */
export const DEFAULT_LIMIT = 100

/** Documents of one get at most; more is asked in vain (wechat.md §8). */
export const MAX_LIMIT = 1000

/**
 * Bytes of one reply's documents. The platform refuses more than 1 MB (wechat.md §8, -602001 on a phone). UNVERIFIED:
 * the code behind it on the server side; DATABASE_REQUEST_FAILED is answered here.
 */
export const RESULT_BYTES = 1024 * 1024

/** Bytes of one document. UNVERIFIED for the platform: MongoDB's 16 MB, measured on the stored text. */
export const DOCUMENT_BYTES = 16 * 1024 * 1024

/** Nested documents and arrays of one document (MongoDB limits: 100 levels). */
export const NESTING_LEVELS = 100

/** Time from start to commit of a transaction (wechat.md §8). */
export const TRANSACTION_MS = 30_000

/** Name of a collection, as the SDK checks it (wechat.md §8). */
export const COLLECTION_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]{1,32}$/
