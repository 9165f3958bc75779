// A call that works, to start from: a row of the background sample of the version that serves.
import type { Session } from '@/lib/database'
import { findVersion, readBackground, versionById } from '@/lib/registry/queries'
import type { Version } from '@/lib/registry/contract'
import { releaseInForce } from '@/lib/releases/queries'

export interface ExampleCall {
  environment: string
  version: number
  /** Which row of the sample, from 0. */
  row: number
  /** How many the sample has. */
  rows: number
  inputs: Record<string, string | number | boolean | null>
}

/**
 * Null where nothing is released in the environment. Fields without a value in the sample are null.
 * @param row of the sample; beyond its end it begins again
 * @param number of the version whose sample is meant; else the champion's
 */
export async function exampleCall(db: Session, modelId: string, environment: string, row = 0, number?: number): Promise<ExampleCall | null> {
  const version = number === undefined ? await championOf(db, modelId, environment) : await findVersion(db, modelId, number)
  if (!version) return null
  const rows = await readBackground(version)
  const place = rows.length === 0 ? 0 : row % rows.length
  const values = rows[place] ?? {}
  const inputs = Object.fromEntries(version.signature.fields.map((field) => [field.name, Object.hasOwn(values, field.name) ? (values[field.name] ?? null) : null]))
  return { environment, version: version.number, row: place, rows: rows.length, inputs }
}

async function championOf(db: Session, modelId: string, environment: string): Promise<Version | undefined> {
  const release = await releaseInForce(db, modelId, environment)
  const champion = release?.arms.find((arm) => arm.role === 'champion')
  return champion ? versionById(db, champion.versionId) : undefined
}
