import { isAbsolute } from 'node:path'
import * as z from 'zod'

/** What `npm run matrix` runs the suites on: an SDK and a Node.js for functions. */
const cellSchema = z.strictObject({
  sdk: z.enum(['2.6.3', '3.0.1', '4.0.2']),
  /** The package of the SDK: its folder, or its name in this project. */
  sdkPackage: z.string().min(1),
  /** The Node.js that runs the functions, and its version. */
  nodePath: z.string().refine(isAbsolute, 'must be an absolute path'),
  node: z.string().min(1),
  /** The platform's own bootstrap (@cloudbase/cli). */
  bootstrap: z.string().refine(isAbsolute, 'must be an absolute path'),
})
export type Cell = z.output<typeof cellSchema>

/** The cell asked for; without one the suites run on the SDKs of this project and the Node.js that runs them. */
export const cell: Cell | undefined =
  process.env['HONGYAN_MATRIX_CELL'] === undefined
    ? undefined
    : cellSchema.parse(JSON.parse(process.env['HONGYAN_MATRIX_CELL']))
