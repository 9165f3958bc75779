// The log, for tests: rows written as the log writes them, and all of it read back.
import { asc } from 'drizzle-orm'
import type { Database, Session } from '@/lib/database'
import type { Prediction } from '../contract'
import { insertPredictions, type PredictionRecord } from '../log'
import { findPredictions } from '../queries'
import { servingTables } from '../tables'

export async function logPredictions(db: Database, records: readonly PredictionRecord[]): Promise<void> {
  const keep = await db.write((tx) => insertPredictions(tx, records))
  keep()
}

/** In the order of their ids. */
export async function loggedPredictions(db: Session): Promise<Prediction[]> {
  const { predictions } = db.tables(servingTables)
  const ids = await db.select({ id: predictions.id }).from(predictions).orderBy(asc(predictions.id))
  const found: Prediction[] = []
  for (let start = 0; start < ids.length; start += 500) found.push(...(await findPredictions(db, ids.slice(start, start + 500).map(({ id }) => id))).values())
  return found
}
