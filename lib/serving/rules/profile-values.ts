// What a prediction adds to its hour's profile: the same for the log's writer and for a recount of the log.
import type { ProfileShape, ProfileValue } from '@/lib/math/profile'
import type { ReferenceData, Signature } from '@/lib/registry/contract'
import { profileShape } from '@/lib/registry/rules/reference-profile'
import type { InputValue } from './validation'

/** The reference's columns and bins; a version without reference counts into one bin a column. */
export function shapeOf(signature: Signature, reference: ReferenceData | null): ProfileShape {
  return reference?.shape ?? profileShape(signature, [], [])
}

/**
 * The fields in the signature's order, then the answer: the chosen of several classes, else the score. A guardrail's
 * answer is not the model's, so it is what the model said that counts: drift of the model is looked for.
 */
export function profileValues(
  signature: Signature,
  inputs: readonly InputValue[],
  answered: { label: string | null; score: number | null; modelScore: number | null },
): ProfileValue[] {
  const values: ProfileValue[] = inputs.map((value) => (typeof value === 'boolean' ? String(value) : value))
  values.push(signature.task === 'multiclass' ? answered.label : (answered.modelScore ?? answered.score))
  return values
}
