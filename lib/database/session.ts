// What queries and commands see of the database: Drizzle's query builder, the tables of a declaration, fast inserts.
import type { SQL } from 'drizzle-orm'
import type { BaseSQLiteDatabase, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Declaration, Kit } from './kit'

/** What becomes of a row whose key is there already. One object for all calls: its statement is prepared once. */
export interface Upsert<T extends SQLiteTable> {
  key: readonly (keyof T['$inferInsert'] & string)[]
  /** Members that take the new row's value. */
  replace?: readonly (keyof T['$inferInsert'] & string)[]
  /** Members that the new row's number is added to. */
  add?: readonly (keyof T['$inferInsert'] & string)[]
}

export interface SessionParts {
  readonly engine: 'sqlite' | 'postgres'
  readonly kit: Kit
  /** One object for all sessions of a database: what a process remembers of it is remembered by this. */
  readonly origin: object
  tables<T>(declaration: Declaration<T>): T
  /** Runs a statement that returns nothing. */
  execute(statement: SQL): Promise<void>
  /** Inserts many complete rows of one table with a prepared statement; missing members become NULL. */
  insertMany<T extends SQLiteTable>(table: T, rows: readonly T['$inferInsert'][]): Promise<void>
  /** The same, but a row whose key is there changes the one that is there. */
  upsertMany<T extends SQLiteTable>(table: T, rows: readonly T['$inferInsert'][], upsert: Upsert<T>): Promise<void>
}

// Await the builders: `run`, `get`, `all`, `values` and `batch` exist on one engine only and are hidden here.
export type Session = Pick<
  BaseSQLiteDatabase<'async', unknown>,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'with' | '$with' | '$count'
> &
  SessionParts

/** Reads go to readers; every write goes through `write`, one transaction at a time on SQLite. */
export type Database = Session & {
  /**
   * Resolves when the transaction is on disk.
   * @param committed called at once when it is committed, before the next transaction begins; on disk it may be later
   */
  write<T>(work: (tx: Session) => Promise<T>, committed?: (result: T) => void): Promise<T>
  close(): Promise<void>
}
