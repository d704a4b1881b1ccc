/** zod's issues as faults of ours: a problem by name and the facts of its sentence. */
import type * as z from 'zod'
import type { FoundFault } from './errors'

type Issue = z.core.$ZodIssue

/** A value as it is quoted in a sentence: short, on one line. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return [...text].length > 40 ? `${[...text].slice(0, 40).join('')}…` : text
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    root,
  )
}

function problemOf(issue: Issue, value: unknown): Pick<FoundFault, 'problem' | 'facts'> {
  const got = quoted(value)
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? { problem: 'missing', facts: { expected: issue.expected } }
        : { problem: 'type', facts: { expected: issue.expected, got } }
    case 'too_big': {
      const counted = issue.origin === 'string' || issue.origin === 'array'
      return { problem: counted ? 'too-long' : 'too-big', facts: { max: Number(issue.maximum), got } }
    }
    case 'too_small': {
      const counted = issue.origin === 'string' || issue.origin === 'array'
      return { problem: counted ? 'too-short' : 'too-small', facts: { min: Number(issue.minimum), got } }
    }
    case 'invalid_value':
      return { problem: 'not-listed', facts: { allowed: issue.values.map(String).join(', '), got } }
    case 'invalid_format':
      return {
        problem: 'format',
        facts: { format: issue.format === 'regex' ? issue.pattern : issue.format, got },
      }
    case 'custom': {
      const like: unknown = issue.params?.['like']
      return like === undefined
        ? { problem: 'rule', facts: { rule: issue.message, got } }
        : { problem: 'like', facts: { like: quoted(like), got } }
    }
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return { problem: 'rule', facts: { rule: issue.message, got } }
    default: {
      const unreachable: never = issue
      throw new Error(`zod gave an issue of an unknown code: ${JSON.stringify(unreachable)}`)
    }
  }
}

/** Every fault of a failed parse of `input`, each with its path below `root`; unknown keys one by one, by name. */
export function faultsOf(error: z.ZodError, root: string, input: unknown): FoundFault[] {
  return error.issues.flatMap((issue): FoundFault[] => {
    const at = [root, ...issue.path.map(String)].filter((part) => part !== '')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...at, key].join('.'), problem: 'unknown', facts: { key } }))
    return [{ path: at.join('.') || root, ...problemOf(issue, valueAt(input, issue.path)) }]
  })
}
