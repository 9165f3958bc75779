import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Connection from 'better-sqlite3'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, usableDataDirectory } from '@/lib/database'
import { migrationTags } from '@/lib/database/migrate'
import { ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import type { Command } from './command'
import { ARTIFACTS_FOLDER, calledPath, COMMAND_LINE, DATABASE_FILE, requireSqlite } from './local'
import { checkFiles, countFiles, flushFile, hashFile, MANIFEST_FILE, readManifest, type Manifest } from './manifest'

// The write-ahead log belongs to its database: left behind, it would be read into the restored one.
const PARTS = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, ARTIFACTS_FOLDER]
const KEPT_PREFIX = 'before-restore-'

export const restore: Command = {
  name: 'restore',
  arguments: ['DIRECTORY'],
  summary: 'Put a backup in place of the data directory, after checking every file of it.',
  options: { force: { type: 'boolean', help: 'Also where the data directory has data: that is set aside in it, not deleted.' } },
  details: 'Stop the server first; it is refused while a process has the database open. The restored audit chain gets an event that says so.',
  run: async (call) => {
    requireSqlite('restore')
    const directory = calledPath(call.arguments[0] ?? '')
    const manifest = await readManifest(directory)
    refuseNewer(manifest)
    await checkFiles(directory, manifest)
    const data = usableDataDirectory()
    const kept = await roomIn(data, call.flag('force'))
    await putInPlace(directory, manifest, data, kept)
    await noteRestore(await hashFile(join(directory, MANIFEST_FILE)), manifest)
    return {
      json: { dataDirectory: data, backupCreatedAt: manifest.createdAt, files: manifest.files.length, replaced: kept },
      text: [
        `Restored ${countFiles(manifest.files.length)} of ${manifest.createdAt} to ${data}.`,
        ...(kept === null ? [] : [`What was there before is in ${kept}. To undo: stop the server and move it back.`]),
      ].join('\n'),
    }
  },
}

function refuseNewer(manifest: Manifest): void {
  const known = new Set(migrationTags('sqlite'))
  const unknown = manifest.migrations.filter((tag) => !known.has(tag))
  if (unknown.length === 0) return
  throw new ProblemError('conflict', `This backup was made by a newer Flightdeck (${manifest.program}; it has ${unknown.join(', ')}). Install that version first.`, {
    code: 'database_newer',
  })
}

/** Where present data goes; null where there is none. Refuses where it may not be replaced. */
async function roomIn(data: string, isForced: boolean): Promise<string | null> {
  const present = (await readdir(data)).filter((name) => !name.startsWith(KEPT_PREFIX))
  if (present.length === 0) return null
  if (!isForced) {
    throw new ProblemError('conflict', `The data directory ${data} is not empty. Add --force to replace its data; it is set aside, not deleted.`, {
      code: 'data_directory_not_empty',
    })
  }
  if (existsSync(join(data, DATABASE_FILE))) refuseWhileOpen(join(data, DATABASE_FILE))
  return PARTS.some((part) => present.includes(part)) ? join(data, `${KEPT_PREFIX}${newId()}`) : null
}

/**
 * Every connection in WAL mode holds a shared lock while it is open, so that the exclusive locking mode can be had only
 * by a process that is alone (sqlite.org/wal.html, section 8).
 */
function refuseWhileOpen(file: string): void {
  const connection = new Connection(file, { timeout: 0 })
  try {
    connection.pragma('locking_mode = EXCLUSIVE')
    connection.exec('begin exclusive; rollback')
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') return
    throw new ProblemError('conflict', `A process uses ${file}. Stop the server, then restore.`, { code: 'database_in_use', cause })
  } finally {
    connection.close()
  }
}

/** Copied beside and checked there, then moved by renames: interrupted at any point, old and new are each whole in one folder. */
async function putInPlace(directory: string, manifest: Manifest, data: string, kept: string | null): Promise<void> {
  const aside = join(data, `.restoring-${newId()}`)
  try {
    for (const { path, sha256 } of manifest.files) {
      const target = join(aside, path)
      await mkdir(dirname(target), { recursive: true })
      await copyFile(join(directory, path), target)
      await flushFile(target)
      if ((await hashFile(target)) !== sha256) throw new ProblemError('unavailable', `${path} changed while it was copied. Nothing was restored.`, { code: 'backup_damaged' })
    }
    if (kept !== null) await moveParts(data, kept)
    await moveParts(aside, data)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function moveParts(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const part of PARTS) {
    const isThere = await stat(join(from, part)).then(() => true, () => false)
    if (isThere) await rename(join(from, part), join(to, part))
  }
}

async function noteRestore(hash: string, manifest: Manifest): Promise<void> {
  const db = await database()
  await db.write((tx) =>
    appendAuditEvent(tx, {
      actor: COMMAND_LINE,
      action: 'backup.restored',
      target: { kind: 'backup', id: hash, name: `backup of ${manifest.createdAt}` },
      after: { createdAt: manifest.createdAt, program: manifest.program, files: manifest.files.length },
    }),
  )
}
