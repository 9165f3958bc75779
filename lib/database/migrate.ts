// Applies the named migrations under drizzle/<engine>/ in order, each in one transaction, and knows a newer database.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { now } from '../platform/clock'
import { ProblemError } from '../platform/errors'
import type { Kit } from './kit'
import type { Database } from './session'

const BREAK = '--> statement-breakpoint'

const migrationTables = (kit: Kit) => ({
  applied: kit.table('schema_migrations', { tag: kit.text('tag').primaryKey(), appliedAt: kit.time('applied_at').notNull() }),
})

interface Journal {
  entries: { idx: number; tag: string }[]
}

export function migrationTags(engine: Database['engine']): string[] {
  const file = join(process.cwd(), 'drizzle', engine, 'meta', '_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8')) as Journal
  return journal.entries.sort((a, b) => a.idx - b.idx).map((entry) => entry.tag)
}

/** Brings the database to this program's schema; returns the names of the migrations applied now. */
export async function migrate(database: Database): Promise<string[]> {
  const known = migrationTags(database.engine)
  return database.write(async (tx) => {
    await tx.execute(sql`create table if not exists schema_migrations (tag text primary key, applied_at bigint not null)`)
    const { applied } = tx.tables(migrationTables)
    const present = (await tx.select({ tag: applied.tag }).from(applied)).map((row) => row.tag)
    const unknown = present.filter((tag) => !known.includes(tag))
    if (unknown.length > 0) {
      throw new ProblemError(
        'conflict',
        `This database was written by a newer Flightdeck (it has ${unknown.join(', ')}). Install that version, or restore a backup.`,
        { code: 'database_newer' },
      )
    }
    const missing = known.filter((tag) => !present.includes(tag))
    for (const tag of missing) {
      const file = readFileSync(join(process.cwd(), 'drizzle', database.engine, `${tag}.sql`), 'utf8')
      for (const statement of file.split(BREAK)) {
        if (statement.trim() !== '') await tx.execute(sql.raw(statement))
      }
      await tx.insert(applied).values({ tag, appliedAt: now() })
    }
    return missing
  })
}
