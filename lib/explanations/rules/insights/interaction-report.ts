// The strongest pairs of fields, in words.
import type { Signature } from '@/lib/registry/contract'
import type { InteractionPair } from './contract'
import { amountInWords, type EffectScale } from './effect-words'

const PAIRS_TOLD = 10
/** Of the largest value a field has alone: less is rounding. */
const LEAST_SHARE = 1e-9

export interface MeanInteractions {
  /** Fields × fields, row by row. */
  means: readonly number[]
  meanAbsolutes: readonly number[]
}

/** The strongest first. */
export function interactionPairs({ fields }: Pick<Signature, 'fields'>, { means, meanAbsolutes }: MeanInteractions, effect: EffectScale): InteractionPair[] {
  const least = Math.max(0, ...meanAbsolutes) * LEAST_SHARE
  const pairs = fields.flatMap((one, row) =>
    fields.slice(row + 1).map((other, offset): InteractionPair => {
      const at = row * fields.length + row + 1 + offset
      const meanAbsolute = meanAbsolutes[at] ?? 0
      const sentence = `${one.displayName} and ${other.displayName} together move ${nounOf(effect)} by ${amountInWords(effect, meanAbsolute)} on average, beyond what each does alone.`
      return { fields: [one.name, other.name], displayNames: [one.displayName, other.displayName], meanAbsolute, mean: means[at] ?? 0, sentence }
    }),
  )
  return pairs.filter((pair) => pair.meanAbsolute > least).sort((a, b) => b.meanAbsolute - a.meanAbsolute).slice(0, PAIRS_TOLD)
}

function nounOf({ scale }: EffectScale): string {
  return scale === 'value' ? 'the answer' : 'the score'
}

/** The other field with the strongest pair; null where none does anything with it. */
export function strongestPartner(meanAbsolutes: readonly number[], fields: number, own: number, candidates: readonly number[]): { index: number; strength: number } | null {
  let strongest: { index: number; strength: number } | null = null
  const least = Math.max(0, ...meanAbsolutes) * LEAST_SHARE
  for (const index of candidates) {
    const strength = meanAbsolutes[own * fields + index] ?? 0
    if (index !== own && strength > least && (strongest === null || strength > strongest.strength)) strongest = { index, strength }
  }
  return strongest
}
