/** The account's templates against the template files: every difference, with words and what to do. */
import type { AccountTemplate, DifferenceKind } from '../../core/contract'
import { compare } from '../../core/template/library-comparison'
import { differenceRows, worded } from '../../core/template/library-differences'
import { ALICE, APPID, as, dataOf, errorOf, given } from '../support/service'

const world = () => {
  const made = given()
  const { templates } = made.service.catalogue
  const account = templates
    .filter(({ definition }) => definition.channel === 'subscribe')
    .map(
      ({ definition: { templateIds, title, kind, keywords } }): AccountTemplate => ({
        templateId: templateIds[APPID] ?? '',
        title,
        kind,
        keywords: Object.entries(keywords).map(([keyword, { label }]) => ({ keyword, label, example: '' })),
      }),
    )
  made.wechat.templates.account.push(...account)
  return made
}

type World = ReturnType<typeof world>

const health = async (at: World) => dataOf(await at.call('template.health', {}, as.owner))
const kindsOf = async (at: World, template: string) =>
  (await health(at)).templates.find((one) => one.template === template)?.differences.map(({ kind }) => kind)
const order = (at: World): AccountTemplate => {
  const found = at.wechat.templates.account.find(({ title }) => title === '订单发货提醒')
  if (!found) throw new Error('the account has no order template')
  return found
}
const keyword = (at: World, name: string) => {
  const found = order(at).keywords.find((one) => one.keyword === name)
  if (!found) throw new Error(`no keyword ${name}`)
  return found
}

test('files that WeChat agrees with differ in nothing', async () => {
  const { templates, others } = await health(world())
  expect(templates.length).toBeGreaterThanOrEqual(3)
  expect(templates.flatMap(({ differences }) => differences)).toEqual([])
  expect(others).toEqual([])
})

test.each<[DifferenceKind[], string, (at: World) => void]>([
  [['missing-at-wechat'], 'a template that was deleted', (at) => void (order(at).templateId = 'gone')],
  [['kind'], 'another kind', (at) => void (order(at).kind = 'long-term')],
  [['title'], 'another title', (at) => void (order(at).title = '发货提醒')],
  [['keyword-renumbered'], 'another number', (at) => void (keyword(at, 'amount3').keyword = 'amount9')],
  [['keyword-retyped'], 'another type', (at) => void (keyword(at, 'thing4').keyword = 'phrase4')],
  [['keyword-unknown'], 'a keyword less', (at) => void order(at).keywords.pop()],
  [
    ['keyword-missing'],
    'a keyword more',
    (at) => void order(at).keywords.push({ keyword: 'thing7', label: '门店', example: '' }),
  ],
  [['label'], 'another label', (at) => void (keyword(at, 'thing2').label = '物品')],
  [
    ['keyword-renumbered', 'keyword-renumbered'],
    'two keywords that changed places',
    (at) => {
      const [one, other] = [keyword(at, 'thing2'), keyword(at, 'thing4')]
      ;[one.label, other.label] = [other.label, one.label]
    },
  ],
])('%j is told of %s', async (kinds, _what, change) => {
  const at = world()
  change(at)
  expect(await kindsOf(at, 'order-shipped')).toEqual(kinds)
  expect(await kindsOf(at, 'class-reminder')).toEqual([])
})

test('what a renumbered keyword means is told with both names and what to do', async () => {
  const at = world()
  keyword(at, 'amount3').keyword = 'amount9'
  const { templates } = await health(at)
  expect(templates.find(({ template }) => template === 'order-shipped')?.differences).toEqual([
    {
      kind: 'keyword-renumbered',
      severity: 'error',
      message: '"金额" was renumbered: amount3 in the file, amount9 at WeChat; sending is answered 47003',
      todo: 'Make the keyword amount9 in the template file, and deploy',
    },
  ])
})

test('a template that no file is for, and an account that is nearly full, are told of the account', async () => {
  const at = world()
  for (let more = 0; more < 22; more += 1)
    at.wechat.templates.account.push({ ...order(at), templateId: `more${more}` })
  const { others, account } = await health(at)
  expect(others.map(({ kind }) => kind)).toEqual([
    ...Array.from({ length: 22 }, () => 'missing-here'),
    'limit',
  ])
  expect(others.at(-1)?.message).toContain(`has ${account.templates.length} templates`)
})

