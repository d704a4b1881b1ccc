import type { Activity } from './activity'
import type { Warnings } from './warnings'

// A phone refuses more than this in one setData (documented: 单次设置的数据不能超过 1024kB; kept smaller here because
// from 256 KB on the page visibly stalls on real phones).
const LARGE_BYTES = 256 * 1024

export interface SetDataCall {
  component: string
  bytes: number
  keys: string[]
  at: number
}

/** Measures every setData and warns where a phone would lose or refuse what this one takes. */
export class SetDataMeter {
  readonly calls: SetDataCall[] = []
  private readonly warned = new Set<string>()

  constructor(
    private readonly warnings: Warnings,
    private readonly activity: Activity,
  ) {}

  /** What really reaches the page: values that a phone cannot carry over are dropped as a phone drops them. */
  checked(component: string, data: Record<string, unknown>): Record<string, unknown> {
    const kept: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(data)) {
      if (value === undefined) this.warn(component, `setData({ ${key}: undefined }) is ignored on a phone`)
      else kept[key] = value
    }
    const lost = lostIn(kept, '', new Set())
    if (lost) this.warn(component, `setData holds ${lost}, which does not survive the way to a phone's page`)
    const bytes = sizeOf(kept)
    this.calls.push({ component, bytes, keys: Object.keys(kept), at: Date.now() })
    if (this.calls.length > 500) this.calls.shift()
    this.activity.add({ kind: 'setData', text: `${component}: ${Object.keys(kept).join(', ')}`, bytes })
    if (bytes > LARGE_BYTES) {
      this.warnings.add(
        'SET_DATA_SIZE',
        `${component}: setData of ${Math.round(bytes / 1024)} KB; keep it below 256 KB`,
      )
    }
    return kept
  }

  private warn(component: string, message: string): void {
    const text = `${component}: ${message}`
    if (this.warned.has(text)) return
    this.warned.add(text)
    this.warnings.add('NOT_SERIALISABLE', text)
  }
}

/** The first value that JSON does not carry, in words; undefined when all is well. */
function lostIn(value: unknown, path: string, above: Set<object>): string | undefined {
  const name = path || 'a value'
  if (typeof value === 'function') return `a function at ${name}`
  if (typeof value === 'symbol' || typeof value === 'bigint') return `a ${typeof value} at ${name}`
  if (typeof value !== 'object' || value === null) return undefined
  if (above.has(value)) return `a cycle at ${name}`
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain =
    prototype === null ||
    Array.isArray(value) ||
    (prototype as { constructor: { name: string } }).constructor.name === 'Object'
  if (!isPlain) return `a ${(prototype as { constructor: { name: string } }).constructor.name} at ${name}`
  above.add(value)
  for (const [key, inside] of Object.entries(value)) {
    const lost = lostIn(inside, path ? `${path}.${key}` : key, above)
    if (lost) return lost
  }
  above.delete(value)
  return undefined
}

function sizeOf(value: unknown): number {
  try {
    return new Blob([JSON.stringify(value)]).size
  } catch (error) {
    // A cycle has been warned about; it has no size.
    if (error instanceof TypeError) return 0
    throw error
  }
}
