import type { Identity, Login } from './identity'

/** What the environment of an instance is made from. */
export interface Account {
  env: string
  /** Where the SDK finds the gateway, for example http://127.0.0.1:9000/admin (no query: wire.md §1.1). */
  gatewayUrl: string
  /** No Mini Program's: WeChat adds nothing to an invocation. */
  isStandalone: boolean
}

/** One invocation's own part. */
export interface InvocationEnvironment {
  identity: Identity
  /** The chain that getWXContext().SOURCE shows, for example `wx_client,scf`. */
  source: string
  /** WX_API_TOKEN: how the gateway knows the invocation again. */
  token: string
  sequenceId: string
}

/** The variables a platform instance starts with (wire.md §1.1); nothing of the emulator's own is inherited. */
export function instanceEnvironment(
  account: Account,
  ...configured: (Record<string, string> | undefined)[]
): Record<string, string> {
  const fixed: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    // Functions run in UTC on the platform (wechat.md §7).
    TZ: 'UTC',
    TENCENTCLOUD_RUNENV: 'SCF',
    TENCENTCLOUD_REGION: 'ap-shanghai',
    SCF_NAMESPACE: account.env,
    TCB_ENV: account.env,
    TCB_CONTEXT_CNFG: JSON.stringify({ URL: account.gatewayUrl }),
    // The SDK dies without credentials (wire.md §10.2); signatures are not checked.
    TENCENTCLOUD_SECRETID: 'emulator',
    TENCENTCLOUD_SECRETKEY: 'emulator',
    TENCENTCLOUD_SESSIONTOKEN: 'emulator',
  }
  return Object.assign(fixed, ...configured)
}

/** Every key that says who calls; those an invocation lacks are deleted from the instance. */
const IDENTITY_KEYS = [
  'WX_CLIENTIP',
  'WX_APPID',
  'WX_OPENID',
  'WX_UNIONID',
  'WX_OPEN_DATA_INFO',
  'WX_API_TOKEN',
  'WX_TRIGGER_API_TOKEN_V0',
  'TCB_UUID',
  'TCB_CUSTOM_USER_ID',
  'TCB_ISANONYMOUS_USER',
  'LOGINTYPE',
]

/** The variables of one invocation, and the names to delete. */
export function invocationEnvironment(
  account: Account,
  { identity, source, token, sequenceId }: InvocationEnvironment,
): { env: Record<string, string>; unset: string[] } {
  const isTimer = source === 'wx_trigger'
  if (account.isStandalone) return standaloneEnvironment(account, { identity, source, sequenceId }, isTimer)
  const wx: Record<string, string> = {}
  if (identity.clientIp !== undefined) wx['WX_CLIENTIP'] = identity.clientIp
  if (identity.appid !== undefined) wx['WX_APPID'] = identity.appid
  if (identity.openid !== undefined) wx['WX_OPENID'] = identity.openid
  if (identity.unionid !== undefined) wx['WX_UNIONID'] = identity.unionid
  if (identity.openDataKeys !== undefined)
    wx['WX_OPEN_DATA_INFO'] = JSON.stringify({ keys: identity.openDataKeys })
  // A timer's cloud calls use a token of their own (wire.md §1.1).
  wx[isTimer ? 'WX_TRIGGER_API_TOKEN_V0' : 'WX_API_TOKEN'] = token
  return {
    env: {
      ...wx,
      WX_CONTEXT_KEYS: Object.keys(wx).join(','),
      TCB_CONTEXT_KEYS: 'TCB_ENV,TCB_SEQID,TRIGGER_SRC,TCB_SESSIONTOKEN,TCB_SOURCE',
      TCB_ENV: account.env,
      TCB_SEQID: sequenceId,
      TRIGGER_SRC: isTimer ? 'timer' : 'tcb',
      TCB_SOURCE: source,
      TCB_SESSIONTOKEN: 'emulator',
    },
    unset: IDENTITY_KEYS.filter((key) => !(key in wx)),
  }
}

/** Without WeChat: a login of CloudBase, if any. The variables are those that node-sdk reads (standalone.md §4). */
function standaloneEnvironment(
  account: Account,
  { identity, source, sequenceId }: Omit<InvocationEnvironment, 'token'>,
  isTimer: boolean,
): { env: Record<string, string>; unset: string[] } {
  const person = identity.login === undefined ? {} : loginVariables(identity.login)
  const env = {
    ...person,
    TCB_ENV: account.env,
    TCB_SEQID: sequenceId,
    TRIGGER_SRC: isTimer ? 'timer' : 'tcb',
    // What a timer's SOURCE is there nobody says: none is the hardest case.
    TCB_SOURCE: isTimer ? '' : source,
    TCB_SESSIONTOKEN: 'emulator',
  }
  return {
    env: { ...env, TCB_CONTEXT_KEYS: Object.keys(env).join(','), WX_CONTEXT_KEYS: '' },
    unset: IDENTITY_KEYS.filter((key) => !(key in person)),
  }
}

const loginVariables = ({ uid, customUserId }: Login): Record<string, string> => ({
  TCB_UUID: uid,
  TCB_ISANONYMOUS_USER: String(customUserId === undefined),
  LOGINTYPE: customUserId === undefined ? 'ANONYMOUS' : 'CUSTOM',
  ...(customUserId === undefined ? {} : { TCB_CUSTOM_USER_ID: customUserId }),
})
