// What the explanations of the reference rows say of a version: which fields matter to it, and the band in which the
// explanations of live rows are expected.
import { attributionShape, attributionValues } from '@/lib/math/attribution-profile'
import { Profile } from '@/lib/math/profile'
import type { Assessment } from '@/lib/inference/explainability'
import type { AttributionReference, Importance, Signature } from '../contract'

export function referenceAttributions(signature: Signature, { explainability, attributions }: Assessment): { attributions: AttributionReference | null; importance: Importance | null } {
  const { scale } = explainability
  const rows = attributions?.filter((values) => values !== null) ?? []
  if (scale === null || rows.length === 0) return { attributions: null, importance: null }
  const fields = signature.fields.map((field) => field.name)
  const shape = attributionShape(fields, rows)
  const profile = new Profile(shape)
  for (const values of rows) profile.addRow(attributionValues(fields, values))
  return {
    attributions: { rows: rows.length, scale, shape, profile: Buffer.from(profile.encode()).toString('base64') },
    importance: { method: 'exact', scale, rows: rows.length, values: meanAbsolutes(fields, rows) },
  }
}

/** Mean of the absolute contributions by field, and its standard error over the rows; the most important first. */
export function meanAbsolutes(fields: readonly string[], rows: readonly ArrayLike<number>[]): Importance['values'] {
  const count = rows.length
  const values = fields.map((field, index) => {
    const sizes = rows.map((row) => Math.abs(row[index] ?? 0))
    const meanAbsolute = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, count)
    const squares = sizes.reduce((sum, size) => sum + (size - meanAbsolute) ** 2, 0)
    return { field, meanAbsolute, standardError: count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count) }
  })
  return values.sort((a, b) => b.meanAbsolute - a.meanAbsolute)
}
