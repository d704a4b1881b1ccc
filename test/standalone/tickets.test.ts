/** Tickets as the unmodified node-sdk makes them, and the tokens that follow from them. */
import { generateKeyPairSync } from 'node:crypto'
import * as tcb from '@cloudbase/node-sdk'
import { emulatedLogin } from '../../cli/standalone'
import { CredentialDesk } from '../../emulator/standalone/credentials'
import { readTicket } from '../../emulator/standalone/tickets'

const env = 'env-of-ours'
const ALICE = 'oAlice5Qm2LxZt0Hs6NcJp4Fd9Ga'
const { loginKeys: keys, keyFile } = emulatedLogin(env)
const own = JSON.parse(keyFile) as { private_key_id: string; private_key: string; env_id: string }
const ticketBy = (key: typeof own, uid = ALICE) =>
  tcb.init({ env: key.env_id, credentials: key }).auth().createTicket(uid)
const foreignKey = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey

const read = (ticket: string, now = Date.now()) => readTicket(ticket, { env, keys, now })

test('a ticket names the person that it was made for', () => {
  expect(read(ticketBy(own))).toMatchObject({ customUserId: ALICE, refreshMs: 3_600_000 })
})

const MINUTE = 60_000
const changed = (ticket: string) => {
  const [id = '', token = ''] = ticket.split('/@@/')
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const forged = Buffer.from(JSON.stringify({ ...claims, uid: 'oSomebodyElse' })).toString('base64url')
  return `${id}/@@/${header}.${forged}.${signature}`
}

test.each<[string, () => string, RegExp]>([
  ['made with another key', () => ticketBy({ ...own, private_key: foreignKey }), /not signed/],
  ['of which somebody changed whom it is for', () => changed(ticketBy(own)), /not signed/],
  ['of a key that the environment does not have', () => ticketBy({ ...own, private_key_id: 'k9' }), /"k9"/],
  ['for another environment', () => ticketBy({ ...own, env_id: 'env-of-others' }), /env-of-others/],
  ['that is none', () => 'nonsense', /no private key "nonsense"/],
  ['without a token', () => `${own.private_key_id}/@@/`, /not signed/],
])('a ticket %s is refused', (_what, make, why) => {
  expect(() => read(make())).toThrow(why)
})

test('a ticket is good for ten minutes', () => {
  const ticket = ticketBy(own)
  expect(read(ticket, Date.now() + 9 * MINUTE).customUserId).toBe(ALICE)
  expect(() => read(ticket, Date.now() + 11 * MINUTE)).toThrow(/expired/)
})

test.each(['abc', 'x'.repeat(33), 'with space', '张同学'])(
  'node-sdk makes no ticket for the id %p',
  (uid) => {
    expect(() => ticketBy(own, uid)).toThrow('Invalid uid')
  },
)

describe('the tokens of a login', () => {
  const at = (now: number) => new CredentialDesk('secret of the emulator', () => now)
  const given = at(0).forCustomUser(ALICE)

  test('tell whose they are for two hours, across a restart', () => {
    expect(at(7_199_000).loginOf(given.access_token)).toMatchObject({ customUserId: ALICE })
    expect(at(7_200_000).loginOf(given.access_token)).toBe('expired')
  })

  test('are renewed for thirty days, and are the same person’s', () => {
    const renewed = at(29 * 86_400_000).refreshed(given.refresh_token)
    expect(at(29 * 86_400_000).loginOf(renewed.access_token)).toMatchObject({ uid: given.sub })
    expect(() => at(30 * 86_400_000).refreshed(given.refresh_token)).toThrow('refresh token')
  })

  test('are no tokens for another use, of another emulator, or changed', () => {
    expect(at(0).loginOf(given.refresh_token)).toBeUndefined()
    expect(() => at(0).refreshed(given.access_token)).toThrow('refresh token')
    expect(new CredentialDesk('another secret', () => 0).loginOf(given.access_token)).toBeUndefined()
    expect(at(0).loginOf(`${given.access_token}x`)).toBeUndefined()
    expect(at(0).loginOf('nonsense')).toBeUndefined()
  })

  test('of nobody name nobody, and a phone stays the same nobody', () => {
    const nobody = at(0).forDevice('phone-1')
    expect(at(0).loginOf(nobody.access_token)).toEqual({ uid: nobody.sub })
    expect(at(9).forDevice('phone-1').sub).toBe(nobody.sub)
    expect(at(0).forDevice('phone-2').sub).not.toBe(nobody.sub)
  })
})
