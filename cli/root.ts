import { join } from 'node:path'

/** The folder of the checkout. */
export const projectRoot = join(__dirname, '..')
