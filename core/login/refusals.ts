/** What WeChat's answers to the exchange of a code come to. */
import type { ErrorCode } from '../contract'
import { NOT_SENT } from '../delivery/errcodes'

interface Row {
  code: Extract<ErrorCode, `LOGIN_${string}`>
  source: string
}

const SHEET = 'docs/facts/standalone.md §1'

export const refusals: Record<number, Row> = {
  [NOT_SENT]: { code: 'LOGIN_UNREACHABLE', source: 'adapters/https: nothing came back from WeChat' },
  [-1]: { code: 'LOGIN_UNREACHABLE', source: SHEET },
  40029: { code: 'LOGIN_CODE_INVALID', source: SHEET },
  40163: { code: 'LOGIN_CODE_INVALID', source: SHEET },
  41008: { code: 'LOGIN_CODE_INVALID', source: SHEET },
  40226: { code: 'LOGIN_BLOCKED', source: SHEET },
  45011: { code: 'LOGIN_TOO_OFTEN', source: SHEET },
}

/** Anything else is how the deployment is set up: a wrong appid, a wrong secret. */
export const codeOf = (errcode: number): Row['code'] => refusals[errcode]?.code ?? 'LOGIN_REFUSED'
