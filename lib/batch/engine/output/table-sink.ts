// Results as rows of a table, known by job and row: a block that is written again after a crash changes nothing.
import type Database from 'better-sqlite3'
import type { Client } from 'pg'
import type { DatabaseAddress } from '../contract'
import { outputFailed } from '../refusals'
import type { ScoredBlock } from '../score/block'
import type { ResultColumn } from '../score/result-columns'
import { isPostgres, openPostgres, openSqlite } from '../typed/databases'
import type { Cell } from './csv-cells'
import type { ResultSink } from './sink'

const JOB_COLUMN = 'flightdeck_job'
const TYPES = {
  sqlite: { integer: 'INTEGER', number: 'REAL', text: 'TEXT' },
  postgres: { integer: 'bigint', number: 'double precision', text: 'text' },
}
/** Values of one statement; Postgres takes 65,535. */
const MOST_VALUES = 30_000

interface Table {
  create(sql: string): Promise<void>
  insert(rows: readonly (readonly Cell[])[]): Promise<void>
  close(): Promise<void>
}

export class TableSink implements ResultSink {
  readonly form = 'columns'

  private constructor(
    private readonly table: Table,
    private readonly jobId: string,
  ) {}

  static async open(address: DatabaseAddress, name: string, columns: readonly ResultColumn[], jobId: string): Promise<TableSink> {
    try {
      const isServer = isPostgres(address)
      const types = isServer ? TYPES.postgres : TYPES.sqlite
      const names = [JOB_COLUMN, ...columns.map((column) => column.name)]
      const table = isServer ? await postgresTable(address, name, names) : sqliteTable(address, name, names)
      const declared = [`${quoted(JOB_COLUMN)} ${types.text} not null`, ...columns.map((column) => `${quoted(column.name)} ${types[column.type]}`)]
      const key = [JOB_COLUMN, columns[0]?.name ?? 'row'].map(quoted).join(', ')
      await table.create(`create table if not exists ${quoted(name)} (${declared.join(', ')}, primary key (${key}))`)
      return new TableSink(table, jobId)
    } catch (error) {
      throw outputFailed(error, `The table ${name}`)
    }
  }

  async write({ results, scored }: ScoredBlock): Promise<void> {
    if (!Array.isArray(results)) return
    const rows = Array.from({ length: scored }, (_, row): Cell[] => [this.jobId, ...results.map((cells) => cells[row] ?? null)])
    try {
      await this.table.insert(rows)
    } catch (error) {
      throw outputFailed(error, 'The table of results')
    }
  }

  /** Each block is a transaction of its own. */
  checkpoint(): Promise<number> {
    return Promise.resolve(0)
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    return this.table.close()
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function sqliteTable(address: DatabaseAddress, name: string, names: readonly string[]): Table {
  const database: Database.Database = openSqlite(address, false)
  return {
    create: (sql) => Promise.resolve(void database.exec(sql)),
    insert(rows) {
      const statement = database.prepare(`insert into ${quoted(name)} (${names.map(quoted).join(', ')}) values (${names.map(() => '?').join(', ')}) on conflict do nothing`)
      database.transaction(() => {
        for (const row of rows) statement.run(row)
      }).immediate()
      return Promise.resolve()
    },
    close: () => Promise.resolve(void database.close()),
  }
}

/** A text of Postgres holds every character but this one. */
function withoutNul(cell: Cell): Cell {
  return typeof cell === 'string' ? cell.replaceAll('\u0000', '') : cell
}

async function postgresTable(address: DatabaseAddress, name: string, names: readonly string[]): Promise<Table> {
  const client: Client = await openPostgres(address, false)
  const rowsAtOnce = Math.max(1, Math.floor(MOST_VALUES / names.length))
  return {
    create: async (sql) => void (await client.query(sql)),
    async insert(rows) {
      await client.query('begin')
      try {
        for (let from = 0; from < rows.length; from += rowsAtOnce) {
          const part = rows.slice(from, from + rowsAtOnce)
          const values = part.map((row, index) => `(${row.map((_, column) => `$${index * names.length + column + 1}`).join(', ')})`)
          await client.query(`insert into ${quoted(name)} (${names.map(quoted).join(', ')}) values ${values.join(', ')} on conflict do nothing`, part.flat().map(withoutNul))
        }
        await client.query('commit')
      } catch (error) {
        await client.query('rollback').catch(() => undefined)
        throw error
      }
    },
    close: () => client.end(),
  }
}
