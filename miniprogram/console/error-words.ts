/**
 * What a call of the console may fail with before there is a reply: the words of core/explain, which a test holds to be
 * these. What stands inside of another error comes first: it is the reason of it.
 */
export const words = {
  zh: {
    byCode: {
      '-504002': { meaning: '云函数执行失败', todo: '看文字里的错误，和云开发控制台的函数日志' },
      '-504001': { meaning: '云函数调用失败', todo: '核对函数名和环境，重新部署' },
      '-504003': { meaning: '云函数超时', todo: '加大 timeout，或把长任务分成几次' },
      '-501000': { meaning: '参数不对，或函数不存在', todo: '核对函数名和环境，重新上传函数' },
      '-501005': {
        meaning: '环境 id 不对',
        todo: '在云开发控制台复制环境 id；函数里用 cloud.DYNAMIC_CURRENT_ENV',
      },
      '-501023': { meaning: '没有权限', todo: '改安全规则；dispatch 和 events 本来就不对手机开放' },
      '-501003': { meaning: '环境请求数超限', todo: '放慢速度，或升级套餐' },
      '-501004': { meaning: '环境并发超限', todo: '稍后重试，减少并发' },
      '-601034': { meaning: '没有开通云服务', todo: '在开发者工具里开通云开发' },
      '-601027': { meaning: '环境不存在', todo: '在云开发控制台复制环境 id' },
      '-604001': { meaning: '云函数结果超过 1 MB', todo: '分页返回' },
      '-404010': { meaning: '轮询结果已过期', todo: '再试一次；会重复的操作带上幂等键' },
      '-404012': { meaning: '超出轮询重试次数', todo: '再试一次；会重复的操作带上幂等键' },
      '-404011': {
        meaning: '云函数执行失败',
        todo: '看文字里的内层错误和函数日志；重新上传函数（云端安装依赖）',
      },
    },
  },
  en: {
    byCode: {
      '-504002': {
        meaning: 'the function failed while it ran',
        todo: 'Read the error in its text, and the log of the function in the cloud console',
      },
      '-504001': {
        meaning: 'the function could not be called',
        todo: 'Compare name and environment, deploy again',
      },
      '-504003': { meaning: 'the function timed out', todo: 'Raise timeout, or split the work' },
      '-501000': {
        meaning: 'wrong parameters, or no such function',
        todo: 'Compare function and environment, upload the function again',
      },
      '-501005': {
        meaning: 'wrong environment',
        todo: 'Copy the id from the cloud console; in functions use cloud.DYNAMIC_CURRENT_ENV',
      },
      '-501023': {
        meaning: 'no permission',
        todo: 'Change the security rules; dispatch and events are shut to phones on purpose',
      },
      '-501003': {
        meaning: 'request count over the quota of the environment',
        todo: 'Go slower, or take a larger plan',
      },
      '-501004': {
        meaning: 'concurrency over the quota of the environment',
        todo: 'Try again later, with fewer at once',
      },
      '-601034': { meaning: 'the cloud service is off', todo: 'Switch it on in DevTools' },
      '-601027': { meaning: 'the environment does not exist', todo: 'Copy the id from the cloud console' },
      '-604001': { meaning: 'the result of the function is over 1 MB', todo: 'Return it page by page' },
      '-404010': {
        meaning: 'the result has expired',
        todo: 'Try again; give what must not happen twice an idempotency key',
      },
      '-404012': {
        meaning: 'the poll was retried too often',
        todo: 'Try again; give what must not happen twice an idempotency key',
      },
      '-404011': {
        meaning: 'the function failed',
        todo: 'Read the inner error in its text and the log; upload the function again, with its dependencies',
      },
    },
  },
}
