import path from 'node:path'
import { build } from 'esbuild'

export interface RuntimeBundle {
  js: string
  css: string
}

/** Bundles browser code of the emulator (a TypeScript entry that imports its CSS). */
export async function bundleForBrowser(entry: string): Promise<RuntimeBundle> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: path.dirname(entry),
    format: 'iife',
    target: 'es2021',
    charset: 'utf8',
    minify: true,
    keepNames: false,
    legalComments: 'none',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'dataurl' },
  })
  const js = result.outputFiles.find((file) => file.path.endsWith('.js'))?.text
  const css = result.outputFiles.find((file) => file.path.endsWith('.css'))?.text
  if (js === undefined) throw new Error(`esbuild returned no script for ${entry}`)
  return { js, css: css ?? '' }
}
