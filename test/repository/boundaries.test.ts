/** The import table of the design: every breach of it is found, in a small tree that breaks each row once. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(__dirname, '..', '..')
const binary = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')

const cleanFiles: Record<string, string> = {
  'core/contract.ts':
    "import * as z from 'zod'\nexport const schema = z.string()\nexport type Text = string\n",
  'core/ports.ts':
    "import { createHash } from 'node:crypto'\nexport const hash = () => createHash('sha256')\n",
  'adapters/clock.ts': "import { hash } from '../core/ports'\nexport const clock = hash\n",
  'templates/index.ts': 'export const templates = []\n',
  'cloudfunctions/staff/index.ts':
    "import { templates } from '../../templates'\nexport const main = templates\n",
  'miniprogram/app.ts': "import type { Text } from '../core/contract'\nexport const text: Text = ''\n",
  'emulator/index.ts': "import { join } from 'node:path'\nexport const start = join\n",
  'cli/index.ts':
    "import { start } from '../emulator'\nimport { hash } from '../core/ports'\nexport const all = [start, hash]\n",
}

/** Each line is one breach: the rule that must find it, the file, the import. */
const breaches: [rule: string, file: string, line: string][] = [
  ['core-imports', 'core/breach1.ts', "import '../adapters/clock'"],
  ['core-imports', 'core/breach2.ts', "import 'node:fs'"],
  ['core-imports', 'core/breach3.ts', "import 'wx-server-sdk'"],
  ['templates-imports', 'templates/breach.ts', "import '../core/ports'"],
  ['adapters-imports', 'adapters/breach1.ts', "import '../templates'"],
  ['adapters-imports', 'adapters/breach2.ts', "import 'mingo'"],
  ['cloudfunctions-staff-imports', 'cloudfunctions/staff/breach.ts', "import '../dispatch/index'"],
  ['cloudfunctions-events-imports', 'cloudfunctions/events/breach.ts', "import '../staff/index'"],
  ['adapters-node-sdk', 'adapters/breach3.ts', "import '@cloudbase/node-sdk'"],
  ['cloudfunctions-login-imports', 'cloudfunctions/login/breach.ts', "import '../staff/index'"],
  ['cloudfunctions-dispatch-imports', 'cloudfunctions/dispatch/index.ts', "import '../../emulator'"],
  ['miniprogram-imports', 'miniprogram/breach1.ts', "import '../core/ports'"],
  [
    'miniprogram-types-only',
    'miniprogram/breach2.ts',
    "import { schema } from '../core/contract'\nexport default schema",
  ],
  ['emulator-imports-nothing-of-ours', 'emulator/breach1.ts', "import '../core/ports'"],
  [
    'emulator-imports-nothing-of-ours',
    'emulator/breach2.ts',
    "import type { Text } from '../core/contract'\nexport type T = Text",
  ],
  ['cli-imports', 'cli/breach.ts', "import '../miniprogram/app'"],
  ['not-to-unresolvable', 'core/breach4.ts', "import './nowhere'"],
  ['no-circular', 'core/breach5.ts', "import './breach5'"],
]

function cruise(files: Record<string, string>): string[] {
  const tree = mkdtempSync(join(tmpdir(), 'hongyan-boundaries-'))
  try {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), content)
    }
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(join(root, file), join(tree, file))
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction')
    const folders = [...new Set(Object.keys(files).map((file) => file.split('/')[0] ?? ''))]
    const args = [binary, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders]
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' })
    if (stdout === '') throw new Error(stderr)
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: { from: string; rule: { name: string } }[] }
    }
    return summary.violations.map(({ from, rule }) => `${rule.name} ${from}`)
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
}

test('a tree that keeps the table has no violations', () => expect(cruise(cleanFiles)).toEqual([]))

test('each breach of the table is found', () => {
  const broken = Object.fromEntries(breaches.map(([, file, line]) => [file, `${line}\n`]))
  const found = cruise({ ...cleanFiles, ...broken })
  expect(
    breaches.map(([rule, file]) => `${rule} ${file}`).filter((breach) => !found.includes(breach)),
  ).toEqual([])
})
