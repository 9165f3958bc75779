// How alike two cases of one version are, by what was given and by why it was answered. 1 is the same, 0 nothing alike.
import type { Signature } from '@/lib/registry/contract'
import type { InputValue } from './shown-inputs'
import type { Reference } from './reference-place'
import { isMissing, valueInWords } from './value-words'

/** Named beside a case. */
const MOST_DIFFERENCES = 3
/** Of one field: less is hardly a difference. */
const LEAST_DIFFERENCE = 0.05

/** How far two values of each field are apart, from 0 to 1. */
export type FieldDistance = (a: InputValue, b: InputValue) => number

/**
 * Gower's similarity (1971, A General Coefficient of Similarity, Biometrics 27): numbers by the reference's range, here
 * that between its outer tenths, so that a single extreme case does not make all others alike; categories by equality.
 */
export function fieldDistances(signature: Signature, reference: Reference): FieldDistance[] {
  return signature.fields.map((_, index) => {
    const column = reference[index]?.column
    const spread = column?.kind === 'number' ? (column.edges.at(-1) ?? 0) - (column.edges[0] ?? 0) : 0
    return (a, b) => {
      if (a === b) return 0
      if (typeof a === 'number' && typeof b === 'number' && spread > 0) return Math.min(1, Math.abs(a - b) / spread)
      return isMissing(a) && isMissing(b) ? 0 : 1
    }
  })
}

export function alikeByInputs(distances: readonly FieldDistance[], a: readonly InputValue[], b: readonly InputValue[]): number {
  if (distances.length === 0) return 1
  let sum = 0
  for (let index = 0; index < distances.length; index++) sum += distances[index]?.(a[index] ?? null, b[index] ?? null) ?? 0
  return 1 - sum / distances.length
}

/** Of all that both explanations move, the part that they do not disagree about (Bray and Curtis 1957). */
export function alikeByExplanation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let apart = 0
  let all = 0
  for (let index = 0; index < a.length; index++) {
    const [own, other] = [a[index] as number, b[index] as number]
    apart += Math.abs(own - other)
    all += Math.abs(own) + Math.abs(other)
  }
  return all === 0 ? 1 : 1 - apart / all
}

/** The fields that are furthest apart, in words. */
export function differencesInWords(signature: Signature, distances: readonly FieldDistance[], here: readonly InputValue[], there: readonly InputValue[]): { displayName: string; here: string; there: string }[] {
  return signature.fields
    .map((field, index) => ({ field, index, apart: distances[index]?.(here[index] ?? null, there[index] ?? null) ?? 0 }))
    .filter(({ apart }) => apart >= LEAST_DIFFERENCE)
    .sort((a, b) => b.apart - a.apart || a.index - b.index)
    .slice(0, MOST_DIFFERENCES)
    .map(({ field, index }) => ({ displayName: field.displayName, here: valueInWords(field, here[index]), there: valueInWords(field, there[index]) }))
}
