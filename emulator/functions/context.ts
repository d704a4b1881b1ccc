import type { CloudFunction } from './project'

/** The second argument of `main`, as far as it is data (wire.md §1.3). */
export function contextOf(
  definition: CloudFunction,
  namespace: string,
  requestId: string,
  env: Record<string, string>,
): Record<string, unknown> {
  return {
    request_id: requestId,
    function_name: definition.name,
    function_version: '$LATEST',
    namespace,
    memory_limit_in_mb: definition.memoryMB,
    time_limit_in_ms: definition.timeoutSeconds * 1000,
    environ: Object.entries(env)
      .map(([key, value]) => `${key}=${value}`)
      .join(';'),
    environment: JSON.stringify(env),
  }
}
