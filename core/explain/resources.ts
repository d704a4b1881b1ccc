/** Environments, files, functions, open data and cloud hosting: codes that this service itself is never answered (wechat.md §11). */
import { type Explanation, explained } from './explanation'

const S9 = 'wechat.md §9'
const S11 = 'wechat.md §11'
const ERR = `${S11}; 云开发错误码`

const shared = [
  '环境共享或跨账号访问没有授权',
  'Sharing of the environment, or access of another account, is not authorised',
] as const
const share = ['在资源方的云开发控制台里授权', 'Authorise it in the cloud console of the owner'] as const
const authFunction = [
  '资源方的云函数 cloudbase_auth 拒绝或出错',
  'The function cloudbase_auth of the owner refused or failed',
] as const
const container = [
  '云托管的限制；本服务不用云托管',
  'A limit of cloud hosting, which this service does not use',
] as const
const containerTodo = ['看云托管控制台', 'See the console of cloud hosting'] as const

export const resources: readonly Explanation[] = [
  explained(
    -501000,
    'wechat.md §7',
    ['参数不对，或函数不存在', 'wrong parameters, or no such function'],
    ['函数名或 env 写错，或没有部署', 'Function or env is mistyped, or not deployed'],
    ['核对函数名和环境，重新上传函数', 'Compare function and environment, upload the function again'],
    /FunctionName.*not (be )?found|FUNCTION_NOT_FOUND/i,
  ),
  explained(
    -605101,
    `${S9}; 云开发错误码`,
    ['查询语句解析失败', 'the query could not be parsed'],
    ['HTTP 数据库接口的 query 写错', 'query of the HTTP database API is wrong'],
    ['query 要写成 db.collection(…).get() 这样的文本', 'Write query as text such as db.collection(…).get()'],
  ),
  explained(
    -501018,
    ERR,
    ['资源不可用', 'the resource is not available'],
    ['环境被停用或欠费', 'The environment is stopped, or unpaid'],
    ['看云开发控制台的账单和状态', 'See bill and state in the cloud console'],
  ),
  explained(
    -501019,
    ERR,
    ['未授权操作', 'not authorised'],
    ['账号没有这个权限', 'The account has no right to it'],
    ['在云开发控制台授权', 'Authorise it in the cloud console'],
  ),
  explained(
    -501020,
    ERR,
    ['未知参数', 'unknown parameter'],
    ['参数名写错', 'A parameter is mistyped'],
    ['对照文档改参数', 'Compare the parameters with the documents'],
  ),
  explained(
    -501021,
    ERR,
    ['操作不支持', 'not supported'],
    ['环境或版本没有这个操作', 'This environment or version has no such operation'],
    ['升级 SDK，或换一种做法', 'Update the SDK, or do it another way'],
  ),
  explained(
    -501022,
    `${S11}: within a range, no text of its own`,
    ['云资源错误', 'an error of the resource'],
    ['没有公开说明', 'No public explanation'],
    ['看文字；稍后重试', 'Read its text; try again later'],
  ),
  explained(
    -501023,
    ERR,
    ['没有权限', 'no permission'],
    ['安全规则不允许，或单页模式没有开放', 'The security rules refuse, or the single-page mode is not open'],
    [
      '改安全规则；dispatch 和 events 本来就不对手机开放',
      'Change the security rules; dispatch and events are shut to phones on purpose',
    ],
  ),
  explained(
    -503001,
    S11,
    ['云文件请求失败', 'the file request failed'],
    ['网络或存储故障', 'A fault of network or storage'],
    ['稍后重试', 'Try again later'],
    /STORAGE_REQUEST_FAIL/,
  ),
  explained(
    -503002,
    S11,
    ['无权限访问云文件', 'no permission for the file'],
    ['存储权限不允许', 'The rights of the storage refuse'],
    ['改存储权限', 'Change the rights of the storage'],
    /STORAGE_EXCEED_AUTHORITY/,
  ),
  explained(
    -503003,
    S11,
    ['云文件不存在', 'the file does not exist'],
    ['fileID 写错或已删除', 'The fileID is mistyped, or the file deleted'],
    ['核对 fileID', 'Compare the fileID'],
    /STORAGE_FILE_NONEXIST/,
  ),
  explained(
    -503004,
    'wire.md §3.1',
    ['云文件签名参数不对', 'wrong parameters of the signature'],
    ['上传参数被改动', 'The parameters of the upload were changed'],
    ['重新取上传地址', 'Ask for the address of the upload again'],
    /STORAGE_SIGN_PARAM_INVALID/,
  ),
  explained(
    'FUNCTIONS_TIME_LIMIT_EXCEEDED',
    `${S11}; -504003 is often quoted: UNVERIFIED`,
    ['云函数超时', 'the function timed out'],
    [
      '运行超过了 config.json 的 timeout（默认 3 秒）',
      'It ran longer than timeout in config.json (3 s by default)',
    ],
    ['加大 timeout，或把长任务分成几次', 'Raise timeout, or split the work'],
    /FUNCTIONS_TIME_LIMIT_EXCEEDED|Task timed out after|timed out after \d+ ?(ms|s)/i,
  ),
  explained(
    -504003,
    `${S11}: UNVERIFIED`,
    ['云函数超时', 'the function timed out'],
    [
      '运行超过了 config.json 的 timeout（默认 3 秒）',
      'It ran longer than timeout in config.json (3 s by default)',
    ],
    ['加大 timeout，或把长任务分成几次', 'Raise timeout, or split the work'],
  ),
  explained(
    -604001,
    S11,
    ['云函数结果超过 1 MB', 'the result of the function is over 1 MB'],
    ['返回的数据太多', 'It returns too much'],
    ['分页返回', 'Return it page by page'],
  ),
  explained(
    -601002,
    ERR,
    ['系统参数错误', 'wrong system arguments'],
    ['请求不完整', 'The request is incomplete'],
    ['升级 SDK 后再试', 'Update the SDK and try again'],
  ),
  explained(
    -601003,
    ERR,
    ['系统网络错误', 'a network error of the system'],
    ['微信侧网络故障', "A fault of WeChat's network"],
    ['稍后重试', 'Try again later'],
  ),
  explained(
    -601004,
    ERR,
    ['API 无权限', 'no permission for the API'],
    ['账号或函数没有权限', 'The account or the function has no right'],
    ['核对 config.json 和账号权限', 'Compare config.json and the rights of the account'],
  ),
  explained(
    -601005,
    ERR,
    ['cloudID 不合法', 'invalid cloudID'],
    ['不是微信给的 cloudID', 'It is none that WeChat gave'],
    ['重新获取', 'Get it again'],
    /invalid cloudID/i,
  ),
  explained(
    -601006,
    ERR,
    ['cloudID 已过期', 'the cloudID has expired'],
    ['cloudID 只有 5 分钟', 'A cloudID lasts 5 minutes'],
    ['重新获取后马上用', 'Get it again and use it at once'],
    /cloudID expired/i,
  ),
  explained(
    -601007,
    ERR,
    ['cloudID 与用户不符', 'the cloudID is of another person'],
    ['用了别人的 cloudID', 'The cloudID of somebody else was used'],
    ['由本人重新获取', 'Let the person get it again'],
  ),
  explained(
    -601009,
    ERR,
    ['账号缺少手机号', 'the account has no phone number'],
    ['用户没有绑定手机号', 'The person has bound none'],
    ['请用户绑定手机号', 'Let the person bind one'],
  ),
  explained(-601010, ERR, ['缺少写权限', 'no right to write'], shared, share),
  explained(-601011, ERR, ['无权限', 'no permission'], shared, share),
  explained(-601012, ERR, ['无权限访问该环境', 'no permission for this environment'], shared, share),
  explained(
    -601013,
    ERR,
    ['没有多端或跨账号权限', 'no permission for other platforms or accounts'],
    shared,
    share,
  ),
  explained(
    -601015,
    ERR,
    ['cloudbase_auth 返回空 errCode', 'cloudbase_auth gave no errCode'],
    authFunction,
    share,
  ),
  explained(-601016, ERR, ['没有环境的授权信息', 'no authorisation of the environment'], shared, share),
  explained(-601017, ERR, ['cloudbase_auth 返回非 0 errCode', 'cloudbase_auth refused'], authFunction, share),
  explained(-601018, ERR, ['未授权的 API', 'an API that is not authorised'], shared, share),
  explained(
    -601022,
    ERR,
    ['调用 cloudbase_auth 失败', 'cloudbase_auth could not be called'],
    authFunction,
    share,
  ),
  explained(
    -601023,
    ERR,
    ['cloudbase_auth 回包无效', 'cloudbase_auth gave an invalid answer'],
    authFunction,
    share,
  ),
  explained(
    -601027,
    ERR,
    ['环境不存在', 'the environment does not exist'],
    ['env 写错或已删除', 'env is mistyped or deleted'],
    ['在云开发控制台复制环境 id', 'Copy the id from the cloud console'],
  ),
  explained(
    -601034,
    ERR,
    ['没有开通云服务', 'the cloud service is off'],
    [
      '这个小程序没有开通云开发，或没有 wx.cloud.init',
      'This Mini Program has no cloud development, or wx.cloud.init was not called',
    ],
    ['在开发者工具里开通云开发', 'Switch it on in DevTools'],
  ),
  explained(
    -606001,
    ERR,
    ['云托管请求包超过 100 KB', 'a request to cloud hosting is over 100 KB'],
    container,
    containerTodo,
  ),
  explained(
    -606002,
    ERR,
    ['云托管响应包超过 1 MB', 'an answer of cloud hosting is over 1 MB'],
    container,
    containerTodo,
  ),
  explained(
    -606003,
    ERR,
    ['云托管账号欠费', 'the account of cloud hosting is unpaid'],
    container,
    containerTodo,
  ),
  explained(
    -606006,
    ERR,
    ['云托管不允许未登录请求', 'cloud hosting refuses requests without a login'],
    container,
    containerTodo,
  ),
  explained(
    'MODULE_NOT_FOUND',
    'the guides; Node.js',
    ['缺少依赖', 'a dependency is missing'],
    [
      '函数上传时没有安装 wx-server-sdk 等依赖',
      'The function was uploaded without wx-server-sdk or another package',
    ],
    [
      '右键函数目录选“上传并部署：云端安装依赖”；本项目的函数已打包，用 hongyan build 的产物',
      'Upload it with its dependencies installed in the cloud; functions of this project are bundled: upload what hongyan build made',
    ],
    /Cannot find module/,
  ),
]
