/** How large the packages of a Mini Program are, as WeChat counts them: compiled, not zipped. */

/** WeChat refuses a package of more than 2 MB; this project wants its main package below the goal. */
const LIMIT_KB = 2048
const GOAL_KB = 300

/** Bytes by package; `` is the main one. Throws where the main package is larger than the goal. */
export function packageSizes(
  files: Record<string, number>,
  roots: readonly string[],
): { root: string; bytes: number; files: number }[] {
  const packageOf = (file: string) => roots.find((root) => file.startsWith(`${root}/`)) ?? ''
  const sizes = ['', ...roots].map((root) => {
    const own = Object.entries(files).filter(([file]) => packageOf(file) === root)
    return { root, bytes: own.reduce((sum, [, bytes]) => sum + bytes, 0), files: own.length }
  })
  const main = (sizes[0]?.bytes ?? 0) / 1024
  if (main > GOAL_KB)
    throw new Error(`the main package has ${Math.round(main)} KB; the goal is ${GOAL_KB} KB`)
  return sizes
}

export const sizeLines = (sizes: ReturnType<typeof packageSizes>): string =>
  sizes
    .map(({ root, bytes, files }) => {
      const size = `${(bytes / 1024).toFixed(1)} KB`.padStart(10)
      const goal = root === '' ? `, goal ${GOAL_KB} KB, limit ${LIMIT_KB} KB` : ''
      return `  ${(root || 'main').padEnd(10)}${size} in ${files} files${goal}`
    })
    .join('\n')
