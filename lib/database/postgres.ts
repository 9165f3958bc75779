// Postgres through node-postgres, or PGlite in tests, behind the interface of the SQLite session.
import { getTableColumns, sql, type SQL } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { drizzle } from 'drizzle-orm/node-postgres'
import { Pool } from 'pg'
import { postgresKit, tablesFor, type Declaration } from './kit'
import type { Database, Session, Upsert } from './session'

// A statement takes at most 65,535 parameters.
const MOST_PARAMETERS = 60_000

interface PostgresExecutor {
  execute(statement: SQL): Promise<unknown>
}

interface PostgresLike extends PostgresExecutor {
  transaction<T>(work: (tx: PostgresExecutor & object) => Promise<T>): Promise<T>
}

function asSession(orm: object & PostgresExecutor, origin: object): Session {
  const runStatement = orm.execute.bind(orm)
  const session = Object.assign(orm, {
    engine: 'postgres' as const,
    kit: postgresKit,
    origin,
    tables: <T>(declaration: Declaration<T>) => tablesFor(postgresKit, declaration),
    execute: async (statement: SQL) => {
      await runStatement(statement)
    },
    insertMany: async <T extends SQLiteTable>(table: T, rows: readonly T['$inferInsert'][]) => {
      const width = Math.max(1, Object.keys(rows[0] ?? {}).length)
      const chunk = Math.max(1, Math.floor(MOST_PARAMETERS / width))
      for (let start = 0; start < rows.length; start += chunk) {
        await session.insert(table).values(rows.slice(start, start + chunk) as T['$inferInsert'][])
      }
    },
    upsertMany: async <T extends SQLiteTable>(table: T, rows: readonly T['$inferInsert'][], { key, replace = [], add = [] }: Upsert<T>) => {
      const columns = getTableColumns(table) as Record<string, SQLiteColumn>
      const columnOf = (member: string): SQLiteColumn => {
        const column = columns[member]
        if (!column) throw new TypeError(`the table has no member ${member}`)
        return column
      }
      const given = (member: string) => sql`excluded.${sql.identifier(columnOf(member).name)}`
      const set = Object.fromEntries([
        ...replace.map((member) => [member, given(member)] as const),
        ...add.map((member) => [member, sql`${columnOf(member)} + ${given(member)}`] as const),
      ])
      // One by one: rows of one key would meet in one statement, which Postgres refuses.
      for (const row of rows) {
        await session.insert(table).values(row).onConflictDoUpdate({ target: key.map(columnOf), set: set as never })
      }
    },
  }) as unknown as Session
  return session
}

/** Wraps any Drizzle Postgres database. */
export function postgresDatabase(orm: object & PostgresLike, close: () => Promise<void>): Database {
  const transaction = orm.transaction.bind(orm)
  const origin = {}
  return Object.assign(asSession(orm, origin), {
    write: async <T>(work: (tx: Session) => Promise<T>, committed?: (result: T) => void) => {
      const result = await transaction((tx) => work(asSession(tx, origin)))
      committed?.(result)
      return result
    },
    close,
  })
}

export function openPostgres(url: string): Database {
  const pool = new Pool({ connectionString: url, max: 10 })
  return postgresDatabase(drizzle(pool) as unknown as object & PostgresLike, () => pool.end())
}
