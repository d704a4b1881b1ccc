/**
 * `npm run miniprogram`: is it a valid Mini Program, and how large? What WeChat would refuse at upload is refused here,
 * without an account and without a network once the tools are installed (docs/mini-program.md).
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { sentenceOf } from '../../../emulator/phone/build/fault'
import { buildMiniprogram } from '../../../emulator/phone/build/miniprogram'
import { packageSizes, sizeLines } from './sizes'
import { toolsFolder } from './tools'

interface Gate {
  name: string
  /** Resolves with what to print beside the name; throws with what is wrong. */
  run(copy: string): Promise<string> | string
}

const appJson = z.looseObject({ subPackages: z.array(z.looseObject({ root: z.string() })).default([]) })
const configJson = z.looseObject({ appid: z.string() })

function command(program: string, args: string[], cwd: string, shell = false): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    shell,
  })
  if (status !== 0) throw new Error(stderr.trim() || stdout.trim())
  return stdout
}

function gates(root: string, say: (text: string) => void): Gate[] {
  const miniprogramDir = join(root, 'miniprogram')
  const { appid } = configJson.parse(JSON.parse(readFileSync(join(root, 'project.config.json'), 'utf8')))
  const compile = (gate: 'wcc' | 'ci', copy: string): unknown => {
    const script = join(root, 'test', 'miniprogram', 'gates', 'compile.cjs')
    const stdout = command(process.execPath, [script, gate, toolsFolder(say), copy, appid], copy)
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  }
  return [
    {
      name: 'types, without the DOM',
      run: () => {
        const tsc = join(root, 'node_modules', '.bin', 'tsc')
        command(tsc, ['-p', 'miniprogram/tsconfig.json'], root, process.platform === 'win32')
        return ''
      },
    },
    {
      name: 'templates and styles, without a warning',
      run: async () => {
        const { warnings } = await buildMiniprogram(miniprogramDir)
        if (warnings.length > 0) throw new Error(warnings.map(sentenceOf).join('\n'))
        return ''
      },
    },
    {
      name: 'WXML by WeChat’s compiler (wcc)',
      run: (copy) => {
        // The package brings binaries for these only.
        if (process.arch !== 'x64') return `left out: there is no wcc for ${process.platform} ${process.arch}`
        compile('wcc', copy)
        return ''
      },
    },
    {
      name: 'the whole project by miniprogram-ci',
      run: (copy) => {
        const files = z.record(z.string(), z.number()).parse(compile('ci', copy))
        const { subPackages } = appJson.parse(
          JSON.parse(readFileSync(join(miniprogramDir, 'app.json'), 'utf8')),
        )
        const sizes = packageSizes(
          files,
          subPackages.map(({ root: folder }) => folder),
        )
        return sizeLines(sizes)
      },
    },
  ]
}

/** Runs every gate, also after one that failed. Resolves with the exit code. */
export async function main(root: string): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  // Outside of the project, where nothing of ours can be found by chance: imports of types alone must be enough.
  const copy = mkdtempSync(join(tmpdir(), 'hongyan-miniprogram-'))
  let isGood = true
  try {
    for (const name of ['miniprogram', 'project.config.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true })
    for (const { name, run } of gates(root, say)) {
      const started = performance.now()
      try {
        const result = await run(copy)
        const seconds = ((performance.now() - started) / 1000).toFixed(1)
        process.stdout.write(`✓ ${name}  ${seconds} s${result ? `\n${result}` : ''}\n`)
      } catch (error) {
        isGood = false
        process.stdout.write(`✗ ${name}\n${error instanceof Error ? error.message : String(error)}\n`)
      }
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  return isGood ? 0 : 1
}
