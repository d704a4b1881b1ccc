import type { Outcome } from '../functions/functions'

type Failure = Exclude<Outcome, { kind: 'result' }>

/** How each failed call looks to whoever called. */
interface FailureRow {
  /** The gateway's code for wx-server-sdk (wire.md §3.1, §4). */
  code: string
  /** The number that wx.cloud.callFunction and the HTTP API give (wechat.md §11). */
  errCode: number
  text: string
  source: string
}

const FAILURES: Record<Failure['kind'] | 'no-reply', FailureRow> = {
  error: {
    code: 'FUNCTIONS_EXECUTE_FAIL',
    errCode: -504002,
    text: 'functions execute fail',
    source: 'wire.md §4; wechat.md §11',
  },
  timeout: {
    code: 'FUNCTIONS_TIME_LIMIT_EXCEEDED',
    errCode: -504003,
    text: 'functions time limit exceeded',
    source: 'wechat.md §11; the number is often quoted, not documented',
  },
  'too-large': {
    code: 'FUNCTIONS_REQUEST_FAIL',
    errCode: -604001,
    text: 'the result of the function exceeds 1 MB',
    source: 'wechat.md §11; text UNVERIFIED',
  },
  missing: {
    code: 'FUNCTIONS_REQUEST_FAIL',
    errCode: -501000,
    text: 'FunctionName parameter could not be found',
    source: 'public reports of the client text',
  },
  denied: {
    code: 'PERMISSION_DENIED',
    errCode: -501023,
    text: "permission denied by the function's security rule",
    source: 'wechat.md §11 for the code; CloudBase error code PERMISSION_DENIED; text UNVERIFIED',
  },
  'no-reply': {
    code: 'SERVER_TIMEOUT',
    errCode: -501002,
    text: 'server timeout',
    source: 'wechat.md §9 (5 s limit of the HTTP API), §11',
  },
}

/** The gateway's code and message for a function that called another. */
export function gatewayFault(outcome: Failure): { code: string; message: string } {
  return { code: FAILURES[outcome.kind].code, message: detailOf(outcome) }
}

/** What wx.cloud.callFunction fails with. */
export function clientFault(outcome: Failure): { errCode: number; errMsg: string } {
  const { errCode, text } = FAILURES[outcome.kind]
  return {
    errCode,
    errMsg: `cloud.callFunction:fail Error: errCode: ${errCode} ${text} | requestID ${outcome.requestId}, ${detailOf(outcome)}`,
  }
}

/** What the HTTP API answers; `no-reply` when the function took longer than the API waits. */
export function httpFault(outcome: Failure | { kind: 'no-reply' }): { errcode: number; errmsg: string } {
  const { errCode, text } = FAILURES[outcome.kind]
  return { errcode: errCode, errmsg: outcome.kind === 'no-reply' ? text : `${text}. ${detailOf(outcome)}` }
}

function detailOf(outcome: Failure): string {
  if ('text' in outcome) return outcome.text
  return outcome.kind === 'too-large' ? `the result has ${outcome.bytes} bytes` : FAILURES[outcome.kind].text
}
