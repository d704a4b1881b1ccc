import * as fc from 'fast-check'
import { boundaryOf, parseMultipart } from '../../emulator/gateway/multipart'

const BOUNDARY = '--------------------------0123456789abcdef01234567'

function bodyOf(parts: { name: string; content: Buffer; filename?: string }[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ name, content, filename }) => [
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"` +
          `${filename === undefined ? '' : `; filename="${filename}"`}\r\n` +
          'Content-Type: application/octet-stream\r\n\r\n',
      ),
      content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ])
}

test('parts keep every byte, newlines and half boundaries included', () => {
  const nasty = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('\r\n', '\r\n\r\n', '--', `\r\n--${BOUNDARY.slice(0, 20)}`, '')
      .map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(nasty, { minLength: 1, maxLength: 5 }), (contents) => {
      const parts = contents.map((content, index) => ({ name: `part${index}`, content }))
      expect(parseMultipart(bodyOf(parts), BOUNDARY)).toEqual(parts)
    }),
  )
})

test('a file part has its filename', () => {
  const body = bodyOf([{ name: 'media', content: Buffer.from([0, 255]), filename: 'media.png' }])
  expect(parseMultipart(body, BOUNDARY)).toEqual([
    { name: 'media', filename: 'media.png', content: Buffer.from([0, 255]) },
  ])
})

test('a body cut off anywhere is an error, never a part cut short', () => {
  const whole = bodyOf([
    { name: 'action', content: Buffer.from('wx.openApi') },
    { name: 'requestData', content: Buffer.from([1, 2, 3, 13, 10, 4]) },
  ])
  for (let length = 0; length < whole.length - 2; length++)
    expect(() => parseMultipart(whole.subarray(0, length), BOUNDARY)).toThrow(/multipart body/)
})

test('random bytes are an error, not a crash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(() => parseMultipart(Buffer.from(bytes), BOUNDARY)).toThrow(/multipart body/)
    }),
  )
})

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['multipart/form-data; boundary="a b"', 'a b'],
  ['Multipart/Form-Data;boundary=abc; charset=utf-8', 'abc'],
  ['application/json', undefined],
  ['multipart/form-data', undefined],
  [undefined, undefined],
])('the boundary of %s is %s', (contentType, boundary) => {
  expect(boundaryOf(contentType)).toBe(boundary)
})
