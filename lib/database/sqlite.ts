// SQLite: one writer connection behind a mutex with BEGIN IMMEDIATE, a reader connection beside it; WAL, and each write is
// synced to disk before it is told of, so that it survives a power cut (docs/decisions/0008).
import Connection from 'better-sqlite3'
import { Column, getTableColumns, getTableName, type SQL } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { drizzle } from 'drizzle-orm/sqlite-proxy'
import { Mutex } from './mutex'
import { WalSync } from './wal-sync'
import { sqliteKit, tablesFor } from './kit'
import type { Database, Session, Upsert } from './session'

type Statement = Connection.Statement<unknown[]>

const STATEMENTS_KEPT = 500

class PreparedStatements {
  private readonly kept = new Map<string, Statement>()
  constructor(private readonly connection: Connection.Database) {}

  get(sql: string): Statement {
    const present = this.kept.get(sql)
    if (present) return present
    const made = this.connection.prepare<unknown[]>(sql)
    if (this.kept.size >= STATEMENTS_KEPT) {
      const oldest = this.kept.keys().next().value
      if (oldest !== undefined) this.kept.delete(oldest)
    }
    this.kept.set(sql, made)
    return made
  }
}

function connect(file: string, readonly: boolean): Connection.Database {
  const connection = new Connection(file, { readonly, timeout: 10_000 })
  if (!readonly) {
    connection.pragma('journal_mode = WAL')
    // Synced by WalSync, beside this thread.
    connection.pragma('synchronous = NORMAL')
  }
  connection.pragma('foreign_keys = ON')
  connection.pragma('cache_size = -32000')
  connection.pragma('temp_store = MEMORY')
  return connection
}

/** Drizzle's asynchronous interface over a synchronous connection. */
function sessionOver(connection: Connection.Database, origin: object): Session {
  const statements = new PreparedStatements(connection)
  const orm = drizzle(async (sql, params, method) => {
    const statement = statements.get(sql)
    if (!statement.reader) {
      statement.run(...params)
      return { rows: [] }
    }
    const rows = statement.raw(true)
    return { rows: method === 'get' ? (rows.get(...params) as unknown[]) : rows.all(...params) }
  })
  const inserts = new WeakMap<object, Insert>()
  const insertAll = (of: object, table: SQLiteTable, rows: readonly unknown[], end = '') => {
    let insert = inserts.get(of)
    if (!insert) inserts.set(of, (insert = compileInsert(connection, table, end)))
    for (const row of rows) insert(row as Record<string, unknown>)
  }
  return Object.assign(orm, {
    engine: 'sqlite' as const,
    kit: sqliteKit,
    origin,
    tables: <T>(declaration: Parameters<typeof tablesFor<T>>[1]) => tablesFor(sqliteKit, declaration),
    execute: async (statement: SQL) => {
      await orm.run(statement)
    },
    insertMany: async <T extends SQLiteTable>(table: T, rows: readonly T['$inferInsert'][]) => insertAll(table, table, rows),
    upsertMany: async <T extends SQLiteTable>(table: T, rows: readonly T['$inferInsert'][], upsert: Upsert<T>) =>
      insertAll(upsert, table, rows, onConflict(table, upsert)),
  }) as unknown as Session
}

type Insert = (row: Record<string, unknown>) => void

function compileInsert(connection: Connection.Database, table: SQLiteTable, end: string): Insert {
  const columns = Object.entries(getTableColumns(table))
  const names = columns.map(([, column]) => `"${column.name}"`).join(', ')
  const marks = columns.map(() => '?').join(', ')
  const statement = connection.prepare(`insert into "${getTableName(table)}" (${names}) values (${marks}) ${end}`)
  const values = new Array<unknown>(columns.length)
  const keys = columns.map(([key]) => key)
  // Most columns take their values as they are: a call for each would cost more than the row.
  const mapped = columns.map(([, column]) => (column.mapToDriverValue === Column.prototype.mapToDriverValue ? null : column))
  return (row) => {
    for (let index = 0; index < keys.length; index++) {
      const value = row[keys[index] as string] ?? null
      const column = mapped[index]
      values[index] = column && value !== null ? column.mapToDriverValue(value) : value
    }
    statement.run(values)
  }
}

function onConflict<T extends SQLiteTable>(table: T, { key, replace = [], add = [] }: Upsert<T>): string {
  const columns = getTableColumns(table)
  const nameOf = (member: string) => `"${columns[member]?.name ?? member}"`
  const changes = [
    ...replace.map((member) => `${nameOf(member)} = excluded.${nameOf(member)}`),
    ...add.map((member) => `${nameOf(member)} = ${nameOf(member)} + excluded.${nameOf(member)}`),
  ]
  return `on conflict (${key.map(nameOf).join(', ')}) do update set ${changes.join(', ')}`
}

export function openSqlite(file: string): Database {
  const writerConnection = connect(file, false)
  const readerConnection = file === ':memory:' ? writerConnection : connect(file, true)
  const origin = {}
  const writer = sessionOver(writerConnection, origin)
  const reader = sessionOver(readerConnection, origin)
  const mutex = new Mutex()
  const log = file === ':memory:' ? null : new WalSync(`${file}-wal`)
  return Object.assign(reader, {
    write: async <T>(work: (tx: Session) => Promise<T>, committed?: (result: T) => void): Promise<T> => {
      const result = await mutex.run(async () => {
        writerConnection.exec('BEGIN IMMEDIATE')
        try {
          const made = await work(writer)
          writerConnection.exec('COMMIT')
          committed?.(made)
          return made
        } catch (error) {
          if (writerConnection.inTransaction) writerConnection.exec('ROLLBACK')
          throw error
        }
      })
      await log?.synced()
      return result
    },
    close: () =>
      mutex.run(async () => {
        log?.close()
        readerConnection.close()
        writerConnection.close()
      }),
  })
}
