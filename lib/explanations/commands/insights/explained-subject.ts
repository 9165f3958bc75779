// The rows that a question is about: explained predictions, or where there are none, reference rows.
import type { Session } from '@/lib/database'
import { readExplained } from '../../queries/insights/explained-rows'
import type { Subject } from '../../queries/insights/question'
import type { Basis, ExplainedRows } from '../../rules/insights/contract'
import type { Scale } from '../../contract'
import { referenceRows } from './reference-rows'

/** Below, a mean says little and a picture less: reference rows say more. */
export const LEAST_LOGGED_ROWS = 20

interface BasedRows {
  rows: ExplainedRows
  basis: Basis
  scale: Scale
}

/** Of the period, else of the reference. */
export async function rowsOf(db: Session, subject: Subject, most: number): Promise<BasedRows> {
  const { scan, rows } = await readExplained(db, subject.version, subject.span, { most, scale: subject.scale })
  if (scan.rows >= LEAST_LOGGED_ROWS) return { rows, basis: loggedBasis(subject, scan), scale: subject.scale }
  const reference = await referenceRows(subject.version)
  return { rows: reference.rows, basis: referenceBasis(subject, reference.rows.count, scan.logged), scale: reference.scale }
}

export function head({ model, version }: Pick<Subject, 'model' | 'version'>, scale: Scale) {
  return { model: model.slug, version: version.number, scale, unit: scale === 'value' ? (version.signature.scoreUnit ?? null) : null, isOfChosenClass: version.signature.task === 'multiclass' }
}

export function loggedBasis({ span }: Subject, { rows, logged, isSample }: { rows: number; logged: number; isSample: boolean }): Basis {
  return { source: 'logged', from: span.from, to: span.to, rows, logged, isSample }
}

export function referenceBasis({ span }: Subject, rows: number, logged: number): Basis {
  return { source: 'reference', from: span.from, to: span.to, rows, logged, isSample: false }
}
