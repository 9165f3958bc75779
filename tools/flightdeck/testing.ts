// Runs the real command line as a child process against a data directory of its own.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@/lib/database/migrate'
import type { Database } from '@/lib/database'
import { openSqlite } from '@/lib/database/sqlite'

export interface Ended {
  exitCode: number | null
  out: string
  err: string
  /** What --json printed. */
  json<T>(): T
}

const root = process.cwd()

export function runCli(args: string[], variables: Record<string, string> = {}): Promise<Ended> {
  const { FLIGHTDECK_TOKEN: _token, FLIGHTDECK_URL: _url, DATABASE_URL: _database, ...inherited } = process.env
  // The source and not an older bundle.
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'tools', 'flightdeck.ts'), ...args], {
    cwd: root,
    env: { ...inherited, NODE_ENV: 'production', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, out, err, json: <T>() => JSON.parse(out) as T }))
  })
}

export interface Installation {
  folder: string
  dataDirectory: string
  /** The command line on this installation. */
  run(...args: string[]): Promise<Ended>
  openDatabase(): Promise<Database>
  remove(): void
}

/** A migrated, empty installation in a folder of its own. */
export async function makeInstallation(): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-cli-'))
  const dataDirectory = join(folder, 'data')
  mkdirSync(dataDirectory)
  const openDatabase = async () => {
    const opened = openSqlite(join(dataDirectory, 'flightdeck.sqlite'))
    await migrate(opened)
    return opened
  }
  await (await openDatabase()).close()
  return {
    folder,
    dataDirectory,
    openDatabase,
    run: (...args) => runCli(args, { FLIGHTDECK_DATA_DIR: dataDirectory, FLIGHTDECK_CALLED_FROM: folder }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
