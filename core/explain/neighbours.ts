/** What WeChat answers to template messages of old, to customer service, and to a check of texts (wechat.md §4). */
import { type Explanation, explained } from './explanation'

export const neighbours: readonly Explanation[] = [
  explained(
    41028,
    'wechat.md §4.1',
    ['formId 不对、已过期或属于别人', 'invalid form id: wrong, over its 7 days, or of another person'],
    ['formId 只有 7 天', 'A formId lasts 7 days'],
    ['改用订阅消息', 'Use subscribe messages'],
  ),
  explained(
    41029,
    'wechat.md §4.1',
    ['formId 已用过', 'formId was used'],
    ['一个 formId 只能发一条', 'One formId is one message'],
    ['改用订阅消息', 'Use subscribe messages'],
  ),
  explained(
    45015,
    'wechat.md §1.3; wechat.md §4.3',
    ['超出客服消息的时间窗口', 'outside the window of customer-service messages'],
    ['用户 48 小时内没有发过消息', 'The person has not written within 48 hours'],
    ['改用订阅消息', 'Use subscribe messages'],
  ),
  explained(
    45047,
    'wechat.md §1.3; wechat.md §4.3',
    ['客服消息条数已用完', 'as many customer-service messages as one message allows have been sent'],
    ['用户一条消息后最多回 5 条', 'Five may follow what a person wrote'],
    ['等用户再发消息', 'Wait until the person writes again'],
  ),
  explained(
    70000,
    'wechat.md §4.3',
    ['未成年人保护', 'protection of minors'],
    ['对方是受保护的未成年人', 'The person is a protected minor'],
    ['不再发送', 'Do not send'],
  ),
  explained(
    40008,
    'WeChat global table',
    ['消息类型不对', 'invalid message type'],
    ['msgtype 写错', 'msgtype is wrong'],
    ['用 text、image、link 或 miniprogrampage', 'Use text, image, link or miniprogrampage'],
  ),
  explained(
    44991,
    'wechat.md §4.4',
    ['内容检查超过每分钟上限', 'too many content checks in a minute'],
    ['每分钟最多 4000 次', '4000 a minute at the most'],
    ['一分钟后再试', 'Try again after a minute'],
  ),
  explained(
    61010,
    'wechat.md §4.4',
    ['用户两小时内没有打开过小程序', 'the person did not open the Mini Program within two hours'],
    ['内容检查要求用户近期访问过', 'A content check wants a recent visit'],
    ['在用户提交文字时就检查', 'Check the text when it is typed'],
  ),
  explained(
    45103,
    'wechat.md §4.1',
    ['模板消息接口已于 2020 年 1 月下线', 'WeChat withdrew template messages in January 2020'],
    ['2020-01-10 起不能再发', 'Since 2020-01-10 none is sent'],
    ['改用订阅消息 subscribeMessage.send', 'Use subscribe messages: subscribeMessage.send'],
  ),
  explained(
    45109,
    'wechat.md §4.2',
    ['统一服务消息接口已下线', 'the uniform message API has been withdrawn'],
    ['微信在 2023-09-20 停用了它', 'WeChat withdrew it on 2023-09-20'],
    ['改用订阅消息 subscribeMessage.send', 'Use subscribe messages: subscribeMessage.send'],
  ),
  explained(
    46101,
    'wechat.md §4.1',
    ['模板消息自 2020-01-11 起不再支持', 'template messages are not supported since 2020-01-11'],
    ['用了模板消息的旧接口', 'An API of template messages was called'],
    ['改用订阅消息 subscribeMessage.send', 'Use subscribe messages: subscribeMessage.send'],
  ),
]
