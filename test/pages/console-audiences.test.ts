/** @jest-environment jsdom */
import { File } from 'node:buffer'
import type { Action, InputOf } from '../../core/contract'
import { openPage, type PageTest, type PageTestOptions } from '../support/pages'
import { listed, openidsOf, orderParams } from '../support/campaign'
import { ALICE, as, dataOf, given, type Given, OWNER } from '../support/service'

const VIEWER = 'oViewerOfShop'
const importing = 'console/import/import'

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  jest.restoreAllMocks()
})

const open = (page: string, options: Partial<PageTestOptions> & { world: Given }) =>
  openPage({ openid: OWNER, page, ...options })
const lists = async (world: Given) => dataOf(await world.call('audience.list', {}, as.owner)).audiences
const paste = ({ phone }: PageTest, text: string) => phone.type('.paste', text)
const named = async ({ phone }: PageTest, name = '会员') => phone.type('.list-name', name)
const made = async (world: Given, name = '会员') =>
  dataOf(await world.call('audience.create', { name, size: 10 }, as.owner)).audience

describe('the lists', () => {
  const page = 'console/audiences/audiences'

  test('each with its people and whether it can be sent to; without any it says how to begin', async () => {
    const world = given()
    const { phone: empty } = await open(page, { world })
    expect(empty.text()).toContain('还没有名单')
    await listed(
      world,
      openidsOf(3).map((openid) => ({ openid, params: { ...orderParams } })),
    )
    await made(world, '新客')
    const { phone } = await open(page, { world })
    const rows = phone.findAll('.audience').map((row) => row.textContent ?? '')
    expect(
      rows.some((row) => row.includes('3 人') && row.includes('可以群发') && row.includes('订单发货提醒')),
    ).toBe(true)
    expect(
      rows.some((row) => row.includes('新客') && row.includes('未完成') && row.includes('只有 openid')),
    ).toBe(true)
  })

  test('one is finished, and one is deleted, each after a question', async () => {
    const world = given()
    await made(world)
    const { phone } = await open(page, { world })
    await phone.tap('.seal')
    expect(phone.overlay()?.textContent).toContain('完成“会员”？')
    await phone.choose('完成')
    expect((await lists(world))[0]).toMatchObject({ sealed: true })
    expect(phone.has('.seal')).toBe(false)
    await phone.tap('.remove')
    await phone.choose('先不')
    expect(await lists(world)).toHaveLength(1)
    await phone.tap('.remove')
    await phone.choose('删除')
    expect(await lists(world)).toEqual([])
    expect(phone.text()).toContain('还没有名单')
  })

  test('one that is ready leads to a campaign for it, of the template whose content it brings', async () => {
    const world = given()
    const input = { name: '排队', size: 1, template: 'queue-call' }
    const { audience } = dataOf(await world.call('audience.create', input, as.owner))
    dataOf(await world.call('audience.seal', { audience }, as.owner))
    const { phone } = await open(page, { world })
    await phone.tap('.use')
    expect(phone.route()).toBe('console/compose/compose')
    const { draft } = phone.page().data as { draft: { kind: string; template: string } }
    expect(draft).toMatchObject({ kind: 'list', list: audience, template: 'queue-call' })
  })

  test('who may only look sees no buttons, and who is not staff sees nothing', async () => {
    const world = given()
    await made(world)
    dataOf(await world.call('staff.grant', { openid: VIEWER, role: 'viewer' }, as.owner))
    const { phone: viewer } = await open(page, { world, openid: VIEWER })
    expect([viewer.has('.audience'), viewer.has('.create'), viewer.has('.remove')]).toEqual([
      true,
      false,
      false,
    ])
    const { phone: stranger } = await open(page, { world, openid: ALICE })
    expect(stranger.text()).toContain('这里只对店员开放')
    expect(stranger.has('.audience')).toBe(false)
  })

  test('without a network what is there stays', async () => {
    const world = given()
    await made(world)
    const { phone, offline } = await open(page, { world })
    offline(true)
    await phone.tap('.seal')
    await phone.choose('完成')
    expect(phone.text()).toContain('没有连上服务')
    expect(phone.has('.audience')).toBe(true)
    expect((await lists(world))[0]).toMatchObject({ sealed: false })
  })
})

