/** What a phone is told: by the prompt (wechat.md §5) and by the cloud calls of the base library (wechat.md §11). */
import { type Explanation, explained } from './explanation'

const S5 = 'wechat.md §5'
const S11 = 'wechat.md §11'
const ERR = `${S11}; 云开发错误码`

const askedAgain = [
  '再试一次；会重复的操作带上幂等键',
  'Try again; give what must not happen twice an idempotency key',
] as const
const watching = ['监听数据变化的连接断了或出错', 'The connection that watches the database broke'] as const
const watchAgain = ['重新建立监听；本服务不用监听', 'Open the watch again; this service uses none'] as const
const polling = [
  '网络不稳，或函数运行太久',
  'The network is unsteady, or the function runs too long',
] as const
const device = [
  '设备消息的参数或凭据不对',
  'A parameter or a credential of a device message is wrong',
] as const
const deviceTodo = [
  '核对 modelId、sn 和 snTicket（5 分钟有效）',
  'Compare modelId, sn and snTicket (valid for 5 minutes)',
] as const

export const phone: readonly Explanation[] = [
  explained(
    10001,
    S5,
    ['tmplIds 是空的', 'tmplIds is empty'],
    ['没有传模板 id', 'No template id was given'],
    ['场景里至少要有一个模板', 'The scene needs a template at least'],
    /TmplIds can't be empty/,
  ),
  explained(
    10002,
    S5,
    ['请求模板列表失败', 'the list could not be fetched'],
    ['手机没有网络', 'The phone is offline'],
    ['联网后再点一次', 'Tap again when online'],
    /Request list fail/,
  ),
  explained(
    10003,
    S5,
    ['订阅请求失败', 'the subscription could not be sent'],
    ['手机没有网络', 'The phone is offline'],
    ['联网后再点一次', 'Tap again when online'],
    /Request subscribe fail/,
  ),
  explained(
    10004,
    S5,
    ['模板 id 的类型不对', 'a template id is of a wrong type'],
    ['tmplIds 应为字符串数组', 'tmplIds is an array of strings'],
    ['改正参数', 'Correct the parameter'],
    /Invalid template id/,
  ),
  explained(
    10005,
    S5,
    ['弹窗没有显示', 'the sheet could not be shown'],
    ['小程序这时退到了后台', 'The Mini Program was in the background'],
    ['回到页面再点一次', 'Come back to the page and tap again'],
    /Cannot show subscribe message UI/,
  ),
  explained(
    20003,
    S5,
    ['一次请求的模板太多', 'too many templates at once'],
    ['新版最多 5 个，旧版 3 个', '5 at the most, 3 in older versions'],
    ['减少场景里的模板', 'Take templates out of the scene'],
    /Templates count out of max bounds/,
  ),
  explained(
    20004,
    S5,
    ['订阅消息总开关关闭', 'the main switch is off'],
    ['用户在设置里关掉了', 'The person switched it off in the settings'],
    ['引导用户到设置里打开', 'Lead the person to the settings'],
    /main switch is switched off/,
  ),
  explained(
    20005,
    S5,
    ['小程序被禁止订阅消息', 'the Mini Program is banned from subscribe messages'],
    ['账号违规', "The account broke WeChat's rules"],
    ['看小程序后台的站内信', 'Read the notice in the mp backend'],
    /mini program was banned/i,
  ),
  explained(
    20013,
    S5,
    ['不允许设备消息模板', 'a device template is not allowed here'],
    ['设备消息要用另一个接口', 'Device messages have an API of their own'],
    ['用 wx.requestSubscribeDeviceMessage', 'Use wx.requestSubscribeDeviceMessage'],
    /Reject DeviceMsg Template/,
  ),
  explained(19720726, S5, ['设备消息请求失败', 'a device message request failed'], device, deviceTodo),
  explained(19720727, S5, ['设备消息请求失败', 'a device message request failed'], device, deviceTodo),
  explained(19720728, S5, ['设备消息请求失败', 'a device message request failed'], device, deviceTodo),
  explained(19720736, S5, ['设备消息请求失败', 'a device message request failed'], device, deviceTodo),
  explained(
    'TAP_GESTURE',
    S5,
    ['只能在点击里请求订阅', 'a subscription can only be asked for in a tap'],
    [
      'requestSubscribeMessage 之前有 setTimeout 或 wx.cloud.callFunction 等异步',
      'Before requestSubscribeMessage came a setTimeout, wx.cloud.callFunction or the like',
    ],
    [
      '在点击处理函数里先请求订阅，在 success 里再调云函数',
      'Ask first thing in the tap handler, and call the function in its success',
    ],
    /can only be invoked by user TAP gesture/i,
  ),
  explained(
    'LAST_CALL',
    S5,
    ['上一次请求还没有结束', 'the last request has not ended'],
    ['连续点了两下', 'It was tapped twice'],
    ['请求期间让按钮不可点', 'Disable the button meanwhile'],
    /last call has not ended/i,
  ),
  explained(
    -401001,
    ERR,
    ['小程序端无权限使用此 API', 'the SDK may not use this API'],
    ['基础库太旧，或没有开通云开发', 'The base library is too old, or cloud development is off'],
    ['升级基础库，开通云开发', 'Update the base library, switch cloud development on'],
  ),
  explained(
    -401002,
    ERR,
    ['API 参数错误', 'a wrong parameter'],
    ['参数缺少或多余', 'A parameter is missing or not known'],
    ['对照文档改参数', 'Compare the parameters with the documents'],
  ),
  explained(
    -401003,
    ERR,
    ['API 参数类型错误', 'a parameter of a wrong type'],
    ['例如 data 应为对象', 'For example: data must be an object'],
    ['改成文档要的类型', 'Give the type of the documents'],
  ),
  explained(
    -402001,
    ERR,
    ['数据里有循环引用', 'the data refers to itself'],
    ['对象包含了自己', 'An object holds itself'],
    ['去掉循环引用', 'Take the circle out'],
  ),
  explained(-402002, ERR, ['初始化监听失败', 'the watch could not begin'], watching, watchAgain),
  explained(-402003, ERR, ['重连 WebSocket 失败', 'the WebSocket could not reconnect'], watching, watchAgain),
  explained(-402004, ERR, ['重建监听失败', 'the watch could not be made again'], watching, watchAgain),
  explained(-402005, ERR, ['关闭监听失败', 'the watch could not be closed'], watching, watchAgain),
  explained(
    -402006,
    ERR,
    ['监听收到服务器错误', 'the watch got an error of the server'],
    watching,
    watchAgain,
  ),
  explained(-402007, ERR, ['监听收到非法数据', 'the watch got invalid data'], watching, watchAgain),
  explained(-402008, ERR, ['WebSocket 连接异常', 'the WebSocket failed'], watching, watchAgain),
  explained(-402009, ERR, ['WebSocket 连接断开', 'the WebSocket was closed'], watching, watchAgain),
  explained(-402010, ERR, ['监听的包序不对', 'packets of the watch are out of order'], watching, watchAgain),
  explained(-402011, ERR, ['监听未知异常', 'an unknown fault of the watch'], watching, watchAgain),
  explained(
    -403001,
    ERR,
    ['上传的文件太大', 'the file is too large'],
    ['超过文件大小上限', 'It is over the limit of a file'],
    ['压缩后再上传', 'Make it smaller'],
  ),
  explained(-404001, ERR, ['云函数调用没有回包', 'the call had an empty answer'], polling, askedAgain),
  explained(-404002, ERR, ['云函数调用缺少 eventid', 'the call had no event id'], polling, askedAgain),
  explained(-404003, ERR, ['云函数调用缺少 pollurl', 'the call had no address to poll'], polling, askedAgain),
  explained(-404004, ERR, ['轮询结果为空', 'the poll had an empty answer'], polling, askedAgain),
  explained(-404005, ERR, ['超出轮询次数', 'polled too often'], polling, askedAgain),
  explained(-404006, ERR, ['轮询结果不完整', 'the poll had an incomplete answer'], polling, askedAgain),
  explained(-404007, ERR, ['轮询返回错误', 'the poll had an error'], polling, askedAgain),
  explained(-404008, ERR, ['轮询状态码异常', 'the poll had an unusual status'], polling, askedAgain),
  explained(-404009, ERR, ['轮询处理异常', 'the poll failed'], polling, askedAgain),
  explained(
    -404010,
    ERR,
    ['轮询结果已过期', 'the result has expired'],
    ['小程序退到后台太久', 'The Mini Program was in the background for too long'],
    askedAgain,
  ),
  explained(
    -404011,
    ERR,
    ['云函数执行失败', 'the function failed'],
    [
      '函数没有部署、抛出错误或超时；真正的原因在文字里',
      'It is not deployed, threw, or timed out; the true reason is in the text',
    ],
    [
      '看文字里的内层错误和函数日志；重新上传函数（云端安装依赖）',
      'Read the inner error in its text and the log; upload the function again, with its dependencies',
    ],
  ),
  explained(-404012, ERR, ['超出轮询重试次数', 'the poll was retried too often'], polling, askedAgain),
  explained(
    'CLOUD_INIT',
    'the guides; wechat.md §1.1',
    ['云开发还没有初始化', 'cloud development was not initialised'],
    [
      '调用 wx.cloud 之前没有 wx.cloud.init，或在 cloud.init 之前用了 cloud.openapi',
      'wx.cloud was used before wx.cloud.init, or cloud.openapi before cloud.init',
    ],
    [
      '在 app.ts 的 onLaunch 里先 wx.cloud.init；函数里在文件开头 cloud.init',
      'Call wx.cloud.init in onLaunch of app.ts; in a function, cloud.init at the top of its file',
    ],
    /please call (wx\.)?cloud\.init|Cloud API isn't enabled/i,
  ),
  explained(
    'OPENID_UNDEFINED',
    'wechat.md §7',
    ['OPENID 是 undefined', 'OPENID is undefined'],
    [
      '函数由定时器、HTTP 接口或云端测试触发，或在 exports.main 之外取了上下文',
      "The function was called by a timer, the HTTP API or the console's test, or the context was read outside exports.main",
    ],
    [
      '从小程序调用；定时任务把 openid 存进数据库再用',
      'Call it from the Mini Program; a timer takes openids from the database',
    ],
    /OPENID (is )?undefined|undefined.{0,12}OPENID|reading '?OPENID/i,
  ),
]
