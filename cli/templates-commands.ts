/** `hongyan templates check | schema | diff | pull | find | push | remove`. */
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import colors from 'picocolors'
import { kidsOf, sceneOf } from './arguments'
import { confirmed } from './data'
import { CliError, EXIT, type Output } from './output'
import { projectRoot } from './root'
import { type Called, dataOption, emulatorOption, staffOf } from './staff'
import { checkTemplates, definitionsIn, schemaFile, templateSchema } from './templates'
import { differencesIn, differencesText, isBroken } from './templates-diff'
import { foundText, taken, type TakeOptions } from './templates-find'
import { pull, type PullOptions, pulledText } from './templates-pull'
import { applyPlan, planOf, planText } from './templates-push'

const folderOption = (): Option =>
  new Option('--folder <folder>', 'where the template files are').default(
    join(projectRoot, 'templates'),
    'templates/',
  )

interface Where extends Called {
  folder: string
}

/** Asks before something is done at WeChat; throws where nobody can be asked, and where the answer is no. */
async function agreed(question: string, yes: boolean, command: Command): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY) command.error('error: nobody is there to be asked; --yes goes on without asking')
  if (!(await confirmed(question))) throw new CliError('nothing was changed')
}

export function templatesCommand(output: () => Output, exit: (code: number) => void): Command {
  const templates = new Command('templates').description(
    'the message templates of this project, and WeChat’s',
  )
  const on = (name: string, description: string): Command =>
    templates
      .command(name)
      .description(description)
      .addOption(folderOption())
      .addOption(emulatorOption())
      .addOption(dataOption())

  templates
    .command('check')
    .description('check every file of templates/: fields, keywords, texts, the example in every language')
    .addOption(folderOption())
    .action(({ folder }: { folder: string }) => {
      const rows = checkTemplates(resolve(folder)).map(({ definition: { key, title }, revision }) => ({
        template: key,
        title,
        revision,
      }))
      const lineOf = ({ template, title, revision }: (typeof rows)[number]) =>
        `${colors.green('✓')} ${template}  ${title}  ${colors.dim(revision)}`
      output().result({ templates: rows }, () => rows.map(lineOf).join('\n'))
    })

  templates
    .command('schema')
    .description('write templates/template.schema.json, which editors complete from')
    .action(() => {
      writeFileSync(schemaFile, templateSchema())
      output().result({ written: schemaFile }, () => `${colors.green('✓')} ${schemaFile}`)
    })

  on('diff', 'compare the template files with WeChat’s list; exits with 3 where messages would fail').action(
    async ({ folder, ...options }: Where) => {
      const { account } = await staffOf(options).call('template.health', {})
      const found = differencesIn(definitionsIn(resolve(folder)), account)
      output().result({ appid: account.appid, ...found }, () => differencesText(found))
      if (isBroken(found)) exit(EXIT.differs)
    },
  )

  on('pull [templateId...]', 'write a file for each template of WeChat’s list that has none')
    .option('--key <key>', 'the key of the file; for one template')
    .option('--scene <scene>', 'the scene that offers them', 'general')
    .option('--no-origin', 'do not look for them in the public library')
    .action(async (ids: string[], options: PullOptions & Called) => {
      const staff = staffOf(options)
      const pulled = await pull(staff, ids, { ...options, folder: resolve(options.folder) }, output())
      output().result(pulled, () => pulledText(pulled))
      if (pulled.skipped.length > 0) exit(EXIT.failed)
    })

  on('find <title>', 'look a title up in the public library; with --take write a file that push adds')
    .option('--take <kids>', 'its keywords by number, in the order of the message: 1,3,2', kidsOf)
    .option('--key <key>', 'the key of the file')
    .option('--scene <scene>', 'the scene that offers it', 'general')
    .action(
      async (
        title: string,
        { take, folder, ...options }: Omit<TakeOptions, 'take'> & Called & { take?: number[] },
      ) => {
        const staff = staffOf(options)
        const result = await staff.call('template.find', { title })
        const file = take && taken(result.found, { ...options, folder: resolve(folder), take })
        output().result({ ...result, ...(file !== undefined && { file }) }, () =>
          file === undefined ? foundText(result) : `${colors.green('✓')} ${file}: edit it, then push`,
        )
        if (result.found.length === 0) exit(EXIT.failed)
      },
    )

  on('push', 'add to the account what the files take from the public library, and write the ids down')
    .option('--scene <text>', 'sceneDesc where a file has none, at most 15 characters', sceneOf)
    .option('--yes', 'do not ask', false)
    .action(
      async (
        { folder, scene, yes, ...options }: Where & { scene?: string; yes: boolean },
        command: Command,
      ) => {
        const staff = staffOf(options)
        const plan = planOf(
          definitionsIn(resolve(folder)),
          (await staff.call('template.health', {})).account,
          scene,
        )
        const done = plan.steps.filter(({ act }) => act !== 'impossible')
        if (done.length > 0) {
          output().step(planText(plan))
          await agreed(`Do this for ${plan.appid}?`, yes, command)
        }
        const pushed = await applyPlan(staff, plan, resolve(folder), output())
        output().result(pushed, () => (done.length > 0 ? differencesText(pushed) : planText(plan)))
        if (isBroken(pushed)) exit(EXIT.differs)
        else if (done.length < plan.steps.length) exit(EXIT.failed)
      },
    )

  on('remove <templateId>', 'delete a template of the account that no file is for')
    // WeChat's ids are base64url: some begin with a dash.
    .allowUnknownOption()
    .option('--yes', 'do not ask', false)
    .action(
      async (templateId: string, { folder, yes, ...options }: Where & { yes: boolean }, command: Command) => {
        const user = definitionsIn(resolve(folder)).find(({ definition }) =>
          Object.values(definition.templateIds).includes(templateId),
        )
        if (user)
          throw new CliError(`${user.file} sends with ${templateId}: take it out of the file first`, {
            file: user.file,
          })
        await agreed(`Delete the template ${templateId} at WeChat?`, yes, command)
        await staffOf(options).call('template.remove', { templateId })
        output().result({ removed: templateId }, () => `${colors.green('✓')} deleted ${templateId}`)
      },
    )

  return templates
}
