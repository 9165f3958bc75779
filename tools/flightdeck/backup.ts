import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readFileSync } from 'node:fs'
import Connection from 'better-sqlite3'
import { environment } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'
import type { Command } from './command'
import { calledPath, DATABASE_FILE, localDatabaseFile, requireSqlite } from './local'
import { countFiles, describeFile, flushFile, listArtifacts, MANIFEST_FILE, type BackedUpFile, type Manifest } from './manifest'

export const backup: Command = {
  name: 'backup',
  arguments: ['DIRECTORY'],
  summary: 'Write a consistent copy of the database and all stored files; the server may run meanwhile.',
  options: {},
  details: 'The directory is made and must be empty. It holds predictions, password hashes and the session secret: keep it as safe as the original.',
  run: async (call) => {
    requireSqlite('back up')
    const directory = calledPath(call.arguments[0] ?? '')
    const database = localDatabaseFile()
    await emptyDirectory(directory)
    const { migrations, needed } = await copyDatabase(database, join(directory, DATABASE_FILE))
    // After the database: a file is stored before the row that names it and never changes, so each one named is there.
    const files = [await describeFile(directory, DATABASE_FILE), ...(await copyArtifacts(environment().dataDirectory, directory))]
    refuseMissing(needed, files)
    const manifest: Manifest = { format: 'flightdeck-backup', formatVersion: 1, createdAt: new Date().toISOString(), program: programVersion(), migrations, files }
    const path = join(directory, MANIFEST_FILE)
    await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    await flushFile(path)
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return {
      json: { directory, files: files.length, bytes, createdAt: manifest.createdAt },
      text: `Backed up ${countFiles(files.length)} (${(bytes / 1e6).toFixed(1)} MB) to ${directory}.\nTo restore: stop the server, then npx flightdeck restore ${directory}`,
    }
  },
}

async function emptyDirectory(directory: string): Promise<void> {
  const present = await mkdir(directory, { recursive: true, mode: 0o700 })
    .then(() => readdir(directory))
    .catch((cause: NodeJS.ErrnoException) => {
      throw new ProblemError('unavailable', `${directory} cannot be made (${cause.code ?? cause.message}).`, { code: 'backup_unwritable', cause })
    })
  if (present.length > 0) throw new ProblemError('conflict', `${directory} is not empty. Give a new directory for each backup.`, { code: 'backup_exists' })
}

/** VACUUM INTO copies one moment of the database within one read transaction: writers go on, and nothing is torn. */
async function copyDatabase(from: string, to: string): Promise<{ migrations: string[]; needed: string[] }> {
  const source = new Connection(from, { readonly: true, timeout: 10_000 })
  try {
    source.prepare('vacuum into ?').run(to)
  } finally {
    source.close()
  }
  await chmod(to, 0o600)
  await flushFile(to)
  const copy = new Connection(to, { readonly: true })
  try {
    const finding = copy.pragma('quick_check', { simple: true })
    if (finding !== 'ok') {
      throw new ProblemError('conflict', `The database ${from} is damaged: ${String(finding)}.`, { code: 'database_damaged' })
    }
    const migrations = copy.prepare('select tag from schema_migrations order by tag').pluck().all() as string[]
    return { migrations, needed: storedFilesOf(copy) }
  } finally {
    copy.close()
  }
}

/** Every stored file that a version names. */
function storedFilesOf(copy: Connection.Database): string[] {
  const rows = copy.prepare('select artifact_hash as artifact, files from versions').all() as { artifact: string; files: string }[]
  const hashes = rows.flatMap(({ artifact, files }) => [artifact, ...Object.values(JSON.parse(files) as Record<string, string | undefined>)])
  return [...new Set(hashes.filter((hash) => hash !== undefined))]
}

async function copyArtifacts(from: string, to: string): Promise<BackedUpFile[]> {
  const copied: BackedUpFile[] = []
  for (const path of await listArtifacts(from)) {
    const target = join(to, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await copyFile(join(from, path), target)
    await chmod(target, 0o400)
    await flushFile(target)
    const file = await describeFile(to, path)
    if (!path.endsWith(file.sha256)) {
      throw new ProblemError('conflict', `The stored file ${path} was altered on disk. Take it from an older backup first.`, { code: 'artifact_corrupted' })
    }
    copied.push(file)
  }
  return copied
}

function refuseMissing(needed: readonly string[], files: readonly BackedUpFile[]): void {
  const present = new Set(files.map(({ sha256 }) => sha256))
  const missing = needed.filter((hash) => !present.has(hash))
  if (missing.length === 0) return
  throw new ProblemError('conflict', `Files that versions need are missing from the data directory: ${missing.join(', ')}.`, { code: 'artifact_missing' })
}

function programVersion(): string {
  return (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
}
