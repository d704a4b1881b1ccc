/** What WXS has instead of `new RegExp` and `new Date`. */
export function compiledRegExp(pattern: string, flags?: string): RegExp {
  return new RegExp(pattern, flags)
}

export function compiledDate(...parts: [] | [number | string] | [number, number, ...number[]]): Date {
  const [first, month, ...rest] = parts
  if (first === undefined) return new Date()
  return typeof first === 'string' || month === undefined ? new Date(first) : new Date(first, month, ...rest)
}
