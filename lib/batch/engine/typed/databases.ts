// The databases that rows come from or results go to: SQLite by better-sqlite3, Postgres by pg.
import Database from 'better-sqlite3'
import { Client } from 'pg'
import type { DatabaseAddress } from '../contract'
import { unreadable } from '../refusals'

const CONNECT_MS = 15_000

export function isPostgres(address: DatabaseAddress): boolean {
  return /^postgres(ql)?:\/\//.test(address)
}

/** Reads only, whatever the query says. */
export async function openPostgres(address: DatabaseAddress, isReadOnly: boolean): Promise<Client> {
  const client = new Client({
    connectionString: address,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'flightdeck batch',
    ...(isReadOnly ? { options: '-c default_transaction_read_only=on' } : {}),
  })
  // A connection that breaks makes the next query fail, which says so.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export function openSqlite(address: DatabaseAddress, isReadOnly: boolean): Database.Database {
  const path = address.replace(/^sqlite:(\/\/)?/, '')
  return new Database(path, { readonly: isReadOnly, fileMustExist: isReadOnly, timeout: CONNECT_MS })
}

/** The database's own words, which name what is wrong in the query, without where it lies. */
export function queryFailed(error: unknown): Error {
  return unreadable(`The database refused the query: ${error instanceof Error ? error.message : String(error)}.`, error)
}
