/** What WeChat answers to a subscribe message (wechat.md §1.3). */
import { type Explanation, explained } from './explanation'

const S1 = 'wechat.md §1.3'

export const sending: readonly Explanation[] = [
  explained(
    0,
    S1,
    ['已发送', 'sent'],
    ['微信接受了请求', 'WeChat accepted the request'],
    [
      '不用处理。用户仍看不到时，请他查看微信的“服务通知”和通知设置',
      'Nothing. Where a person still sees nothing, let them look at 服务通知 and at their notification settings',
    ],
  ),
  explained(
    -1,
    `${S1}; wechat.md §11`,
    ['微信系统错误', 'WeChat system error'],
    [
      '微信繁忙；SDK 也用 -1 表示超时、断线、文档不存在，所以要看文字',
      'WeChat is busy; SDKs say -1 of a timeout, a lost line and a missing document, too: its text tells',
    ],
    [
      '查询类调用稍后重试；消息不要盲目重发，它可能已经送达',
      'Repeat what only reads; do not blindly repeat a message, since it may have arrived',
    ],
    /document with _id .+ does not exist|ESOCKETTIMEDOUT/,
  ),
  explained(
    -2,
    'derived from wechat.md §9: there was no connection or no access token (adapters/https)',
    ['没能连上微信服务器，消息没有发出', 'WeChat could not be reached: nothing was sent'],
    [
      '没有网络、域名解析失败，或拿不到 access_token（本服务自己的码）',
      'There was no network, no name resolution or no access token (a code of this service)',
    ],
    [
      '检查函数能否访问 api.weixin.qq.com；会自动再试',
      'See that the function reaches api.weixin.qq.com; it is tried again by itself',
    ],
  ),
  explained(
    40003,
    S1,
    [
      'openid 不对：为空、写错，或属于另一个小程序',
      'invalid openid: empty, wrong, or of another Mini Program',
    ],
    [
      'openid 每个小程序都不同；换过 appid 的库里会有旧的',
      'Each Mini Program has openids of its own; data from another appid holds others',
    ],
    [
      '用 getWXContext() 得到的 OPENID，并核对 appid',
      'Take OPENID from getWXContext(), and compare the appid',
    ],
  ),
  explained(
    40037,
    S1,
    ['模板 id 不存在', 'invalid template id'],
    ['模板被删除，或 id 属于另一个小程序', 'The template was deleted, or the id is of another Mini Program'],
    [
      '运行 hongyan templates diff，把 templateIds 改成现在的 id',
      'Run hongyan templates diff and put the present id into templateIds',
    ],
  ),
  explained(
    40066,
    S1,
    ['接口地址不对', 'wrong endpoint'],
    ['请求发到了不存在的路径', 'The request went to a path that there is not'],
    ['核对接口的路径和方法', 'Compare path and method with the documents'],
  ),
  explained(
    40165,
    S1,
    ['跳转页面不对', 'invalid page path'],
    ['page 不是小程序里的页面', 'The page is none of the Mini Program'],
    ['改正模板文件里的 page，前面不加“/”', 'Correct page in the template file; it has no leading "/"'],
  ),
  explained(
    41030,
    S1,
    ['跳转页面不在已发布的小程序里', 'the page is not in the released Mini Program'],
    [
      '页面还没有发布，或路径与 app.json 不一致',
      'The page is not released yet, or its path differs from app.json',
    ],
    [
      '先发布含这个页面的版本，或改正 page，前面不加“/”',
      'Release a version that has the page, or correct page; it has no leading "/"',
    ],
  ),
  explained(
    43002,
    `${S1}; wechat.md §9`,
    ['必须用 POST', 'must be POST'],
    ['用 GET 调用了只收 POST 的接口', 'A GET went to an API that takes POST alone'],
    ['改用 POST', 'Use POST'],
  ),
  explained(
    43101,
    S1,
    ['对方没有订阅，或订阅次数已用完', 'the person has not subscribed, or the grants are used up'],
    [
      '一次同意只能发一条；“总是保持”不等于无限次；也可能在设置里关闭了',
      'One accept is one message, "always keep" included; or it was refused in the settings',
    ],
    [
      '请对方在小程序里再次订阅；这是正常情况，不用重试',
      'Let the person subscribe again in the Mini Program; this is normal life, do not retry',
    ],
    /user refuse to accept the msg/,
  ),
  explained(
    43104,
    `${S1}; wechat.md §4.4`,
    ['此 appid 没有权限', 'this appid has no permission'],
    [
      '账号没有这个能力；内容检查时表示 openid 不属于这个 appid',
      'The account lacks the capability; of a content check: the openid is not of this appid',
    ],
    [
      '在小程序后台开通订阅消息，或核对 openid',
      'Switch subscribe messages on in the mp backend, or compare the openid',
    ],
  ),
  explained(
    43107,
    S1,
    ['订阅消息能力被封禁', 'the subscribe-message capability or the template is banned'],
    ['账号或模板违规被封', "The account or the template broke WeChat's rules"],
    [
      '看小程序后台的站内信，按要求整改或申诉；在此之前不要再发',
      'Read the notice in the mp backend, put it right or appeal; send nothing until then',
    ],
  ),
  explained(
    43108,
    S1,
    ['同一人正在收另一条消息，稍后再试', 'another message to this person is under way'],
    ['同时向一个人发了几条', 'Several messages went to one person at once'],
    ['一个人的消息一条接一条地发', 'Send the messages of one person one after the other'],
  ),
  explained(
    40400,
    S1,
    ['HTTP 报文不合规范', 'malformed HTTP request'],
    ['请求头或请求体不完整', 'Header or body is broken'],
    ['用普通的 HTTP 库发 JSON', 'Send JSON with an ordinary HTTP library'],
  ),
  explained(
    44002,
    `${S1}; wechat.md §9`,
    ['请求体为空', 'empty body'],
    ['POST 没有内容', 'The POST had no content'],
    ['把参数作为 JSON 放进请求体', 'Put the parameters into the body as JSON'],
  ),
  explained(
    45009,
    `${S1}; wechat.md §9`,
    ['今日额度已用完', "today's quota is used up"],
    [
      '接口每天有上限；模板列表这类接口的上限远低于发送',
      'Each API has a daily limit; that of the template list is far lower than that of sending',
    ],
    [
      '等到明天；可用 getApiQuota 查上限，用 clear_quota 清零（每月 10 次）',
      'Wait for tomorrow; getApiQuota tells the limit, clear_quota resets it (10 times a month)',
    ],
  ),
  explained(
    45011,
    `${S1}; wechat.md §9`,
    ['每分钟额度已用完', "this minute's quota is used up"],
    [
      '短时间内调用太多；登录时也会因反复换 code 而出现',
      'Too many calls in a minute; of logins: too many codes exchanged',
    ],
    [
      '一分钟后再试，并放慢速度；登录结果要缓存',
      'Try again after a minute, and slower; keep the result of a login',
    ],
  ),
  explained(
    45168,
    S1,
    ['内容含敏感词', 'a word in the message is on the blacklist'],
    ['用户或店员填的文字触发了过滤', 'A text that somebody typed was caught by the filter'],
    [
      '改掉文字；提交时先用 security.msgSecCheck 检查',
      'Change the text; check it with security.msgSecCheck when it is typed',
    ],
  ),
  explained(
    47001,
    `${S1}; wechat.md §9`,
    ['请求不是合法的 JSON', 'not valid JSON'],
    ['请求体被截断、编码不对或有多余字符', 'The body is cut, of a wrong encoding, or holds something else'],
    ['用 JSON.stringify 生成，用 UTF-8 发送', 'Make it with JSON.stringify and send UTF-8'],
  ),
  explained(
    47003,
    S1,
    ['有字段为空或不合规则', 'a field is empty or breaks its rule'],
    [
      '值太长、为空、格式不符，或关键词编号已变；文字里有字段名',
      'A value is too long, empty or of a wrong form, or keywords were renumbered; the text names the field',
    ],
    [
      '按字段名改值；运行 hongyan templates diff 核对关键词',
      'Correct the value of that field; run hongyan templates diff to compare the keywords',
    ],
    /data\.[a-z_]+\d+\.val/,
  ),
  explained(
    48001,
    S1,
    ['接口未授权', 'API not authorised'],
    ['账号没有这个接口的权限，或用错了接口', 'The account has no right to this API, or it is the wrong one'],
    [
      '在小程序后台看接口权限；确认账号是小程序',
      'See the API rights in the mp backend; make sure that the account is a Mini Program',
    ],
  ),
  explained(
    48004,
    S1,
    ['接口被封禁', 'API banned for this account'],
    ['账号因违规被禁用这个接口', "The account broke WeChat's rules"],
    ['看小程序后台的站内信', 'Read the notice in the mp backend'],
  ),
  explained(
    50002,
    S1,
    ['对方账号被冻结或已注销', "the person's account is frozen or closed"],
    ['对方的微信号受限', 'The WeChat account of the person is restricted'],
    ['不再给这个人发', 'Do not send to this person'],
  ),
  explained(
    85107,
    `${S1}: UNVERIFIED`,
    ['没有公开说明的错误', 'an error without a public explanation'],
    ['只在一个社区帖子里被提到', 'Named by one community thread alone'],
    ['带上 rid 到微信开放社区询问', 'Ask the WeChat community, with the rid'],
  ),
]
