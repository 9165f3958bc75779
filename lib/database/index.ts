// The process's one database.
import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '../platform/environment'
import { ProblemError } from '../platform/errors'
import { once, peekOnce, setOnce } from '../platform/once'
import { migrate } from './migrate'
import { openPostgres } from './postgres'
import type { Database } from './session'
import { openSqlite } from './sqlite'

export type { Database, Session, Upsert } from './session'
export type { Kit } from './kit'

declare module '@/lib/platform/once' {
  interface Once {
    database: Promise<Database>
  }
}

/** Opens and migrates on first use. */
export function database(): Promise<Database> {
  return once('database', openDatabase)
}

async function openDatabase(): Promise<Database> {
  const { databaseUrl } = environment()
  const opened = databaseUrl === undefined ? openSqlite(join(usableDataDirectory(), 'flightdeck.sqlite')) : openPostgres(databaseUrl)
  await migrate(opened)
  return opened
}

export function usableDataDirectory(): string {
  const { dataDirectory } = environment()
  try {
    // It holds predictions, password hashes and the session secret.
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
    accessSync(dataDirectory, constants.W_OK | constants.R_OK)
  } catch (cause) {
    throw new ProblemError(
      'unavailable',
      `The data directory ${dataDirectory} cannot be written. Set FLIGHTDECK_DATA_DIR to a folder that this user may write.`,
      { code: 'data_directory_unwritable', cause },
    )
  }
  return dataDirectory
}

export async function closeDatabase(): Promise<void> {
  const opened = peekOnce('database')
  setOnce('database', undefined)
  await (await opened)?.close()
}
