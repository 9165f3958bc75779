// One declaration, two engines: a table module is a function of a kit. The Postgres kit is cast to the SQLite kit's
// type, so that one type serves all queries. Times are integer milliseconds UTC; JSON keeps its text.
import * as sqlite from 'drizzle-orm/sqlite-core'
import * as pg from 'drizzle-orm/pg-core'
import { bytesToId, idToBytes } from './id-bytes'

const sqliteId = sqlite.customType<{ data: string; driverData: Uint8Array }>({ dataType: () => 'blob', toDriver: idToBytes, fromDriver: bytesToId })

export const sqliteKit = {
  table: sqlite.sqliteTable,
  text: (name: string) => sqlite.text(name),
  oneOf: <const T extends [string, ...string[]]>(name: string, values: T) => sqlite.text(name, { enum: values }),
  /** An id in 16 bytes, for tables of very many rows. Ids that are compared to it stand in columns of the same kind. */
  id: (name: string) => sqliteId(name),
  integer: (name: string) => sqlite.integer(name, { mode: 'number' }),
  /** Below two thousand million. */
  shortInteger: (name: string) => sqlite.integer(name, { mode: 'number' }),
  time: (name: string) => sqlite.integer(name, { mode: 'number' }),
  real: (name: string) => sqlite.real(name),
  boolean: (name: string) => sqlite.integer(name, { mode: 'boolean' }),
  json: <T>(name: string) => sqlite.text(name, { mode: 'json' }).$type<T>(),
  blob: (name: string) => sqlite.blob(name, { mode: 'buffer' }).$type<Uint8Array>(),
  index: sqlite.index,
  uniqueIndex: sqlite.uniqueIndex,
  primaryKey: sqlite.primaryKey,
}

export type Kit = typeof sqliteKit

const bytea = pg.customType<{ data: Uint8Array; driverData: Buffer | Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
  fromDriver: (value) => value,
})

const postgresId = pg.customType<{ data: string; driverData: Uint8Array }>({ dataType: () => 'bytea', toDriver: idToBytes, fromDriver: bytesToId })

export const postgresKit = {
  table: pg.pgTable,
  text: (name: string) => pg.text(name),
  oneOf: (name: string, values: [string, ...string[]]) => pg.text(name, { enum: values }),
  id: (name: string) => postgresId(name),
  integer: (name: string) => pg.bigint(name, { mode: 'number' }),
  shortInteger: (name: string) => pg.integer(name),
  time: (name: string) => pg.bigint(name, { mode: 'number' }),
  real: (name: string) => pg.doublePrecision(name),
  boolean: (name: string) => pg.boolean(name),
  json: (name: string) => pg.json(name),
  blob: (name: string) => bytea(name),
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  primaryKey: pg.primaryKey,
} as unknown as Kit

export type Declaration<T> = (kit: Kit) => T

const declared = new WeakMap<Kit, Map<Declaration<unknown>, unknown>>()

/** The tables of a declaration for one engine, always the same objects. */
export function tablesFor<T>(kit: Kit, declaration: Declaration<T>): T {
  let made = declared.get(kit)
  if (!made) declared.set(kit, (made = new Map()))
  if (!made.has(declaration)) made.set(declaration, declaration(kit))
  return made.get(declaration) as T
}
