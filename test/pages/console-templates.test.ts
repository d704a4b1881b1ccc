/** @jest-environment jsdom */
import { refusal } from '../../core/explain/refusal'
import { openPage, type PageTestOptions } from '../support/pages'
import { ALICE, APPID, as, dataOf, given, OWNER } from '../support/service'

const page = 'console/templates/templates'
const VIEWER = 'oViewerOfShop'

const open = (options: Partial<PageTestOptions> = {}) =>
  openPage({ openid: OWNER, page, world: given(), ...options })

test('each template with its kind, languages, where it is offered, and the limits of its fields', async () => {
  const { phone } = await open()
  const order = phone
    .findAll('.template')
    .find((row) => row.textContent?.includes('订单发货提醒')) as HTMLElement
  expect(order.textContent).toContain('一次性订阅')
  expect(order.textContent).toContain('简体中文、English')
  await phone.tap(order.querySelector('.toggle') as HTMLElement)
  const rules = [...order.querySelectorAll('.rule')].map((rule) => rule.textContent)
  expect(rules).toEqual([
    '必填，文字，最多 32 字',
    '必填，文字，最多 200 字',
    '必填，数字，0 到 9,999,999',
    '必填，顺丰速运、中通快递、京东物流、邮政快递 之一',
    '必填，日期和时间',
    '可不填，文字，最多 200 字',
  ])
  expect(order.textContent).toMatch(/版本 [0-9a-f]{6,}/)
})

test('its example is the card that people would see', async () => {
  const { phone } = await open()
  await phone.tap('.toggle')
  await phone.until(() => phone.has('wx-message-card'))
  await phone.tap('.toggle')
  expect(phone.has('wx-message-card')).toBe(false)
})

test('a template leads to a campaign that begins with it', async () => {
  const { phone } = await open()
  const queue = phone.findAll('.template').find((row) => row.textContent?.includes('排队叫号')) as HTMLElement
  await phone.tap(queue.querySelector('.toggle') as HTMLElement)
  await phone.tap(queue.querySelector('.use') as HTMLElement)
  expect(phone.route()).toBe('console/compose/compose')
  expect(phone.text('.template')).toContain('排队叫号提醒')
})

test('without a network the fields are there, the example says what is wrong, and a second tap tries again', async () => {
  const { phone, offline } = await open()
  offline(true)
  await phone.tap('.toggle')
  expect(phone.text('.wrong')).toContain('没有连上服务')
  expect(phone.has('.rule')).toBe(true)
  offline(false)
  await phone.tap('.toggle')
  await phone.tap('.toggle')
  await phone.until(() => phone.has('wx-message-card'))
  expect(phone.has('.wrong')).toBe(false)
})

test('a viewer looks, and begins nothing', async () => {
  const world = given()
  dataOf(await world.call('staff.grant', { openid: VIEWER, role: 'viewer' }, as.owner))
  const { phone } = await open({ world, openid: VIEWER })
  await phone.tap('.toggle')
  expect(phone.has('.use')).toBe(false)
})

test('who is not staff sees no template', async () => {
  const { phone } = await open({ openid: ALICE })
  expect(phone.text()).toContain('这里只对店员开放')
  expect(phone.has('.template')).toBe(false)
})

/** WeChat's list as the files have it. */
function agreeing() {
  const world = given()
  for (const { definition } of world.service.catalogue.templates) {
    const { channel, templateIds, title, kind, keywords } = definition
    if (channel !== 'subscribe') continue
    world.wechat.templates.account.push({
      templateId: templateIds[APPID] ?? '',
      title,
      kind,
      keywords: Object.entries(keywords).map(([keyword, { label }]) => ({ keyword, label, example: '' })),
    })
  }
  return world
}

test('templates that WeChat agrees with say so', async () => {
  const { phone } = await open({ world: agreeing() })
  await phone.until(() => phone.has('.badge'))
  expect(phone.text('.summary')).toBe('都与微信一致。')
  expect(new Set(phone.findAll('.badge').map((badge) => badge.textContent))).toEqual(new Set(['与微信一致']))
  expect(phone.has('.difference')).toBe(false)
})

test('a keyword that WeChat renumbered is told where it is, with what to do', async () => {
  const world = agreeing()
  const amount = world.wechat.templates.account
    .flatMap(({ keywords }) => keywords)
    .find((one) => one.keyword === 'amount3')
  if (amount) amount.keyword = 'amount9'
  world.wechat.templates.account.push({
    templateId: 'NEW',
    title: '洗衣完成提醒',
    kind: 'one-time',
    keywords: [],
  })
  const { phone } = await open({ world })
  await phone.until(() => phone.has('.badge'))
  expect(phone.text('.summary')).toBe('1 个会发送失败，请按下面的办法处理。')
  const order = phone.findAll('.template').find((row) => row.textContent?.includes('订单发货提醒'))
  expect(order?.querySelector('.badge')?.textContent).toBe('会发送失败')
  expect(order?.querySelector('.difference.bad')?.textContent).toContain('文件写 amount3，微信是 amount9')
  expect(order?.querySelector('.difference.bad')?.textContent).toContain('把模板文件里的关键词改成 amount9')
  expect(phone.text()).toContain('微信有模板“洗衣完成提醒”（NEW），这里没有它的文件')
})

test('where WeChat does not answer the list stays, the reason is told, and a tap asks again', async () => {
  const world = agreeing()
  const list = jest.spyOn(world.wechat.templates, 'list')
  list.mockRejectedValueOnce(refusal('getTemplateList', 45009, 'reach max api daily quota limit'))
  const { phone } = await open({ world })
  await phone.until(() => phone.has('wx-notice-bar'))
  expect(phone.text()).toContain('微信没有接受 getTemplateList：今日额度已用完（45009）。等到明天')
  expect(phone.text('.summary')).toBe('没能和微信核对。')
  expect(phone.has('.template')).toBe(true)
  await phone.tap('wx-notice-bar wx-button')
  await phone.until(() => phone.has('.badge'))
  expect(phone.has('wx-notice-bar')).toBe(false)
})

test('a function that failed is told with WeChat’s code and what to do, and a tap asks again', async () => {
  const errMsg =
    'errCode: -404011 cloud function execution error | errMsg: cloud.callFunction:fail requestID 1, error code -504002'
  let isBroken = true
  const intercept = () => {
    if (isBroken) throw { errCode: -404011, errMsg }
    return undefined
  }
  const { phone } = await open({ intercept })
  expect(phone.text('wx-notice-bar')).toContain(
    '调用失败：云函数执行失败（-504002）。看文字里的错误，和云开发控制台的函数日志。',
  )
  isBroken = false
  await phone.tap('wx-notice-bar wx-button')
  await phone.until(() => phone.has('.template'))
})

test('an English phone reads the rules in English', async () => {
  const { phone } = await open({ language: 'en' })
  await phone.tap('.toggle')
  expect(phone.text('.rule')).toContain('required, text, at most')
})
