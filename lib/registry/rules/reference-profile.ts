// The layout of a version's profile and what its columns are fed, for the reference now and for each prediction later.
import { categoryColumn, numberColumn, Profile, type ProfileColumn, type ProfileShape, type ProfileValue } from '@/lib/math/profile'
import type { Answer } from '@/lib/onnx/decode'
import type { Field, Signature } from '../contract'
import type { ReferenceRow } from './reference-rows'

export const scoreColumn = 'score'

/**
 * What the column `score` counts: the probability of the positive class, the value of a regressor, the chosen class of
 * a model of several classes; 1 or 0 where a two-class model tells its class only.
 */
export function answerScore(signature: Signature, answer: Answer): number | string | null {
  if (signature.task === 'regression') return answer.value ?? null
  if (signature.task === 'multiclass') return answer.label === undefined ? null : String(answer.label)
  if (answer.score !== undefined) return answer.score
  return answer.label === undefined ? null : answer.label === signature.positiveClass ? 1 : 0
}

function profileValue(value: unknown): ProfileValue {
  if (typeof value === 'boolean') return String(value)
  return typeof value === 'number' || typeof value === 'string' ? value : null
}

/** Bins at the reference's deciles for numbers; its categories for everything that is a code or a text. */
export function profileShape(signature: Signature, rows: readonly ReferenceRow[], scores: readonly (number | string | null)[]): ProfileShape {
  const columns = signature.fields.map((field): ProfileColumn => {
    const values = rows.map((row) => profileValue(row[field.name]))
    return isCounted(field) ? categoryColumn(field.name, values) : numberColumn(field.name, values)
  })
  columns.push(signature.task === 'multiclass' ? categoryColumn(scoreColumn, scores) : numberColumn(scoreColumn, scores))
  return columns
}

function isCounted(field: Field): boolean {
  if (field.type !== 'number' && field.type !== 'integer') return true
  return field.categories !== undefined || field.categoryLabels !== undefined
}

/** All rows for the fields; the score only of the rows the model answered. */
export function referenceProfile(
  signature: Signature,
  rows: readonly ReferenceRow[],
  scores: readonly (number | string | null)[],
): { shape: ProfileShape; profile: Profile } {
  const shape = profileShape(signature, rows, scores)
  const profile = new Profile(shape)
  const scoreAt = signature.fields.length
  for (const row of rows) {
    signature.fields.forEach((field, index) => profile.add(index, profileValue(row[field.name])))
  }
  for (const score of scores) profile.add(scoreAt, score)
  return { shape, profile }
}
