/** What CloudBase and WeChat's servers say of a cloud call or of a function (wechat.md §11, §1.3). */
import { type Explanation, explained } from './explanation'

const S1 = 'wechat.md §1.3'
const S11 = 'wechat.md §11'

export const cloud: readonly Explanation[] = [
  explained(
    -604100,
    S1,
    ['接口不存在', 'API not found'],
    ['接口名写错，例如 subscribMessage', 'The name is mistyped, for example subscribMessage'],
    ['改正接口名', 'Correct the name of the API'],
  ),
  explained(
    -604101,
    S1,
    [
      '云函数没有权限：请在 config.json 声明并等待 10 分钟',
      'the function has no permission: declare it in config.json and wait 10 minutes',
    ],
    [
      'config.json 不在这个函数的目录里、没有重新上传，或刚上传不久',
      'config.json is not in the folder of this function, was not uploaded, or only just',
    ],
    [
      '在该函数的 config.json 的 permissions.openapi 里加上接口名，重新上传，等 10 分钟',
      'Add the API to permissions.openapi in config.json of that function, upload it again, wait 10 minutes',
    ],
    /function has no permission to call this API/,
  ),
  explained(
    -604102,
    S1,
    ['开放接口超时', 'open API timeout'],
    ['微信没有及时回答', 'WeChat did not answer in time'],
    ['查询类调用重试；消息不要盲目重发', 'Repeat what only reads; do not blindly repeat a message'],
  ),
  explained(
    -604103,
    S1,
    ['开放接口系统错误', 'open API system error'],
    ['微信侧故障', "A fault on WeChat's side"],
    ['稍后重试；消息不要盲目重发', 'Try again later; do not blindly repeat a message'],
  ),
  explained(
    -604104,
    S1,
    ['调用来源不合法', 'illegal source of invocation'],
    [
      '在本地调试或控制台“云端测试”里用了云调用，或触发器是旧工具上传的',
      "A cloud call from local debugging, from the console's test, or from a trigger that an old tool uploaded",
    ],
    [
      '从小程序调用；定时触发器用新版开发者工具重新上传',
      'Call from the Mini Program; upload the trigger again with a new DevTools',
    ],
  ),
  explained(
    -501001,
    `${S11}; ${S1}`,
    ['云开发系统错误', 'cloud system error'],
    [
      '云端故障；SDK 不认识的错误也都成了它，要看文字',
      'A fault of the cloud; every code that the SDK does not know becomes this one, too: its text tells',
    ],
    [
      '先看文字里的原因；没有的话稍后重试',
      'Look for the reason in its text; where there is none, try again later',
    ],
    /\bSYS_ERR\b/,
  ),
  explained(
    -501002,
    `${S11}; ${S1}`,
    ['服务器超时', 'server timeout'],
    ['云端没有及时回答，做没做不知道', 'The cloud did not answer in time; whether it was done is unknown'],
    ['可重复的操作再试一次', 'Repeat what may be repeated'],
    /SERVER_TIMEOUT/,
  ),
  explained(
    -501003,
    `${S11}; ${S1}`,
    ['环境请求数超限', 'request count over the quota of the environment'],
    ['套餐的调用次数用完，或每秒请求太多', 'The calls of the plan are used up, or too many came in a second'],
    ['放慢速度，或升级套餐', 'Go slower, or take a larger plan'],
    /EXCEED_REQUEST_LIMIT/,
  ),
  explained(
    -501004,
    `${S11}; ${S1}`,
    ['环境并发超限', 'concurrency over the quota of the environment'],
    ['同时的请求太多', 'Too many requests at once'],
    ['稍后重试，减少并发', 'Try again later, with fewer at once'],
    /EXCEED_CONCURRENT_REQUEST_LIMIT/,
  ),
  explained(
    -501005,
    S11,
    ['环境 id 不对', 'wrong environment'],
    ['env 写错、环境已删除，或不属于这个小程序', 'env is mistyped, deleted, or of another Mini Program'],
    [
      '在云开发控制台复制环境 id；函数里用 cloud.DYNAMIC_CURRENT_ENV',
      'Copy the id from the cloud console; in functions use cloud.DYNAMIC_CURRENT_ENV',
    ],
    /INVALIID_ENV|invalid env/i,
  ),
  explained(
    -501006,
    'wire.md §3.1',
    ['公共参数不对', 'invalid common parameters'],
    ['SDK 版本太旧或请求被改动', 'The SDK is too old, or the request was changed'],
    ['升级 wx-server-sdk', 'Update wx-server-sdk'],
    /INVALID_COMMON_PARAM/,
  ),
  explained(
    -501007,
    `${S11}; wechat.md §7`,
    ['参数不对', 'invalid parameters'],
    [
      '参数类型不对、没有指定 env、更新了 _id，或定时触发器是旧工具上传的',
      'A wrong type, no env, an _id in an update, or a trigger that an old tool uploaded',
    ],
    ['看文字里的参数名；定时触发器重新上传', 'The text names the parameter; upload the trigger again'],
    /\bINVALID_PARAM\b/,
  ),
  explained(
    -501008,
    'wire.md §3.1',
    ['请求来源不合法', 'invalid request source'],
    [
      '请求不是从这个小程序或它的函数来的',
      'The request is from elsewhere than this Mini Program and its functions',
    ],
    ['核对 appid 与环境的关联', 'See that appid and environment belong together'],
    /INVALID_REQUEST_SOURCE/,
  ),
  explained(
    -501009,
    S11,
    ['操作的资源非法或不存在', 'the resource is invalid or not there'],
    ['函数、文件或环境还没有创建', 'A function, a file or the environment was not made yet'],
    ['在云开发控制台里确认它存在', 'See in the cloud console that it is there'],
    /RESOURCE_NOT_INITIAL/,
  ),
  explained(
    -504001,
    S11,
    ['云函数调用失败', 'the function could not be called'],
    ['函数名写错、没有部署，或函数崩溃', 'The name is mistyped, it is not deployed, or it crashed'],
    ['核对函数名和环境，重新部署', 'Compare name and environment, deploy again'],
    /FUNCTIONS_REQUEST_FAIL|FUNCTION_NOT_FOUND|FunctionName parameter could not be found/i,
  ),
  explained(
    -504002,
    S11,
    ['云函数执行失败', 'the function failed while it ran'],
    ['代码抛出错误、依赖没有安装，或内存不足', 'The code threw, a dependency is missing, or memory ran out'],
    [
      '看文字里的错误，和云开发控制台的函数日志',
      'Read the error in its text, and the log of the function in the cloud console',
    ],
    /FUNCTIONS_EXECUTE_FAIL/,
  ),
  explained(
    -601001,
    S11,
    ['微信侧系统错误', "system error on WeChat's side"],
    ['微信后台故障，或回答不完整', "A fault of WeChat's backend, or a broken answer"],
    ['稍后重试；消息不要盲目重发', 'Try again later; do not blindly repeat a message'],
  ),
  explained(
    -601008,
    S11,
    ['微信侧内部超时', "internal timeout on WeChat's side"],
    ['微信后台没有及时回答', "WeChat's backend did not answer in time"],
    ['稍后重试；消息不要盲目重发', 'Try again later; do not blindly repeat a message'],
  ),
]
