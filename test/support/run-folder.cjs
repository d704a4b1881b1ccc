/** One folder for each run of jest, for what its suites build once between them; it goes away with the run. */
const { mkdtempSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-run-'))
  // The workers are started with this environment.
  process.env.TEST_RUN_FOLDER = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
}
