/** The interleavings that docs/delivery.md lists are held by tests of that name. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '..', '..')

/** Every test file's text. */
const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(root, 'test', file), 'utf8'))

const table = readFileSync(join(root, 'docs', 'delivery.md'), 'utf8')
  .split('## Interleavings')[1]
  ?.split('\n## ')[0]
const names = [...(table ?? '').matchAll(/^\| .+ \| `(.+)` \|$/gm)].map(([, name]) => name ?? '')

test('the table of interleavings is read', () => {
  expect(names.length).toBeGreaterThan(20)
})

test.each(names)('there is a test: %p', (name) => {
  expect(tests.filter((text) => text.includes(`'${name}'`) || text.includes(`"${name}"`))).toHaveLength(1)
})