test('listed values and the category are compared where both sides name them', () => {
  const at = world()
  const definition = at.service.catalogue.get('order-shipped').definition
  const listed = {
    ...definition,
    keywords: {
      enum_string1: { label: '状态', text: 'x', values: ['待付款', '旧'], overflow: 'refuse' as const },
    },
    library: { tid: '1', keywords: [1, 2], category: 7 },
  }
  const template: AccountTemplate = {
    ...order(at),
    keywords: [{ keyword: 'enum_string1', label: '状态', example: '', values: ['待付款', '新'] }],
  }
  const found = compare([listed], {
    appid: APPID,
    templates: [template],
    categories: [{ id: 8, name: '餐饮' }],
  }).templates[0]?.differences
  expect(found?.map(({ kind }) => kind)).toEqual(['values-gone', 'values-new', 'category-gone'])
  expect(found?.map((one) => worded(one, 'zh').message)).toEqual([
    'enum_string1 的这些值微信不再接受：旧',
    'enum_string1 在微信多了这些值：新',
    '账号不再有这个模板的类目 7；微信会停用它',
  ])
})

test('a file without an id here is told so', () => {
  const at = world()
  const { definition } = at.service.catalogue.get('order-shipped')
  const { templates } = compare([definition], { appid: 'wx0000000000000000', templates: [], categories: [] })
  expect(templates).toMatchObject([{ templateId: null, differences: [{ kind: 'no-id' }] }])
})

test.each(Object.entries(differenceRows))(
  'the difference %s has words, a remedy and a source',
  (_kind, row) => {
    for (const { zh, en } of [row.says, row.todo]) {
      expect(zh).toMatch(/\p{Script=Han}/u)
      expect(en).toMatch(/[a-z]/)
      const facts = (text: string) => new Set(text.match(/\{\w+\}/g))
      expect(facts(zh)).toEqual(facts(en))
    }
    expect(row.source).toMatch(/wechat\.md §3/)
  },
)

describe('the public library', () => {
  const stocked = () => {
    const at = world()
    at.wechat.templates.ofAccount.push({ id: 21, name: '教育' })
    at.wechat.templates.library.push(
      ...Array.from({ length: 65 }, (_, index) => ({
        tid: String(500 + index),
        title: index === 64 ? '洗衣完成提醒' : `提醒${index}`,
        kind: 'one-time' as const,
        category: 21,
        keywords: [
          { kid: 1, name: '门店', example: '总店', type: 'thing' },
          { kid: 2, name: '时间', example: '15:01', type: 'time' },
        ],
      })),
    )
    return at
  }

  test('a title is found on whichever page it is, with its keywords', async () => {
    const found = dataOf(await stocked().call('template.find', { title: '洗衣完成提醒' }, as.owner))
    expect(found).toMatchObject({
      isWhole: true,
      found: [{ tid: '564', keywords: [{ kid: 1 }, { kid: 2 }] }],
    })
  })

  test('an account without a category has nothing to look through', async () => {
    expect(dataOf(await world().call('template.find', { title: '提醒' }, as.owner)).found).toEqual([])
  })

  test('adding gives the id, is in the audit, and the same again is refused in words', async () => {
    const at = stocked()
    const wanted = { tid: '564', keywords: [2, 1], scene: '洗好了' }
    const { templateId } = dataOf(await at.call('template.add', wanted, as.owner))
    expect((await health(at)).account.templates.map((one) => one.templateId)).toContain(templateId)
    expect(await at.store.find('audit', { where: {}, limit: 9 })).toMatchObject([
      { what: 'template.add', facts: { tid: '564', templateId } },
    ])
    expect(errorOf(await at.call('template.add', wanted, as.owner))).toMatchObject({
      code: 'WECHAT_REFUSED',
      message:
        'WeChat did not accept addTemplate: a template with this title and these keywords is there (200022). Run hongyan templates push: it finds the id that is there',
      facts: { errcode: 200022 },
    })
  })

  test('deleting is the owner’s, and what is not there is refused', async () => {
    const at = world()
    const { templateId } = order(at)
    expect(errorOf(await at.call('template.remove', { templateId }, as.phone(ALICE))).code).toBe(
      'NOT_ALLOWED',
    )
    expect(dataOf(await at.call('template.remove', { templateId }, as.owner))).toEqual({ removed: true })
    expect(await kindsOf(at, 'order-shipped')).toEqual(['missing-at-wechat'])
    expect(errorOf(await at.call('template.remove', { templateId }, as.owner)).facts['errcode']).toBe(200014)
  })
})
