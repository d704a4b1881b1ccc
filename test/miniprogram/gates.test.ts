/** The gates of `npm run miniprogram` that need no tools of WeChat, and the count of package sizes. */
import { join } from 'node:path'
import { buildMiniprogram } from '../../emulator/phone/build/miniprogram'
import { packageSizes, sizeLines } from './gates/sizes'

test('our pages are built without a warning', async () => {
  expect((await buildMiniprogram(join(__dirname, '..', '..', 'miniprogram'))).warnings).toEqual([])
})

const files = { 'app.js': 1024, 'pages/a/a.js': 2048, 'console/send/send.js': 512 }

test('a file counts for the package it is in', () => {
  expect(packageSizes(files, ['console'])).toEqual([
    { root: '', bytes: 3072, files: 2 },
    { root: 'console', bytes: 512, files: 1 },
  ])
  expect(sizeLines(packageSizes(files, ['console']))).toContain('3.0 KB in 2 files, goal 300 KB')
})

test('a main package above the goal is refused', () => {
  expect(() => packageSizes({ 'app.js': 301 * 1024 }, [])).toThrow('301 KB; the goal is 300 KB')
})
