// Whether a logged decision belongs to a selection, and to which of its groups.
import { binIndex, edgesFromInner } from '@/lib/math/quantile-bins'
import { isMissing } from '@/lib/explanations/rules/value-words'
import type { ReferenceData, Signature } from '@/lib/registry/contract'
import { inputsLayout, unpackInputs } from '@/lib/serving/rules/packed-inputs'
import type { ReviewGroup, ReviewSelection } from '../contract'

/** What of a prediction a selection looks at. */
export interface LoggedDecision {
  label: string | null
  score: number | null
  /** lib/serving/rules/packed-inputs; null where no field is looked at. */
  inputs: Uint8Array | null
}

type Asked = Pick<ReviewSelection, 'decision' | 'group' | 'stratifyBy'>

export function looksAtInputs({ group, stratifyBy }: Asked): boolean {
  return group !== null || (stratifyBy !== null && stratifyBy !== 'decision')
}

/** Compiled once per version: its threshold and the order of its fields. */
export function matcherOf(signature: Signature, { decision, group, stratifyBy }: Asked): (row: LoggedDecision) => { stratum: string | null } | null {
  const indexOf = (field: string) => signature.fields.findIndex((one) => one.name === field)
  const groupIndex = group === null ? -1 : indexOf(group.field)
  const isInGroup = group === null ? () => true : groupTest(group)
  const stratumIndex = stratifyBy === null || stratifyBy === 'decision' ? -1 : indexOf(stratifyBy.field)
  const bandOf = stratifyBy === null || stratifyBy === 'decision' || stratifyBy.cuts === null ? asText : bands(stratifyBy.cuts)
  const isRead = looksAtInputs({ decision, group, stratifyBy })
  const layout = inputsLayout(signature)
  return (row) => {
    const decided = decisionKey(signature, row)
    if (decision !== null && decided !== decision) return null
    const inputs = isRead && row.inputs !== null ? unpackInputs(layout, row.inputs) : []
    if (group !== null && !isInGroup(inputs[groupIndex])) return null
    if (stratifyBy === null) return { stratum: null }
    return { stratum: stratifyBy === 'decision' ? (decided ?? '') : bandOf(inputs[stratumIndex]) }
  }
}

/** `above` or `below` the version's threshold; the class where it has none; null where nothing was decided. */
export function decisionKey({ decision }: Signature, { score, label }: { score: number | null; label: string | null }): string | null {
  if (!decision) return label
  return score === null ? null : score >= decision.threshold ? 'above' : 'below'
}

/** A number field in bands of about a fifth of the reference, at its deciles; null for a field of few values. */
export function cutsOf(reference: Pick<ReferenceData, 'shape'> | null, field: string): number[] | null {
  const column = reference?.shape.find((one) => one.name === field)
  if (column?.kind !== 'number') return null
  const { edges } = column
  return edges.length <= BANDS ? [...edges] : Array.from({ length: BANDS - 1 }, (_, cut) => edges[Math.round(((cut + 1) * (edges.length + 1)) / BANDS) - 1] ?? NaN)
}

const BANDS = 5

function groupTest(group: ReviewGroup): (value: unknown) => boolean {
  if ('value' in group) return (value) => asText(value) === group.value
  const low = group.min ?? -Infinity
  const high = group.max ?? Infinity
  return (value) => typeof value === 'number' && value >= low && value <= high
}

function asText(value: unknown): string {
  return isMissing(value) ? '' : String(value)
}

/** `..25`, `25..40`, `40..`: a value belongs to the band that begins at or below it. */
function bands(cuts: readonly number[]): (value: unknown) => string {
  const edges = edgesFromInner(cuts)
  const names = Array.from({ length: cuts.length + 1 }, (_, band) => `${band === 0 ? '' : cuts[band - 1]}..${band === cuts.length ? '' : cuts[band]}`)
  return (value) => (typeof value === 'number' && !Number.isNaN(value) ? (names[binIndex(edges, value)] ?? '') : '')
}
