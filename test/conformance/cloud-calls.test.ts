import { SDK_VERSIONS } from '../support/emulator'
import { cloud, type Probe, scriptOf, startProbe } from './probe'

const BUS = { touser: 'oAlice', templateId: 'TPL_BUS', data: { thing1: { value: '1路' } } }

describe.each(SDK_VERSIONS)('on SDK %s', (sdk) => {
  let given: Probe
  beforeAll(async () => {
    given = await startProbe({ sdk, functions: ['unpermitted'] })
    await given.accept('oAlice', 'TPL_BUS')
  })
  afterAll(() => given.stop())

  test('an API that config.json lists may be called', async () => {
    expect(await given.run(cloud.openapi.subscribeMessage.getCategory())).toMatchObject({ errCode: 0 })
  })

  test('an API that config.json does not list is -604101 with the SDK’s sentence', async () => {
    const { errCode, errMsg } = await given.result('unpermitted')
    expect({ errCode, errMsg }).toEqual({ errCode: -604101, errMsg: 'system error: error code: -604101' })
  })

  test('permission is the function’s own: what its caller may do is not enough', async () => {
    const call = cloud.callFunction({ name: 'unpermitted', data: {} })
    expect(await given.run(cloud.openapi.subscribeMessage.send(BUS))).toMatchObject({ errCode: 0 })
    expect(await given.run(call)).toMatchObject({ result: { errCode: -604101 } })
  })

  test('a function called by a function may use cloud calls', async () => {
    const call = cloud.callFunction({
      name: 'probe',
      data: scriptOf(cloud.openapi.subscribeMessage.send(BUS)),
    })
    expect(await given.run(call)).toMatchObject({ result: [{ value: { errCode: 0 } }] })
  })

  test('an API whose name is misspelt is -604100', async () => {
    expect(await given.fault(cloud.openapi.subscribMessage.send(BUS))).toMatchObject({ errCode: -604100 })
  })

  test('with convertCase off WeChat’s own names are needed', async () => {
    const own = cloud.openapi({ convertCase: false }).subscribeMessage
    const { templateId, ...rest } = BUS
    expect(await given.run(own.send({ ...rest, template_id: templateId }))).toMatchObject({ errCode: 0 })
    expect(await given.fault(own.send(BUS))).toMatchObject({ errCode: 40037 })
  })

  test('convertCase changes the keys of data too: characterString2 is character_string2', async () => {
    await given.accept('oAlice', 'TPL_ORDER')
    const data = { thing1: { value: '毛巾' }, characterString2: { value: 'A' }, date3: { value: '10月1日' } }
    expect(
      await given.run(cloud.openapi.subscribeMessage.send({ ...BUS, templateId: 'TPL_ORDER', data })),
    ).toMatchObject({ errCode: 0 })
  })

  test('file storage is refused by name, as not simulated', async () => {
    const link = cloud.getTempFileURL({ fileList: ['cloud://hongyan-test.x/a.png'] })
    expect((await given.fault(link)).errMsg).toMatch(/storage\.batchGetDownloadUrl is not simulated/)
  })
})
