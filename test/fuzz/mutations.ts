/** Ways to break a request. */
import type { Dice } from './dice'
import { changeJson, NASTY_JSON } from './nasty'
import type { RawRequest, WireRequest } from './request'

export type Mutant = WireRequest | RawRequest

interface Mutation {
  /** How often it is taken, against the others. */
  weight: number
  /** `other` is another request of the corpus. Gives undefined for a request that it does not fit. */
  apply: (request: WireRequest, dice: Dice, other: WireRequest) => Mutant | undefined
}

const withBody = (request: WireRequest, body: Buffer): WireRequest => ({ ...request, body })
const withHeaders = (request: WireRequest, headers: Record<string, string>): WireRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
})

/** Replaces `length` bytes at `at` by others. */
const splice = (body: Buffer, at: number, length: number, others: Buffer): Buffer =>
  Buffer.concat([body.subarray(0, at), others, body.subarray(at + length)])

/** The protobuf of a cloud call: between the head of its part and the next boundary. */
function protobufIn(body: Buffer): { start: number; end: number } | undefined {
  const head = body.indexOf('name="requestData"')
  const start = head < 0 ? -1 : body.indexOf('\r\n\r\n', head) + 4
  const end = start < 4 ? -1 : body.indexOf('\r\n--', start)
  return end < 0 ? undefined : { start, end }
}

const CONTENT_TYPES = [
  '',
  'text/plain',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=x',
  'multipart/form-data; boundary="',
  'application/x-www-form-urlencoded',
  `application/json; ${'x'.repeat(4000)}`,
]
const ODD_TEXTS = ['', ' ', ',', ',,,', 'scf', 'wx_client,'.repeat(400), '%00', '%', '😀', 'null', '-1', '\\']

/** HTTP as no client writes it. */
const RAW_HEADS = [
  'GET / HTTP/9.9\r\n\r\n',
  'POST /admin HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
  'POST /admin HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde',
  'POST /admin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
  'POST /admin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
  'POST /admin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc',
  'POST /admin HTTP/1.1\r\nBad Header\r\n\r\n',
  'POST /admin HTTP/1.1\r\n\r\n',
  'POST //admin?%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
  'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /admin HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'POST /admin HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
  'POST /admin HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 2\r\n\r\n{}',
  '\u0000\u0001\u0002\u0003',
  '',
]

/** More than the emulator takes: see the limit of its server. */
const OVERSIZE_BYTES = 21 * 1024 * 1024

