// Where a value lies among those of the reference, to be drawn: for a number its rank, for a category the shares.
import { binIndex, edgesFromInner } from '@/lib/math/quantile-bins'
import type { NumberSummary } from '@/lib/math/profile'
import type { Field } from '@/lib/registry/contract'
import type { ReferenceStrip } from '../contract/lookup'
import { typicalOf, type FieldReference } from './reference-place'
import { isMissing, valueInWords } from './value-words'

/** Others of a field with more categories are too thin to be told apart. */
const MOST_SHARES = 6

/** Null where the reference has nothing of the field. */
export function stripOf(field: Field, reference: FieldReference | null | undefined, value: unknown): ReferenceStrip | null {
  if (!reference || reference.summary.count === 0) return null
  const { column, summary } = reference
  if (column.kind === 'number' && summary.kind === 'number') {
    const { minimum, maximum } = summary
    const words = (number: number | null | undefined) => valueInWords(field, number)
    const middle = typicalOf(reference)
    return {
      kind: 'number',
      position: typeof value === 'number' ? shareBelow(column.edges, summary, value) : null,
      low: words(minimum),
      middle: words(middle?.kind === 'number' ? middle.value : null),
      high: words(maximum),
    }
  }
  if (column.kind !== 'category' || summary.kind !== 'category') return null
  const own = isMissing(value) ? null : String(value)
  const seen = column.categories.map((name, index) => ({ label: valueInWords(field, valueOf(field, name)), share: (summary.counts[index] ?? 0) / summary.count, isOwn: name === own }))
  const ordered = seen.sort((a, b) => b.share - a.share)
  const shown = ordered.filter(({ isOwn }, index) => isOwn || index < MOST_SHARES)
  if (own === null || shown.some(({ isOwn }) => isOwn)) return { kind: 'category', shares: shown }
  return { kind: 'category', shares: [...shown, { label: valueInWords(field, value), share: 0, isOwn: true }] }
}

/** Categories are kept as text in the reference. */
function valueOf(field: Field, name: string): string | boolean {
  return field.type === 'boolean' ? name === 'true' : name
}

/** Between the edges of a tenth along a straight line; 0 below the lowest value, 1 above the highest. */
function shareBelow(edges: readonly number[], { counts, count, minimum, maximum }: NumberSummary, value: number): number {
  if (minimum === null || maximum === null || value <= minimum) return 0
  if (value >= maximum) return 1
  const bin = binIndex(edgesFromInner(edges), value)
  const below = counts.slice(0, bin).reduce((sum, each) => sum + each, 0)
  const [from, to] = [Math.max(minimum, edges[bin - 1] ?? minimum), Math.min(maximum, edges[bin] ?? maximum)]
  const within = to > from ? (value - from) / (to - from) : 0.5
  return (below + (counts[bin] ?? 0) * within) / count
}
