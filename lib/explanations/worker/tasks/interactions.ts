// What pairs of fields do together, over some rows: exact interaction values where the version is a sum of trees.
import { compileEncoder, type Row } from '@/lib/onnx/encode'
import { ProblemError } from '@/lib/platform/errors'
import type { Scale } from '../../contract'
import type { OpenedVersion } from '../opened-version'

export interface InteractionsAsked {
  rows: readonly Row[]
  /** Fewer rows are enough where this is over; one at least is explained. */
  budgetMs: number
}

export interface InteractionsFound {
  scale: Scale
  rows: number
  /** Fields × fields, row by row: means over the rows of a pair's value (both halves together); the diagonal is what a field does alone. */
  means: number[]
  /** The same of the sizes. */
  meanAbsolutes: number[]
}

/** @throws ProblemError `interactions_unavailable` for a version that is not explained exactly */
export async function findInteractions({ exact, model, version }: OpenedVersion, { rows, budgetMs }: InteractionsAsked): Promise<InteractionsFound> {
  if (!exact) {
    throw new ProblemError('conflict', 'Exact interaction values need a version that is explained exactly: a sum of trees or a weighted sum. This one is explained by asking the model.', {
      code: 'interactions_unavailable',
    })
  }
  const startedAt = performance.now()
  const encoder = compileEncoder(version.signature)
  const size = version.signature.fields.length
  const sums = new Float64Array(size * size)
  const sizes = new Float64Array(size * size)
  const pairs = new Float64Array(size * size)
  const answers = await model.run(rows)
  let count = 0
  for (const [index, row] of rows.entries()) {
    const answer = answers[index]
    const explanation = answer && exact.explain(row, answer)
    if (!explanation) continue
    const place = explanation.chosenClass === undefined ? 0 : (version.signature.classes ?? []).findIndex((name) => String(name) === explanation.chosenClass)
    const additive = exact.models[place]
    const explainer = exact.explainers[place]
    if (!additive || !explainer) continue
    const encoded = new Float64Array(additive.width)
    additive.encode(encoder.encode([row]).feeds, 0, encoded)
    explainer.interactions(encoded, pairs)
    joinHalves(pairs, explanation.values)
    for (let at = 0; at < pairs.length; at++) {
      sums[at] = (sums[at] as number) + (pairs[at] as number)
      sizes[at] = (sizes[at] as number) + Math.abs(pairs[at] as number)
    }
    count += 1
    if (performance.now() - startedAt > budgetMs) break
  }
  const mean = (sum: number) => (count === 0 ? 0 : sum / count)
  return { scale: exact.scale, rows: count, means: Array.from(sums, mean), meanAbsolutes: Array.from(sizes, mean) }
}

/** Both halves of a pair together, and on the diagonal the field's own value without its halves: a weighted sum beside the trees counts there. */
function joinHalves(pairs: Float64Array, values: ArrayLike<number>): void {
  const count = values.length
  for (let field = 0; field < count; field++) {
    let halves = 0
    for (let other = 0; other < count; other++) if (other !== field) halves += pairs[field * count + other] as number
    pairs[field * count + field] = (values[field] as number) - halves
  }
  for (let field = 0; field < count; field++) {
    for (let other = 0; other < count; other++) if (other !== field) pairs[field * count + other] = 2 * (pairs[field * count + other] as number)
  }
}
