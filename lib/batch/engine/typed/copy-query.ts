// The rows of a query, copied into a CSV file of the job: asked again after a crash, a database may answer in another
// order or with other rows, and a long job must not hold a transaction open.
import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isProblem } from '@/lib/platform/errors'
import { AppendFile } from '../output/append-file'
import { csvLine } from '../output/csv-cells'
import { cellText } from './cell'
import type { DatabaseAddress } from '../contract'
import { isPostgres, openPostgres, openSqlite, queryFailed } from './databases'

/** Names first, then rows. */
type Rows = AsyncGenerator<unknown[][], void, undefined>

const ROWS_AT_ONCE = 2000

/** @returns the copy's path, also where it was made before */
export async function copyQuery(address: DatabaseAddress, query: string, directory: string, signal: AbortSignal): Promise<string | null> {
  const path = join(directory, 'source.csv')
  if (existsSync(path)) return path
  await mkdir(directory, { recursive: true })
  const aside = `${path}.part`
  const file = await AppendFile.open(aside, 0, 'The copy of the query')
  try {
    for await (const rows of queryRows(address, query)) {
      if (signal.aborted) return null
      await file.append(Buffer.from(rows.map((row) => csvLine(row.map(cellText))).join('')))
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(aside, path)
  return path
}

/** @param most rows at most, where only a look is taken */
export async function* queryRows(address: DatabaseAddress, query: string, most = Infinity): Rows {
  try {
    yield* isPostgres(address) ? postgresRows(address, query, most) : sqliteRows(address, query, most)
  } catch (error) {
    throw isProblem(error) ? error : queryFailed(error)
  }
}

async function* sqliteRows(address: DatabaseAddress, query: string, most: number): Rows {
  const database = openSqlite(address, true)
  try {
    const statement = database.prepare(query)
    if (!statement.reader) throw new Error('it returns no rows')
    statement.raw(true).safeIntegers(true)
    yield [statement.columns().map(({ name }) => name)]
    let rows: unknown[][] = []
    let count = 0
    for (const row of statement.iterate() as IterableIterator<unknown[]>) {
      if (count >= most) break
      count += 1
      rows.push(row)
      if (rows.length < ROWS_AT_ONCE) continue
      yield rows
      rows = []
      await nextTurn()
    }
    if (rows.length > 0) yield rows
  } finally {
    database.close()
  }
}

async function* postgresRows(address: DatabaseAddress, query: string, most: number): Rows {
  const client = await openPostgres(address, true)
  try {
    await client.query('begin read only')
    // By the extended protocol, which takes one statement only.
    await client.query({ text: `declare flightdeck_rows no scroll cursor for ${query.trim().replace(/;$/, '')}`, queryMode: 'extended' } as { text: string })
    let count = 0
    for (let isFirst = true; ; isFirst = false) {
      const size = Math.min(ROWS_AT_ONCE, most - count)
      const { fields, rows } = await client.query<unknown[]>({ text: `fetch ${size} from flightdeck_rows`, rowMode: 'array' })
      if (isFirst) yield [fields.map(({ name }) => name)]
      if (rows.length > 0) yield rows
      count += rows.length
      if (rows.length < size || count >= most) break
    }
    await client.query('commit')
  } finally {
    await client.end()
  }
}