describe('an import', () => {
  test('of pasted openids: counted, imported once each, and finished', async () => {
    const world = given()
    const test = await open(importing, { world })
    const { phone } = test
    expect(phone.find('.begin').getAttribute('aria-disabled')).toBe('true')
    await named(test)
    await paste(test, ['oPerson0001', 'oPerson0002', 'oPerson0001', '!'].join('\n'))
    expect(phone.text('.counted')).toContain('4 行')
    await phone.tap('.begin')
    expect(phone.text('.result')).toBe('新增 2，更新 0，重复 1，没能导入 1')
    expect(phone.text('.line')).toContain('第 4 行')
    await phone.tap('.seal')
    await phone.choose('完成')
    expect(await lists(world)).toMatchObject([{ name: '会员', people: 2, sealed: true }])
    expect(phone.route()).toBe('console/audiences/audiences')
  })

  test('of a table with the template’s own titles, whose faults are named by line', async () => {
    const world = given()
    const test = await open(importing, { world })
    const { phone } = test
    await named(test)
    await phone.tap('.template')
    await phone.choose('订单发货提醒')
    await phone.choose('确定')
    const table = [
      'openid,订单号,goods,total,承运,carrier',
      'oPerson0001,HY1,"咖啡豆, 云南",68,x,顺丰速运',
      'oPerson0002,HY2,茶,lots,,顺丰速运',
      ',HY3,茶,1,,顺丰速运',
    ]
    await paste(test, table.join('\n'))
    expect(phone.text('.counted')).toContain('2 行')
    expect(phone.text('.line')).toContain('不认识这些列，会略过：')
    expect(phone.text('.line')).toContain('没有 openid')
    await phone.tap('.begin')
    expect(phone.text('.result')).toBe('新增 1，更新 0，重复 0，没能导入 1')
    expect(phone.text('.line')).toMatch(/第 3 行：.*total/)
  })

  test('of a file, and of one that is no text', async () => {
    const world = given()
    const files = [
      new File([Uint8Array.from([0xff, 0xfe, 0xb0, 0xa1])], 'gbk.csv'),
      new File(['\uFEFFopenid\r\noPerson0001\r\noPerson0002\r\n'], 'members.csv'),
    ]
    const file = () => files.shift() as unknown as globalThis.File
    const test = await open(importing, { world, host: { file } })
    const { phone } = test
    await named(test)
    await phone.tap('.choose')
    expect(phone.text('.rows')).toContain('CSV UTF-8')
    await phone.tap('.choose')
    expect(phone.text('.chosen')).toContain('members.csv')
    expect(phone.text('.counted')).toContain('2 行')
    await phone.tap('.begin')
    expect(phone.text('.result')).toContain('新增 2')
    await phone.tap('.again')
    expect(phone.text('.headline')).toBe('往“会员”里加人')
    await paste(test, 'oPerson0003')
    await phone.tap('.begin')
    await phone.tap('.seal')
    await phone.choose('完成')
    expect(await lists(world)).toMatchObject([{ people: 3 }])
  })

  test('that is cut off goes on where it stood, into the same list', async () => {
    const world = given()
    let appended = 0
    const intercept = async (action: Action, input: unknown) => {
      // The answer of the first call that makes the list is lost, as is that of the second part.
      if (action === 'audience.create' && (await lists(world)).length === 0) {
        dataOf(await world.call('audience.create', input as InputOf<'audience.create'>, as.owner))
        throw new Error('timeout')
      }
      if (action === 'audience.append' && (appended += 1) === 2) {
        dataOf(await world.call('audience.append', input as InputOf<'audience.append'>, as.owner))
        throw new Error('timeout')
      }
    }
    const test = await open(importing, { world, intercept })
    const { phone } = test
    await named(test)
    await paste(test, openidsOf(450).join('\n'))
    await phone.tap('.begin')
    expect(phone.text('wx-notice-bar')).toContain('没有及时回答')
    await phone.tap('.go-on')
    expect(phone.has('.go-on')).toBe(true)
    await phone.tap('.go-on')
    expect(phone.text('.result')).toBe('新增 250，更新 0，重复 200，没能导入 0')
    await phone.tap('.seal')
    await phone.choose('完成')
    expect(await lists(world)).toMatchObject([{ people: 450 }])
    expect(Math.max(...phone.setDataCalls().map(({ bytes }) => bytes))).toBeLessThan(20_000)
  })

  test('of long rows goes in calls that a phone may make', async () => {
    const world = given()
    const test = await open(importing, { world })
    const { phone } = test
    await named(test)
    await phone.tap('.template')
    await phone.choose('订单发货提醒')
    await phone.choose('确定')
    const rows = openidsOf(150).map((openid) => `${openid},${'茶'.repeat(200)},${'字'.repeat(200)}`)
    await paste(test, ['openid,goods,note', ...rows].join('\n'))
    await phone.tap('.begin')
    expect(phone.text('.result')).toContain('新增 150')
    const bytes = phone.calls.map(({ data }) => Buffer.byteLength(JSON.stringify(data)))
    expect(Math.max(...bytes)).toBeLessThan(100_000)
  })

  test('needs a name, and into a list that is there only rows', async () => {
    const world = given()
    const test = await open(importing, { world })
    await paste(test, 'oPerson0001')
    await test.phone.tap('.begin')
    expect(test.phone.text('wx-notice-bar')).toContain('请给名单起个名字')
    const audience = await made(world, '老客')
    const { phone } = await open(importing, { world, query: { audience } })
    expect(phone.text('.headline')).toBe('往“老客”里加人')
    expect(phone.has('.list-name')).toBe(false)
  })

  test('reads English on an English phone', async () => {
    const test = await open(importing, { world: given(), language: 'en' })
    await paste(test, 'openid;name\noPerson0001;x')
    expect(test.phone.text('.begin')).toBe('Import rows (1)')
    expect(test.phone.text('.line')).toContain('not known')
  })
})
