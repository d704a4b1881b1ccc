/** Where the project is: the bundler writes the folder in. */
import { join } from 'node:path'

declare const __PROJECT_ROOT__: string | undefined

/** Under ts-jest there is no bundler; this file is then in its own place. */
export const projectRoot = typeof __PROJECT_ROOT__ === 'string' ? __PROJECT_ROOT__ : join(__dirname, '..')
