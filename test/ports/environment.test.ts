/** The environment as a plain object: whichever object the platform's runtime writes to, the SDK reads what is new. */
import { refreshEnvironment } from '../../adapters/wx/environment'

const before = process.env
afterEach(() => {
  process.env = before
})

test('what a runtime writes into the object that it has kept is seen', () => {
  refreshEnvironment()
  expect(process.env).not.toBe(before)
  before['WX_OPENID'] = 'oFirst'
  refreshEnvironment()
  expect(process.env['WX_OPENID']).toBe('oFirst')
  before['WX_OPENID'] = 'oSecond'
  refreshEnvironment()
  expect(process.env['WX_OPENID']).toBe('oSecond')
  delete before['WX_OPENID']
  refreshEnvironment()
  expect(process.env).not.toHaveProperty('WX_OPENID')
})

test('what a runtime writes into process.env is seen, and not undone by what stood there before', () => {
  before['WX_OPENID'] = 'oOld'
  refreshEnvironment()
  process.env['WX_OPENID'] = 'oNew'
  process.env['WX_UNIONID'] = 'uNew'
  refreshEnvironment()
  expect(process.env).toMatchObject({ WX_OPENID: 'oNew', WX_UNIONID: 'uNew' })
  delete process.env['WX_UNIONID']
  refreshEnvironment()
  expect(process.env).not.toHaveProperty('WX_UNIONID')
  delete before['WX_OPENID']
})
