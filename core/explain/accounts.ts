/** Tokens and logins: codes that whoever follows the guides meets (wechat.md §9). */
import { type Explanation, explained } from './explanation'

const S9 = 'wechat.md §9'

const confirm = [
  '给 AppSecret 的调用要管理员在手机上确认',
  'The administrator confirms such calls on the phone',
] as const
const confirmTodo = [
  '请管理员确认，或改用白名单里的 IP',
  'Ask the administrator to confirm, or call from an IP of the whitelist',
] as const

export const accounts: readonly Explanation[] = [
  explained(
    -1000,
    S9,
    ['云开发系统错误', 'system error of cloud development'],
    ['微信侧故障', "A fault on WeChat's side"],
    ['稍后重试', 'Try again later'],
  ),
  explained(
    40029,
    'the guides; jscode2session',
    ['登录 code 无效', 'the login code is invalid'],
    [
      'code 用过、过期（5 分钟），或 appid 不一致',
      'It was used, has expired (5 minutes), or is of another appid',
    ],
    ['重新 wx.login 取 code，只用一次', 'Take a new one from wx.login and use it once'],
  ),
  explained(
    40163,
    'the guides; jscode2session',
    ['登录 code 已用过', 'the login code was used'],
    ['同一个 code 换了两次', 'One code was exchanged twice'],
    ['重新 wx.login', 'Call wx.login again'],
  ),
  explained(
    'INVALID_TICKET',
    'the guides; @cloudbase/js-sdk',
    ['自定义登录票据无效', 'the custom login ticket is invalid'],
    [
      '票据过期、环境不符，或私钥已更换',
      'It has expired, is of another environment, or the private key was replaced',
    ],
    ['重新登录；核对环境 id 与私钥文件', 'Log in again; compare the environment and the private key'],
    /INVALID_(CUSTOM_LOGIN_)?TICKET|AUTH_INVALID_CUSTOM_LOGIN_TICKET/i,
  ),
  explained(
    40097,
    S9,
    ['参数不对', 'invalid args'],
    ['某个参数的值不合法', 'The value of a parameter is not allowed'],
    ['对照文档改参数', 'Compare the parameters with the documents'],
  ),
  explained(
    40101,
    S9,
    ['缺少参数', 'a parameter is missing'],
    ['env 或 name 没有放在查询参数里', 'env or name is not in the query'],
    ['把 env、name 放进查询参数', 'Put env and name into the query'],
  ),
  explained(
    41002,
    S9,
    ['缺少 appid', 'appid missing'],
    ['取 token 时没有 appid', 'The token request has no appid'],
    ['加上 appid', 'Add appid'],
  ),
  explained(
    41004,
    S9,
    ['缺少 AppSecret', 'secret missing'],
    ['取 token 时没有 secret', 'The token request has no secret'],
    ['设置 HONGYAN_APPSECRET', 'Set HONGYAN_APPSECRET'],
  ),
  explained(
    40243,
    S9,
    ['AppSecret 已冻结', 'the AppSecret is frozen'],
    ['在后台冻结了；云调用不受影响', 'It was frozen in the backend; cloud calls are not affected'],
    ['在小程序后台解冻', 'Unfreeze it in the mp backend'],
  ),
  explained(89503, S9, ['要管理员确认', 'the administrator must confirm'], confirm, confirmTodo),
  explained(
    89506,
    S9,
    ['管理员 24 小时内拒绝了两次', 'the administrator refused twice within 24 hours'],
    confirm,
    confirmTodo,
  ),
  explained(
    89507,
    S9,
    ['管理员 1 小时内拒绝过', 'the administrator refused within the hour'],
    confirm,
    confirmTodo,
  ),
  explained(
    85088,
    S9,
    ['没有开通云开发', 'cloud development is off'],
    ['这个小程序没有云环境', 'This Mini Program has no cloud environment'],
    ['在开发者工具里开通云开发', 'Switch it on in DevTools'],
  ),
  explained(
    41008,
    'standalone.md §1',
    ['缺少登录 code', 'the login code is missing'],
    ['请求里没有 js_code', 'The request has no js_code'],
    ['先 wx.login，再把 code 发来', 'Call wx.login first and hand its code in'],
  ),
  explained(
    40226,
    'standalone.md §1',
    ['用户被微信拦截', 'WeChat blocks this person'],
    ['微信认为是高风险用户', 'WeChat takes the person for a high risk'],
    ['不要放行；用户可联系微信客服', "Do not let them in; they can ask WeChat's support"],
  ),
  explained(
    'ACCESS_TOKEN_EXPIRED',
    'standalone.md §5: UNVERIFIED',
    ['CloudBase 登录已过期', 'the login of CloudBase has expired'],
    ['js-sdk 的 access_token 到期', 'The access token of the js-sdk has ended'],
    ['SDK 会自己刷新；刷新失败就重新登录', 'The SDK refreshes it by itself; where that fails, log in again'],
  ),
  explained(
    'INVALID_ACCESS_TOKEN',
    'standalone.md §5: UNVERIFIED',
    ['CloudBase 登录无效', 'the login of CloudBase is invalid'],
    ['没有登录，或登录属于另一个环境', 'Nobody is logged in, or into another environment'],
    ['重新登录，并核对环境 id', 'Log in again, and compare the environment'],
  ),
]
