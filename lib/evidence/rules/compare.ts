// Whether a model says again what it said, and how far off it is where not. Stored numbers went through JSON, where -0 is 0.
import type { Answer } from '@/lib/onnx/decode'
import type { Explanation } from '@/lib/explanations/contract'
import type { Signature } from '@/lib/registry/contract'
import { scoreOf } from '@/lib/serving/rules/output'
import type { Comparison, EvidenceExplanation, EvidencePrediction } from '../contract/bundle'

/** What another version of the runtime may differ by: some units in the last place of float32, summed up. */
export const TOLERANCE = 1e-6

/** One number or word of the two, and the size that its difference is measured by. */
interface Pair {
  at: string
  stored: number | string | null
  again: number | string | null | undefined
  size?: number
}

export function compareAnswer(signature: Signature, { answer, modelScore, guardrail }: Pick<EvidencePrediction, 'answer' | 'modelScore' | 'guardrail'>, again: Answer): Comparison {
  const pairs: Pair[] = [{ at: 'score', stored: guardrail === null ? answer.score : modelScore, again: scoreOf(signature, again) }]
  // With a guardrail, the label is of what was answered instead.
  if (guardrail === null && answer.label !== null) pairs.push({ at: 'label', stored: answer.label, again: again.label === undefined ? null : String(again.label) })
  for (const [name, stored] of Object.entries(answer.probabilities ?? {})) pairs.push({ at: `probabilities/${name}`, stored, again: again.probabilities?.[name] })
  return compare(pairs)
}

export function compareExplanation(signature: Signature, stored: EvidenceExplanation, again: Explanation): Comparison {
  // Contributions near 0 are differences of larger numbers: they are measured by the largest one.
  const size = Math.max(Math.abs(stored.base), ...Object.values(stored.values).map(Math.abs))
  const pairs: Pair[] = [
    { at: 'method', stored: stored.method, again: again.method },
    { at: 'scale', stored: stored.scale, again: again.scale },
    { at: 'base', stored: stored.base, again: again.base, size },
  ]
  if (stored.chosenClass !== null && again.chosenClass !== undefined) pairs.push({ at: 'chosenClass', stored: stored.chosenClass, again: again.chosenClass })
  signature.fields.forEach(({ name }, index) => {
    pairs.push({ at: `values/${name}`, stored: stored.values[name] ?? null, again: again.values[index], size })
    if (stored.errors) pairs.push({ at: `errors/${name}`, stored: stored.errors[name] ?? null, again: again.errors[index], size })
  })
  return compare(pairs)
}

function compare(pairs: readonly Pair[]): Comparison {
  let found: Comparison = { isIdentical: true, largest: 0, at: null }
  for (const { at, stored, again = null, size } of pairs) {
    // -0 and 0 are equal here.
    if (stored === again) continue
    const difference = typeof stored === 'number' && typeof again === 'number' ? Math.abs(stored - again) / (size ?? Math.max(Math.abs(stored), Math.abs(again))) : Infinity
    if (found.isIdentical || difference > found.largest) found = { isIdentical: false, largest: difference, at }
  }
  // JSON has no infinity; a relative difference of 1 is as different as can be.
  return { ...found, largest: Math.min(found.largest, 1) }
}
