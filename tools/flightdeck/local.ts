// The installation on this machine, for commands that work without a server.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Principal } from '@/lib/access/contract'
import { database, type Database } from '@/lib/database'
import { environment } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'

/** Whoever may read the database file may do what this one may; audit events carry its name. */
export const COMMAND_LINE: Principal = { kind: 'system', id: 'cli', name: 'command line' }

export const DATABASE_FILE = 'flightdeck.sqlite'
export const ARTIFACTS_FOLDER = 'artifacts'

/** A path as the caller means it: relative to where the command was called, not to the program's folder. */
export function calledPath(path: string): string {
  return resolve(process.env.FLIGHTDECK_CALLED_FROM ?? process.cwd(), path)
}

/** Refuses to make a new database: a wrong FLIGHTDECK_DATA_DIR must not look like an empty installation. */
export async function localDatabase(): Promise<Database> {
  if (environment().databaseUrl === undefined) localDatabaseFile()
  return database()
}

export function localDatabaseFile(): string {
  const { dataDirectory } = environment()
  const file = join(dataDirectory, DATABASE_FILE)
  if (existsSync(file)) return file
  throw new ProblemError(
    'not_found',
    `There is no Flightdeck database in ${dataDirectory}. Start Flightdeck once, or set FLIGHTDECK_DATA_DIR to its data directory.`,
    { code: 'installation_not_found' },
  )
}

/** Backup and restore are of the SQLite file; Postgres has its own tools. */
export function requireSqlite(what: string): void {
  if (environment().databaseUrl === undefined) return
  throw new ProblemError(
    'conflict',
    `DATABASE_URL is set, so the data is in Postgres: ${what} it with pg_dump and pg_restore, and copy the artifacts folder beside it.`,
    { code: 'backup_of_postgres' },
  )
}