export const MUTATIONS: Record<string, Mutation> = {
  'a value of the JSON': {
    weight: 40,
    apply(request, dice) {
      const text = changeJson(request.body.toString('utf8'), dice)
      return text === undefined ? undefined : withBody(request, Buffer.from(text))
    },
  },
  'bytes flipped': {
    weight: 12,
    apply(request, dice) {
      if (request.body.length === 0) return undefined
      const body = Buffer.from(request.body)
      for (let count = 1 + dice.below(8); count > 0; count--) body[dice.below(body.length)] = dice.below(256)
      return withBody(request, body)
    },
  },
  'cut off': {
    weight: 8,
    apply: (request, dice) =>
      request.body.length === 0
        ? undefined
        : withBody(request, request.body.subarray(0, dice.below(request.body.length))),
  },
  'bytes put in, left out or doubled': {
    weight: 8,
    apply(request, dice) {
      const { body } = request
      const at = dice.below(body.length + 1)
      const length = Math.min(dice.below(64), body.length - at)
      const part = body.subarray(at, at + length)
      const others = dice.pick([dice.bytes(dice.below(64)), Buffer.alloc(0), Buffer.concat([part, part])])
      return withBody(request, splice(body, at, length, others))
    },
  },
  'protobuf changed': {
    weight: 12,
    apply(request, dice) {
      const place = protobufIn(request.body)
      if (place === undefined) return undefined
      const { start, end } = place
      const bytes = Buffer.from(request.body.subarray(start, end))
      for (let count = 1 + dice.below(4); count > 0 && bytes.length > 0; count--)
        bytes[dice.below(bytes.length)] = dice.below(256)
      const others = dice.chance(0.3) ? dice.bytes(dice.below(200)) : bytes
      return withBody(request, splice(request.body, start, end - start, others))
    },
  },
  'a field of the form': {
    weight: 6,
    apply(request, dice) {
      const text = request.body.toString('latin1')
      const names = [...text.matchAll(/name="([^"]*)"/g)]
      if (names.length === 0) return undefined
      const { 0: whole, index } = dice.pick(names)
      const other = dice.pick([
        'name=""',
        'name="action"',
        'name="requestData"',
        'name=',
        'nome="x"',
        'name="__proto__"',
      ])
      return withBody(request, splice(request.body, index, whole.length, Buffer.from(other)))
    },
  },
  'an unknown action': {
    weight: 4,
    apply(request, dice) {
      const action = dice.pick([
        'database.drop',
        'wx.',
        '',
        'toString',
        'functions.deleteFunction',
        'x'.repeat(9999),
      ])
      const body = request.body.toString('latin1').replace(/"action":"[^"]*"/, () => `"action":"${action}"`)
      return withBody(request, Buffer.from(body, 'latin1'))
    },
  },
  'a nasty body': {
    weight: 4,
    apply: (request, dice) => withBody(request, Buffer.from(dice.pick(NASTY_JSON))),
  },
  'headers of another': {
    weight: 4,
    apply: (request, _dice, other) => ({ ...request, headers: other.headers }),
  },
  'path of another': {
    weight: 4,
    apply: (request, _dice, other) => ({ ...request, path: other.path, method: other.method }),
  },
  'odd headers': {
    weight: 5,
    apply: (request, dice) =>
      withHeaders(request, {
        'content-type': dice.pick(CONTENT_TYPES),
        'x-tcb-source': encodeURI(dice.pick(ODD_TEXTS)).slice(0, 4000),
        ...(dice.chance(0.2) ? { [`x-${'h'.repeat(200)}`]: 'v'.repeat(4000) } : {}),
      }),
  },
  'an odd query': {
    weight: 4,
    apply: (request, dice) => {
      const name = dice.pick([
        'seqId',
        'env',
        'access_token',
        'openid',
        'after',
        'name',
        'appid',
        'collection',
      ])
      const [path = ''] = request.path.split('?')
      return { ...request, path: `${path}?${name}=${encodeURIComponent(dice.pick(ODD_TEXTS))}&${name}=%zz` }
    },
  },
  'an odd method': {
    weight: 2,
    apply: (request, dice) => ({
      ...request,
      method: dice.pick(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']),
    }),
  },
  'an odd path': {
    weight: 2,
    apply: (request, dice) => ({
      ...request,
      path: dice.pick([
        '//',
        '/%',
        '/admin/',
        '/_emulator',
        '/_emulator/../admin',
        `/${'a'.repeat(3000)}`,
        '/phone',
        '/?',
      ]),
    }),
  },
  large: {
    weight: 0.5,
    apply: (request, dice) =>
      withBody(
        request,
        Buffer.from(`{"action":"database.insertDocument","x":"${'y'.repeat(dice.below(2_000_000))}"}`),
      ),
  },
  oversized: {
    weight: 0.1,
    apply: (request) => withBody(request, Buffer.alloc(OVERSIZE_BYTES, 0x20)),
  },
  'no HTTP': {
    weight: 3,
    apply: (_request, dice) => ({ bytes: Buffer.from(dice.pick(RAW_HEADS), 'latin1') }),
  },
  'broken off': {
    weight: 3,
    apply(request, dice) {
      const { method, path, headers, body } = request
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n`
      const whole = Buffer.concat([Buffer.from(head, 'latin1'), body])
      return { bytes: whole.subarray(0, dice.below(whole.length)) }
    },
  },
}

const NAMES = Object.keys(MUTATIONS)
const TOTAL = Object.values(MUTATIONS).reduce((sum, { weight }) => sum + weight, 0)

/** A mutant of one of the corpus, and how it came about. */
export function mutate(
  corpus: readonly WireRequest[],
  dice: Dice,
): { mutation: string; of: WireRequest; mutant: Mutant } {
  for (;;) {
    const of = dice.pick(corpus)
    let left = (dice.below(1_000_000) / 1_000_000) * TOTAL
    const mutation = NAMES.find((name) => (left -= MUTATIONS[name]?.weight ?? 0) < 0) ?? 'bytes flipped'
    const mutant = MUTATIONS[mutation]?.apply(of, dice, dice.pick(corpus))
    if (mutant !== undefined) return { mutation, of, mutant }
  }
}
