// Whether things still rank as they did: how much of the old ranking's worth the new one keeps on top.
import { MathError } from './math-error'

/**
 * Normalised discounted cumulative gain of a ranking: DCG / ideal DCG with DCG = sum over places i = 1, 2 … of
 * gain(i-th ranked) / log2(i + 1). 1 when the ranking orders the gains from large to small; the lower, the further down
 * large gains have fallen.
 *
 * For attribution drift the gains are the reference's attributions and the ranking is by the live ones, as SageMaker
 * Clarify does (docs.aws.amazon.com/sagemaker/latest/dg/clarify-model-monitor-feature-attribution-drift.html; it alerts
 * below 0.90) and Azure Machine Learning with scikit-learn's ndcg_score. As there, equally ranked ones share the mean
 * discount of the places they take together (McSherry and Najork 2008, doi:10.1007/978-3-540-78646-7_38), so that their
 * order in the list changes nothing.
 *
 * @param gains not negative, not all 0: what each is worth
 * @param scores of the same things in the same order; the largest is ranked first
 * @returns above 0, at most 1
 * @throws MathError `invalid-argument`, or `shape-mismatch` for lists of different lengths
 */
export function ndcg(gains: ArrayLike<number>, scores: ArrayLike<number>): number {
  if (gains.length !== scores.length) throw new MathError('shape-mismatch', `${gains.length} gains, but ${scores.length} scores.`)
  const worth = Array.from(gains)
  if (!worth.every((gain) => gain >= 0 && Number.isFinite(gain)) || !worth.some((gain) => gain > 0)) {
    throw new MathError('invalid-argument', 'A ranking is judged by finite gains, not negative and not all 0.')
  }
  if (Array.from(scores).some((score) => !Number.isFinite(score))) throw new MathError('invalid-argument', 'Things are ranked by finite scores.')
  // Equal gains are worth the same in any order, so the ideal needs no care for ties.
  return discounted(worth, scores) / discounted(worth, worth)
}

function discounted(gains: readonly number[], scores: ArrayLike<number>): number {
  const order = gains.map((_, index) => index).sort((a, b) => (scores[b] as number) - (scores[a] as number))
  let sum = 0
  for (let first = 0; first < order.length; ) {
    const score = scores[order[first] as number]
    let next = first
    let gain = 0
    let discount = 0
    for (; next < order.length && scores[order[next] as number] === score; next++) {
      gain += gains[order[next] as number] as number
      discount += 1 / Math.log2(next + 2)
    }
    sum += (gain * discount) / (next - first)
    first = next
  }
  return sum
}
