/** One part of a multipart/form-data body. */
export interface Part {
  name: string
  filename?: string
  content: Buffer
}

const HEADERS_END = Buffer.from('\r\n\r\n')

/** The boundary that a Content-Type names, or undefined when it is no multipart body. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\/form-data\s*;/i.test(contentType)) return undefined
  const match = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  return match?.[1] ?? match?.[2]
}

/**
 * Takes a multipart/form-data body apart without touching the bytes of its parts. Throws an Error on a body that is
 * cut off or broken.
 */
export function parseMultipart(body: Buffer, boundary: string): Part[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const opening = body.indexOf(`--${boundary}`)
  if (opening < 0) throw new Error('the multipart body does not hold its own boundary')
  const parts: Part[] = []
  let at = opening + delimiter.length - 2
  for (;;) {
    const next = body.toString('latin1', at, at + 2)
    if (next === '--') return parts
    if (next !== '\r\n') throw new Error('the multipart body is cut off after a boundary')
    const headersEnd = body.indexOf(HEADERS_END, at)
    const contentEnd = headersEnd < 0 ? -1 : body.indexOf(delimiter, headersEnd + 2)
    if (headersEnd < 0 || contentEnd < 0) throw new Error('the multipart body is cut off inside a part')
    const headers = body.toString('utf8', at + 2, headersEnd)
    const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(headers)?.[1] ?? ''
    const name = /(?:^|;)\s*name="([^"]*)"/.exec(disposition)?.[1]
    if (name === undefined) throw new Error('a part of the multipart body has no name')
    const filename = /(?:^|;)\s*filename="([^"]*)"/.exec(disposition)?.[1]
    parts.push({
      name,
      ...(filename === undefined ? {} : { filename }),
      content: body.subarray(headersEnd + 4, contentEnd),
    })
    at = contentEnd + delimiter.length
  }
}
