/** What a function gets for each manner of answering (functions/manners), here and on the platform's own bootstrap. */

/** How an invocation ends; `work` says whether work left behind was done by then. */
export interface Answer {
  result?: unknown
  /** The fault as its caller is told. */
  error?: string
  work?: boolean
}

interface Row extends Answer {
  manner: string
  /** Where @cloudbase/cli's runtime/nodejs/bootstrap.js answers otherwise: how, and why we do not follow it. */
  bootstrap?: Answer & { why: string }
}

const NO_ERROR = '(callback err is not instance of Error)'

/**
 * Errors are compared by their first line. The stack comes with it here (wire.md §4: what WeChat shows a caller); the
 * bootstrap gives the message, and the stack for what is thrown at once.
 */
export const MANNERS: readonly Row[] = [
  { manner: 'returns a promise', result: { a: 1 } },
  { manner: 'returns a promise of undefined', result: null },
  { manner: 'returns a thenable', result: 'thenable' },
  {
    manner: 'returns a value',
    result: { a: 1 },
    bootstrap: {
      result: null,
      why: 'WeChat’s quickstart function "login" returns its answer from a plain main',
    },
  },
  { manner: 'returns nothing', result: null },
  { manner: 'returns nothing and has work left', result: null, work: true },
  { manner: 'returns a promise and has work left', result: 'early', work: false },
  { manner: 'calls back', result: { a: 1 } },
  { manner: 'calls back with nothing', result: null },
  { manner: 'calls back later', result: 'later' },
  { manner: 'calls back twice', result: 'first' },
  { manner: 'calls back and has work left', result: 'kept until the work is done', work: true },
  { manner: 'calls back at once, not waiting', result: 'at once', work: false },
  { manner: 'calls back and then throws', error: 'Error: too late' },
  { manner: 'never calls back', result: null },
  { manner: 'never settles', result: null },
  { manner: 'calls done', result: 'done' },
  { manner: 'calls succeed', result: 'succeeded' },
  { manner: 'calls fail', error: 'Error: failed' },
  { manner: 'calls fail without an error', result: null },
  { manner: 'calls done and has work left', result: 'at once', work: false },
  { manner: 'calls back with an error', error: 'Error: from the callback' },
  { manner: 'calls back with a text', error: `only text${NO_ERROR}` },
  { manner: 'throws an error', error: 'Error: thrown' },
  { manner: 'rejects with an error', error: 'TypeError: rejected' },
  { manner: 'rejects with a text', error: `only text${NO_ERROR}` },
  { manner: 'rejects with an object', error: `[object Object]${NO_ERROR}` },
  { manner: 'rejects with nothing', result: null },
  { manner: 'rejects with null', result: null },
  { manner: 'fails where nobody catches', error: 'Error: from a timer' },
  { manner: 'leaves a rejection behind', error: 'Error: nobody waits for me' },
  {
    manner: 'gives a circle',
    error: 'stringify response to json failed: Converting circular structure to JSON',
  },
  {
    manner: 'gives a BigInt',
    error: 'stringify response to json failed: Do not know how to serialize a BigInt',
  },
  {
    manner: 'gives what JSON leaves out',
    result: { kept: null, at: '1970-01-01T00:00:00.000Z', n: null },
  },
  {
    manner: 'gives a function',
    result: null,
    bootstrap: {
      error: "TypeError: Cannot read properties of undefined (reading 'length')",
      why: 'the bootstrap trips over its own undefined; what JSON cannot hold is null everywhere else',
    },
  },
  { manner: 'tells its place', result: { folder: true, main: true } },
]

/** Fields of the context that only one of the two has, and why. */
export const CONTEXT_DIFFERENCES = {
  ours: {
    namespace: 'the platform gives it (wire.md §1.3: the SDK’s own fixtures)',
    environment: 'newer runtimes give it (wire.md §1.3)',
  },
  bootstrap: {},
} as const

/** Values of a context that differ in kind. */
export const CONTEXT_KINDS = [
  {
    field: 'time_limit_in_ms',
    ours: 'number',
    bootstrap: 'string',
    why: 'the CLI passes a variable on, in seconds; the platform gives milliseconds as a number (wire.md §1.3)',
  },
  {
    field: 'memory_limit_in_mb',
    ours: 'number',
    bootstrap: 'string',
    why: 'the CLI passes a variable on; the platform gives a number (wire.md §1.3)',
  },
] as const
