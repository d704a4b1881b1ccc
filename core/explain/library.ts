/** What WeChat says when templates are managed (wechat.md §3). */
import { type Explanation, explained } from './explanation'

const S3 = 'wechat.md §3'

export const library: readonly Explanation[] = [
  explained(
    404,
    S3,
    ['接口不接受这个 HTTP 方法', 'the API does not take this HTTP method'],
    ['该用 GET 的用了 POST，或相反', 'POST where GET is wanted, or the other way round'],
    ['换成文档里的方法', 'Use the method of the documents'],
  ),
  explained(
    20001,
    'wechat.md §5; wechat.md §3',
    ['没有模板数据；管理模板时表示系统错误', 'no template data; of template management: system error'],
    [
      '弹窗：模板 id 不存在或类型不符。管理模板：微信繁忙',
      'Prompt: a template id is missing or of another kind. Management: WeChat is busy',
    ],
    [
      '弹窗：运行 hongyan templates diff 核对 id。管理模板：稍后重试',
      'Prompt: compare the ids with hongyan templates diff. Management: try again later',
    ],
    /No template data return/,
  ),
  explained(
    20002,
    'wechat.md §5; wechat.md §3',
    [
      '模板类型必须相同；管理模板时表示参数错误',
      'templates must be of one kind; of template management: wrong parameters',
    ],
    [
      '弹窗：一次性与长期订阅混在一起。管理模板：参数名或值不对',
      'Prompt: one-time and long-term together. Management: a wrong name or value',
    ],
    [
      '弹窗：分两次请求。管理模板：核对参数，关掉大小写转换',
      'Prompt: ask in two taps. Management: compare the parameters, and switch convertCase off',
    ],
    /Templates type must be same/,
  ),
  explained(
    200001,
    S3,
    ['模板库系统错误', 'system error of the template library'],
    ['微信繁忙', 'WeChat is busy'],
    ['稍后重试', 'Try again later'],
  ),
  explained(
    200002,
    S3,
    ['模板库参数错误', 'wrong parameters for the template library'],
    ['参数名或值不对', 'A name or a value is wrong'],
    [
      '核对参数；云调用要用 cloud.openapi({ convertCase: false })',
      'Compare the parameters; a cloud call needs cloud.openapi({ convertCase: false })',
    ],
  ),
  explained(
    200011,
    S3,
    ['账号已被封禁，不能管理模板', 'the account is banned and cannot manage templates'],
    ['账号违规', "The account broke WeChat's rules"],
    ['看小程序后台的站内信，按要求处理', 'Read the notice in the mp backend and do what it asks'],
  ),
  explained(
    200012,
    S3,
    ['模板数已达上限', 'the account has as many templates as it may have'],
    ['旧文档写 25 个，现在的数没有公开', 'Older documents say 25; the number of today is not public'],
    [
      '删除不用的模板（hongyan templates remove），再添加',
      'Delete templates that are not used (hongyan templates remove), then add',
    ],
  ),
  explained(
    200013,
    S3,
    ['此模板已被封禁，不能选用', 'this template is banned and cannot be taken'],
    ['公共模板违规被封', "The public template broke WeChat's rules"],
    ['换一个公共模板', 'Take another public template'],
  ),
  explained(
    200014,
    S3,
    ['模板 tid 不对', 'wrong tid'],
    [
      '公共模板已下架、tid 写错，或要删的模板不存在',
      'The public template is gone, the tid is mistyped, or the template to delete is not there',
    ],
    ['在小程序后台的公共模板库里重新查 tid', 'Look the tid up again in the public library of the mp backend'],
  ),
  explained(
    200016,
    S3,
    ['start 不对', 'wrong start'],
    ['start 应为从 0 开始的数', 'start is a number from 0'],
    ['改正 start', 'Correct start'],
  ),
  explained(
    200017,
    S3,
    ['limit 不对', 'wrong limit'],
    ['limit 应为 1 到 30', 'limit is 1 to 30'],
    ['改成 30 以内，分页取', 'Make it 30 at the most and read page by page'],
  ),
  explained(
    200018,
    S3,
    ['缺少类目 ids', 'ids of the categories are missing'],
    ['账号没有类目，或没有传 ids', 'The account has no category, or ids were left out'],
    ['先在小程序后台添加服务类目', 'Add a service category in the mp backend first'],
  ),
  explained(
    200019,
    S3,
    ['类目 ids 不合法', 'wrong ids of categories'],
    [
      'ids 不是账号的类目，或不是用逗号隔开的数',
      'ids are none of the account, or no numbers with commas between',
    ],
    ['用 getCategory 得到的 id', 'Take the ids that getCategory gives'],
  ),
  explained(
    200020,
    S3,
    ['kidList 不对', 'wrong kidList'],
    [
      '关键词不存在、少于 2 个或多于 5 个；云调用没关大小写转换时也会这样',
      'A keyword is not there, or there are fewer than 2 or more than 5; or a cloud call converted the case of its name',
    ],
    ['核对模板文件的 library.keywords', 'Compare library.keywords of the template file'],
  ),
  explained(
    200021,
    S3,
    ['场景描述 sceneDesc 不对', 'wrong sceneDesc'],
    ['为空或超过 15 个字', 'It is empty or has more than 15 characters'],
    ['改正模板文件的 library.scene', 'Correct library.scene of the template file'],
  ),
  explained(
    200022,
    `${S3}; text: C: personal/oCJUsw7Dyqx0YZM6NgKG3iThKoK0`,
    ['同标题同关键词的模板已存在', 'a template with this title and these keywords is there'],
    ['以前添加过，或上次的回答丢了', 'It was added before, or the answer of an earlier try was lost'],
    [
      '运行 hongyan templates push：它会找到已有的 id',
      'Run hongyan templates push: it finds the id that is there',
    ],
    /template has added already/,
  ),
  explained(
    200100,
    S3,
    ['账号类型不对', 'wrong type of account'],
    ['账号不是小程序', 'The account is no Mini Program'],
    ['用小程序的 appid', 'Use the appid of a Mini Program'],
  ),
]
