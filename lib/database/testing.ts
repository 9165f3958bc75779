// Real databases for tests: a fresh SQLite file and a fresh Postgres (PGlite), both migrated.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { setOnce } from '../platform/once'
import { migrate } from './migrate'
import { postgresDatabase } from './postgres'
import type { Database } from './session'
import { openSqlite } from './sqlite'

export const ENGINES = ['sqlite', 'postgres'] as const

/** Without a table, for tests of the migrations. */
export function openEmptyDatabase(engine: (typeof ENGINES)[number]): Promise<Database> {
  return engine === 'sqlite' ? Promise.resolve(openSqliteInFolder()) : openPglite()
}

/** Opens, migrates and puts in place a database of its own; `close` removes it. */
export async function openTestDatabase(engine: (typeof ENGINES)[number]): Promise<Database> {
  const opened = await openEmptyDatabase(engine)
  await migrate(opened)
  setOnce('database', Promise.resolve(opened))
  return opened
}

function openSqliteInFolder(): Database {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-test-'))
  const opened = openSqlite(join(folder, 'test.sqlite'))
  const close = opened.close
  return Object.assign(opened, {
    close: async () => {
      await close()
      rmSync(folder, { recursive: true, force: true })
    },
  })
}

async function openPglite(): Promise<Database> {
  const client = await PGlite.create()
  const orm = drizzle(client)
  return postgresDatabase(orm as unknown as Parameters<typeof postgresDatabase>[0], () => client.close())
}
