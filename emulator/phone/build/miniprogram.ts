import { BuildError, sentenceOf, type Fault } from './fault'
import { readProject, type Project } from './project'
import { bundleScripts } from './scripts'
import { SourceTree } from './source-tree'
import { compileStyles } from './styles'
import { compileTemplates } from './templates'

/** A Mini Program, built for the browser phone. */
export interface BuiltMiniprogram {
  js: string
  map: string
  css: string
  /** Whether app.json says that the app follows a dark phone. */
  darkmode: boolean
  warnings: Fault[]
}

/**
 * Builds a native Mini Program project (the folder with app.json).
 * Throws BuildError with every fault at once.
 */
export async function buildMiniprogram(dir: string): Promise<BuiltMiniprogram> {
  return build(new SourceTree(dir))
}

async function build(tree: SourceTree): Promise<BuiltMiniprogram> {
  const project = readProject(tree)
  if (!project) throw new BuildError(tree.faults)
  const templates = compileTemplates(tree, project)
  const styles = compileStyles(tree, project)
  const scripts = await bundleScripts(tree, project, dataOf(project, templates.expression)).catch(
    (error: unknown) => {
      if (error instanceof BuildError) throw new BuildError([...tree.faults, ...error.faults])
      throw error
    },
  )
  tree.throwFaults()
  const darkmode = project.app.darkmode ?? false
  return { ...scripts, css: styles.css, darkmode, warnings: [...templates.warnings, ...styles.warnings] }
}

function dataOf(project: Project, templates: string): string {
  const units = Object.fromEntries(
    [...project.units.values()].map(({ id, kind, json, scope }) => [id, { kind, json, scope }]),
  )
  const { app, theme, pages } = project
  return `{ app: ${JSON.stringify(app)}, theme: ${JSON.stringify(theme ?? null)}, pages: ${JSON.stringify(pages)}, units: ${JSON.stringify(units)}, templates: (getRegExp, getDate) => (${templates}) }`
}

/** Keeps the last build and makes a new one when a source file changed since. */
export class MiniprogramCache {
  private tree: SourceTree | undefined
  private building: Promise<BuiltMiniprogram> | undefined

  constructor(
    private readonly dir: string,
    private readonly log: (line: string) => void,
  ) {}

  /** The build of the files as they are now; rejects with BuildError while they are wrong. */
  current(): Promise<BuiltMiniprogram> {
    if (!this.building || this.tree?.isStale()) {
      this.tree = new SourceTree(this.dir)
      this.building = build(this.tree)
      this.building.then(
        ({ warnings }) => {
          for (const warning of warnings) this.log(`phone: warning: ${sentenceOf(warning)}`)
        },
        (error: unknown) => this.log(`phone: ${error instanceof Error ? error.message : String(error)}`),
      )
    }
    return this.building
  }
}
