/**
 * A process of its own for WeChat's tools, which fork workers and never end: compiles the WXML (`wcc`) or the whole
 * project (`ci`) and prints what came out as one line of JSON. Nothing is uploaded and no network is used.
 */
const { createRequire } = require('node:module')
const { join } = require('node:path')

const [, , gate, tools, project, appid] = process.argv
const load = createRequire(join(tools, 'package.json'))

const gates = {
  /** Throws with file, line and column. */
  wcc: () => ({
    bytes: Buffer.byteLength(String(load('miniprogram-compiler').wxmlToJs(join(project, 'miniprogram')))),
  }),

  /** Compiled bytes by file. */
  async ci() {
    const ci = load('miniprogram-ci')
    const made = new ci.Project({
      appid,
      type: 'miniProgram',
      projectPath: project,
      // Only its presence is checked: nothing is signed without a network.
      privateKey: 'none',
      ignores: ['node_modules/**/*'],
      attr: async () => ci.DefaultProjectAttr,
    })
    const options = { project: made, version: '0', desc: '', setting: { useProjectConfig: true } }
    const files = await ci.getCompiledResult(options, join(project, 'compiled.zip'))
    return Object.fromEntries(
      Object.entries(files).map(([file, content]) => [file, Buffer.byteLength(content)]),
    )
  },
}

Promise.resolve()
  .then(() => gates[gate]())
  .then(
    (result) => process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0)),
    (error) => {
      process.stderr.write(`${error?.message ?? error}\n`)
      process.exit(1)
    },
  )
