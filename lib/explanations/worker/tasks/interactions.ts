// What pairs of fields do together, over some rows: exact interaction values where the version is a sum of trees.
import { buildInteractionExplainer, type InteractionExplainer } from '@/lib/math/interactions'
import { compileEncoder, type Row } from '@/lib/onnx/encode'
import type { AdditiveModel } from '@/lib/onnx/explainable'
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
export async function findInteractions({ exact, model, background, version }: OpenedVersion, { rows, budgetMs }: InteractionsAsked): Promise<InteractionsFound> {
  if (!exact) {
    throw new ProblemError('conflict', 'Exact interaction values need a version that is explained exactly: a sum of trees or a weighted sum. This one is explained by asking the model.', {
      code: 'interactions_unavailable',
    })
  }
  const startedAt = performance.now()
  const encoder = compileEncoder(version.signature)
  const backgroundFeeds = encoder.encode(background).feeds
  const explainers = new Map<AdditiveModel, InteractionExplainer | null>()
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
    if (!additive) continue
    let explainer = explainers.get(additive)
    if (explainer === undefined) explainers.set(additive, (explainer = explainerOf(additive, backgroundFeeds, background.length)))
    pairs.fill(0)
    if (explainer) {
      const encoded = new Float64Array(additive.width)
      additive.encode(encoder.encode([row]).feeds, 0, encoded)
      explainer.explain(encoded, pairs)
    }
    addAlone(pairs, explanation.values)
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

/** Null for a weighted sum: there every field acts alone. */
function explainerOf(model: AdditiveModel, feeds: Parameters<AdditiveModel['encode']>[0], rows: number): InteractionExplainer | null {
  const forest = model.forest()
  if (forest === null) return null
  const background = new Float64Array(rows * model.width)
  for (let row = 0; row < rows; row++) model.encode(feeds, row, background, row * model.width)
  return buildInteractionExplainer(forest, background)
}

/** A field's value without its halves of the pairs is what it does alone (Lundberg and others 2020, doi:10.1038/s42256-019-0138-9, equation 14). */
function addAlone(pairs: Float64Array, values: ArrayLike<number>): void {
  for (let field = 0; field < values.length; field++) {
    let halves = 0
    for (let other = 0; other < values.length; other++) if (other !== field) halves += (pairs[field * values.length + other] as number) / 2
    pairs[field * values.length + field] = (values[field] as number) - halves
  }
}
