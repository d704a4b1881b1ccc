import type { Duplex } from 'node:stream'
import * as z from 'zod'

/** What an instance says over its channel. */
const frameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('output'), text: z.string() }),
  z.object({
    type: z.literal('result'),
    requestId: z.string(),
    json: z.string().optional(),
    error: z.string().optional(),
    memoryMB: z.number(),
  }),
])
export type InstanceFrame = z.output<typeof frameSchema>

/** Writes one frame: four bytes of length, then the JSON text. */
export function writeFrame(channel: Duplex, json: string): void {
  const length = Buffer.byteLength(json)
  const frame = Buffer.allocUnsafe(4 + length)
  frame.writeUInt32BE(length)
  frame.write(json, 4)
  channel.write(frame)
}

/** Calls `onFrame` for each whole frame that arrives; a frame that is none of ours is an error for `onFault`. */
export function readFrames(
  channel: Duplex,
  onFrame: (frame: InstanceFrame) => void,
  onFault: (error: Error) => void,
): void {
  let chunks: Buffer[] = []
  let held = 0
  channel.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    held += chunk.length
    // A large frame comes in many chunks: they are joined once it is whole, not at each chunk.
    while (held >= 4) {
      let [first = chunk] = chunks
      if (first.length < 4) {
        first = Buffer.concat(chunks)
        chunks = [first]
      }
      const length = first.readUInt32BE(0)
      if (held < 4 + length) return
      const all = chunks.length === 1 ? first : Buffer.concat(chunks)
      const rest = all.subarray(4 + length)
      chunks = rest.length === 0 ? [] : [rest]
      held = rest.length
      try {
        onFrame(frameSchema.parse(JSON.parse(all.toString('utf8', 4, 4 + length))))
      } catch (cause) {
        onFault(new Error('an instance sent a frame that cannot be read', { cause }))
        return
      }
    }
  })
}
