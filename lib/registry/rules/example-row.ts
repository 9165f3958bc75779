// A row to show how a version is called.
import { Profile } from '@/lib/math/profile'
import type { Field, ReferenceData, Signature } from '../contract'
import { trialRow, type ReferenceRow } from './reference-rows'

/**
 * A real reference row; sensitive fields hold what is usual in the reference instead, unless the reader may see real
 * ones. Without reference data, a row that the signature allows.
 */
export function exampleRow(
  signature: Signature,
  reference: ReferenceData | null,
  real: ReferenceRow | undefined,
  maySeeSensitive: boolean,
): ReferenceRow {
  if (real === undefined || reference === null) return trialRow(signature)
  const profile = Profile.decode(reference.shape, Buffer.from(reference.profile, 'base64'))
  return Object.fromEntries(
    signature.fields.map((field, index) => {
      const isShown = maySeeSensitive || !field.isSensitive
      return [field.name, isShown ? (real[field.name] ?? null) : usual(field, profile, index)]
    }),
  )
}

function usual(field: Field, profile: Profile, index: number): string | number | boolean | null {
  const summary = profile.summary(index)
  if (summary.kind === 'number') {
    return summary.mean === null ? null : field.type === 'integer' ? Math.round(summary.mean) : Number(summary.mean.toPrecision(3))
  }
  const column = profile.shape[index]
  const categories = column?.kind === 'category' ? column.categories : []
  const most = categories[summary.counts.indexOf(Math.max(...summary.counts))]
  if (most === undefined) return null
  if (field.type === 'boolean') return most === 'true'
  return field.type === 'number' || field.type === 'integer' ? Number(most) : most
}
