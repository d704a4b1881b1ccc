import path from 'node:path'
import { build, type Plugin } from 'esbuild'
import { BuildError } from './fault'
import type { Project } from './project'
import type { SourceTree } from './source-tree'
import { syntaxFaults } from './templates'

/**
 * What page code can see besides the language: a phone has these and no DOM. Names that the run time leaves undefined
 * hide the browser's own.
 */
const GLOBALS = [
  'wx App Page Component Behavior getApp getCurrentPages console global requirePlugin',
  'setTimeout clearTimeout setInterval clearInterval requestAnimationFrame cancelAnimationFrame',
  'window document self location history navigator localStorage sessionStorage indexedDB',
  'fetch XMLHttpRequest WebSocket EventSource alert confirm prompt queueMicrotask',
].flatMap((names) => names.split(' '))

export interface BundledScripts {
  js: string
  map: string
}

/**
 * One script that hands the app to the run time: `data` is a JavaScript expression of everything but the modules, and
 * each module runs only when it is first asked for.
 */
export async function bundleScripts(
  tree: SourceTree,
  project: Project,
  data: string,
): Promise<BundledScripts> {
  const modules = [...project.units.values()].map((unit) => [unit.id, unit.script] as const)
  const entries = [...(project.appScript ? [['app', project.appScript] as const] : []), ...modules]
  const contents = entries.map(
    ([id, file]) => `${JSON.stringify(id)}: () => require(${JSON.stringify(`./${file}`)})`,
  )
  try {
    const result = await build({
      stdin: {
        contents: `export default {\n${contents.join(',\n')}\n}`,
        resolveDir: tree.root,
        sourcefile: 'modules',
      },
      bundle: true,
      write: false,
      outfile: path.join(tree.root, 'app.js'),
      format: 'iife',
      globalName: '__modules',
      target: 'es2020',
      charset: 'utf8',
      sourcemap: 'external',
      metafile: true,
      logLevel: 'silent',
      absWorkingDir: tree.root,
      banner: { js: `__hongyanPhone.load(${data}, function ({ ${GLOBALS.join(', ')} }) {` },
      footer: { js: 'return __modules.default\n})\n//# sourceMappingURL=app.js.map' },
      plugins: [phoneModules(tree)],
    })
    for (const input of Object.keys(result.metafile.inputs)) tree.watch(input)
    const [map, js] = [result.outputFiles[0]?.text, result.outputFiles[1]?.text]
    if (js === undefined || map === undefined)
      throw new Error('esbuild returned no script for the Mini Program')
    return { js, map }
  } catch (error) {
    throw new BuildError(syntaxFaults(error))
  }
}

/** Finds modules as a phone does: relative, from the root, or in miniprogram_npm; never outside the project. */
function phoneModules(tree: SourceTree): Plugin {
  const suffixes = ['', '.ts', '.js', '.json', '/index.ts', '/index.js']
  const found = (file: string) => suffixes.map((end) => file + end).find((candidate) => tree.has(candidate))
  return {
    name: 'phone-modules',
    setup(pluginBuild) {
      pluginBuild.onResolve({ filter: /.*/ }, ({ path: wanted, resolveDir }) => {
        const folder = path.relative(tree.root, resolveDir).split(path.sep).join('/')
        const places = wanted.startsWith('/')
          ? [wanted.slice(1)]
          : wanted.startsWith('.')
            ? [path.posix.join(folder, wanted)]
            : npmPlaces(folder, wanted)
        const outside = places.find((place) => place.startsWith('..'))
        if (outside) {
          return {
            errors: [{ text: `${wanted} is outside the Mini Program: only types may come from there` }],
          }
        }
        for (const place of places) {
          const file = found(place)
          if (file) return { path: path.join(tree.root, file) }
        }
        const hint = wanted.startsWith('.') || wanted.startsWith('/') ? '' : ' in any miniprogram_npm folder'
        return { errors: [{ text: `there is no module ${wanted}${hint}` }] }
      })
    },
  }
}

function npmPlaces(folder: string, wanted: string): string[] {
  const places: string[] = []
  for (let at = folder || '.'; ; at = path.posix.dirname(at)) {
    places.push(path.posix.join(at, 'miniprogram_npm', wanted))
    if (at === '.' || at === '') return places
  }
}
