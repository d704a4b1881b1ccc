/** What WeChat says of access tokens and of calls over HTTPS (wechat.md §1.3, §9). */
import { type Explanation, explained } from './explanation'

const S9 = 'wechat.md §9'

export const tokens: readonly Explanation[] = [
  explained(
    40001,
    'wechat.md §1.3; wechat.md §9',
    ['调用凭据无效', 'invalid credential'],
    [
      'AppSecret 错，或 access_token 已被新的取代',
      'The AppSecret is wrong, or a newer access_token took the place of this one',
    ],
    [
      '核对 AppSecret；改用 stable_token，不要几处各取各的',
      'Compare the AppSecret; use stable_token, and fetch it in one place',
    ],
  ),
  explained(
    40002,
    S9,
    ['grant_type 不对', 'invalid grant_type'],
    [
      '取 access_token 时 grant_type 不是 client_credential',
      'grant_type of the token request is not client_credential',
    ],
    ['写成 client_credential', 'Make it client_credential'],
  ),
  explained(
    40013,
    'wechat.md §1.3; wechat.md §9',
    ['appid 不对', 'invalid appid'],
    ['appid 写错，或大小写、空格不对', 'The appid is mistyped'],
    ['在小程序后台复制 appid，更新 HONGYAN_APPID', 'Copy the appid from the mp backend into HONGYAN_APPID'],
  ),
  explained(
    40014,
    'wechat.md §1.3; wechat.md §9',
    ['access_token 无效', 'invalid access_token'],
    ['token 不完整、属于另一个 appid，或已被取代', 'The token is cut, of another appid, or replaced'],
    ['重新取 token 再试', 'Fetch the token again and repeat'],
  ),
  explained(
    40125,
    'wechat.md §1.3; wechat.md §9',
    ['AppSecret 不对', 'invalid AppSecret'],
    ['AppSecret 写错或已重置', 'The AppSecret is mistyped or was reset'],
    [
      '在小程序后台重置，更新 HONGYAN_APPSECRET',
      'Reset it in the mp backend and put it into HONGYAN_APPSECRET',
    ],
  ),
  explained(
    40164,
    'wechat.md §1.3; wechat.md §9',
    ['IP 不在白名单', 'IP not in the whitelist'],
    ['调用方的 IP 没有登记；文字里有这个 IP', 'The IP of the caller is not registered; the text names it'],
    ['在小程序后台的 IP 白名单里加上它', 'Add it to the IP whitelist of the mp backend'],
  ),
  explained(
    41001,
    'wechat.md §1.3; wechat.md §9',
    ['缺少 access_token', 'access_token missing'],
    ['请求没有带 token', 'The request had no token'],
    [
      '先取 token，再放进查询参数 access_token',
      'Fetch a token first and put it into the query as access_token',
    ],
  ),
  explained(
    42001,
    'wechat.md §1.3; wechat.md §9',
    ['access_token 已过期', 'access_token expired'],
    ['token 只有 7200 秒', 'A token lasts 7200 seconds'],
    ['重新取 token 再试', 'Fetch the token again and repeat'],
  ),
]
