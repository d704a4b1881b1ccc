/** A call of the Store port as JSON, so that it can be made inside a cloud function. */
import { ServerTime, type Store, Test } from '../../core/ports'

export interface StoreCall {
  method: keyof Store
  args: unknown[]
}

/** Classes of the port as tagged JSON. */
export function encode(value: unknown): unknown {
  if (value instanceof ServerTime) return { $serverTime: value.offsetMs }
  if (value instanceof Test) return { $test: [value.op, encode(value.value)] }
  if (Array.isArray(value)) return value.map(encode)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner)]))
  return value
}

export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode)
  if (typeof value !== 'object' || value === null) return value
  if ('$serverTime' in value) return new ServerTime(Number(value.$serverTime))
  if ('$test' in value && Array.isArray(value.$test)) {
    const [op, inner] = value.$test as [Test['op'], unknown]
    return new Test(op, decode(inner) as Test['value'])
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]))
}
