/** What processes have used, from the system's own tables (Linux). */
import { existsSync, readFileSync } from 'node:fs'

/** Ticks of /proc a second; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** User and system milliseconds of these processes together; null where there is no /proc. */
export function cpuMsOf(pids: readonly number[]): number | null {
  if (!existsSync('/proc/self/stat')) return null
  const ticks = pids.reduce((sum, pid) => sum + ticksOf(pid), 0)
  return (ticks * 1000) / TICKS_PER_SECOND
}

function ticksOf(pid: number): number {
  const file = `/proc/${pid}/stat`
  // It may have ended since it was listed.
  if (!existsSync(file)) return 0
  const stat = readFileSync(file, 'utf8')
  // The second field is the name in brackets, which may hold spaces; utime and stime are fields 14 and 15 of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
