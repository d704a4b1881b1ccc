/** A PostgreSQL server of our own, on a folder and a port of its own, where its programs are found on this computer. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'

export interface Postgres {
  /** A connection string of a new, empty database. */
  create(name: string): string
  stop(): Promise<void>
}

/** Where distributions put them, newest first, after the PATH. */
function foldersOfPrograms(): string[] {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  return [...path, ...versions.map((version) => join(debian, version, 'bin'))]
}

/** The folder that holds initdb and postgres; undefined where there is none. */
export const findPostgres = (): string | undefined =>
  foldersOfPrograms().find((folder) =>
    ['initdb', 'postgres', 'psql'].every((name) => existsSync(join(folder, name))),
  )

/** PostgreSQL refuses to run as root: then it runs as the account that its package made. */
function account(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/**
 * Starts a server in `folder`. What it has acknowledged outlives SIGKILL, as with the emulator's documents and PGlite
 * (which runs with fsync off); a power cut is no part of the comparison, so nobody pays for a flush to the disk.
 */
export async function startPostgres(programs: string, folder: string): Promise<Postgres> {
  const as = account()
  const data = join(folder, 'data')
  mkdirSync(folder, { recursive: true })
  if (as) {
    chownSync(folder, as.uid, as.gid)
    // It has to get through the work folder, which is ours alone.
    chmodSync(dirname(folder), 0o711)
  }
  chmodSync(folder, 0o700)
  const program = (name: string, args: string[]): string =>
    execFileSync(join(programs, name), args, {
      ...as,
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  program('initdb', ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'])
  const port = await freePort()
  const url = (database: string): string => `postgres://bench@127.0.0.1:${port}/${database}`
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-F', '-c', 'shared_buffers=256MB'],
    { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  // A benchmark that is broken off leaves no server behind.
  const end = (): void => void server.kill('SIGINT')
  process.once('exit', end)
  await listening(server)
  return {
    create(name) {
      program('psql', [url('postgres'), '-q', '-c', `CREATE DATABASE ${name}`])
      return url(name)
    },
    async stop() {
      const gone = new Promise((resolve) => server.once('exit', resolve))
      process.off('exit', end)
      // Its fast shutdown: connections are ended.
      server.kill('SIGINT')
      await gone
    },
  }
}

/** Resolves when the server says that it takes connections; rejects with what it said when it ends before. */
function listening(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`postgres ended (${code}): ${said}`)))
  })
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}
