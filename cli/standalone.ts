/** The Mini Program for an environment of CloudBase that belongs to none: with the js-sdk, and without wx.cloud. */
import { generateKeyPairSync } from 'node:crypto'
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { CliError } from './output'
import { projectRoot } from './root'

export interface StandaloneOptions {
  /** The environment's id, as the console of CloudBase shows it. */
  env: string
  region: string
  /** Default: dist/standalone. */
  out?: string
}

export interface StandaloneBuilt {
  /** What DevTools opens. */
  folder: string
  miniprogramDir: string
  sdkBytes: number
}

/** Only what is used of the SDK: whole it has 900 KB. */
const SDK = `import cloudbase from '@cloudbase/js-sdk/app'
import { registerAuth } from '@cloudbase/js-sdk/auth'
import { registerFunctions } from '@cloudbase/js-sdk/functions'
import adapter from '@cloudbase/adapter-wx_mp'
registerAuth(cloudbase)
registerFunctions(cloudbase)
cloudbase.useAdapters(adapter)
export { cloudbase }
`

const environmentFile = ({ env, region }: StandaloneOptions): string =>
  `/** Which cloud environment this Mini Program has: made by \`hongyan build --standalone\`. */
import { cloudbase } from '../vendor/cloudbase'
import { standalone } from './standalone'

export const transport = standalone(cloudbase, ${JSON.stringify({ env, region })})
`

/** Throws CliError for an id or a region that cannot be one. */
function check({ env, region }: StandaloneOptions): void {
  const wrong = Object.entries({ environment: env, region }).find(
    ([, id]) => !/^[a-z][a-z0-9-]{2,}$/.test(id),
  )
  if (wrong)
    throw new CliError(
      `${wrong[1]} is no ${wrong[0]}: lower-case letters, digits and "-" are, as the console shows it`,
    )
}

/** Writes a project for DevTools: this Mini Program, in which one file is another and the SDK is added. */
export async function buildStandalone(options: StandaloneOptions): Promise<StandaloneBuilt> {
  check(options)
  const folder = options.out ?? join(projectRoot, 'dist', 'standalone')
  const miniprogramDir = join(folder, 'miniprogram')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await cp(join(projectRoot, 'miniprogram'), miniprogramDir, { recursive: true })
  await writeFile(join(miniprogramDir, 'services', 'environment.ts'), environmentFile(options))
  const sdkFile = join(miniprogramDir, 'vendor', 'cloudbase.js')
  await bundle({
    stdin: { contents: SDK, resolveDir: projectRoot, sourcefile: 'cloudbase' },
    outfile: sdkFile,
    bundle: true,
    format: 'cjs',
    // As the rest of the Mini Program is compiled for.
    target: 'es2018',
    // Of each package what is meant for bundlers: its other form holds everything twice.
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'warning',
  })
  await writeFile(join(folder, 'project.config.json'), await projectConfig())
  return { folder, miniprogramDir, sdkBytes: (await stat(sdkFile)).size }
}

/** That of this project, without cloud functions: DevTools uploads those of a Mini Program's own environment alone. */
async function projectConfig(): Promise<string> {
  const text = await readFile(join(projectRoot, 'project.config.json'), 'utf8')
  const { cloudfunctionRoot: _, ...config } = JSON.parse(text) as Record<string, unknown>
  return `${JSON.stringify(config, null, 2)}\n`
}

/** A key of custom login for the emulator: the world holds the public half, the function `login` the other. */
export function emulatedLogin(env: string): { loginKeys: Record<string, string>; keyFile: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const id = 'emulated-key'
  const keyFile = JSON.stringify({ private_key_id: id, private_key: privateKey, env_id: env })
  return { loginKeys: { [id]: publicKey }, keyFile }
}

/** Functions that ask WeChat something: to send, to check a text, to tell the account's templates. */
const ASKERS = ['dispatch', 'staff', 'subscriber']

/** What functions are told in a standalone environment (docs/standalone.md), by function. */
export function standaloneVariables(account: {
  appid: string
  secret: string
  keyFile: string
  api: string
}): Record<string, Record<string, string>> {
  const wechat = {
    HONGYAN_API: account.api,
    HONGYAN_APPID: account.appid,
    HONGYAN_APPSECRET: account.secret,
  }
  return {
    '*': { HONGYAN_LOGIN: 'ticket', HONGYAN_APPID: account.appid },
    ...Object.fromEntries(ASKERS.map((name) => [name, { HONGYAN_SEND: 'https', ...wechat }])),
    login: { HONGYAN_LOGIN_KEY: account.keyFile, ...wechat },
  }
}
