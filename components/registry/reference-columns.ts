// A version's reference profile as the rows of its page.
import { formatNumber, formatPercent } from '@/components/ui/format'
import { Profile } from '@/lib/math/profile'
import type { ReferenceData } from '@/lib/registry/contract'

export interface ReferenceColumn {
  bars: { label: string; count: number }[]
  /** What is usual, in words. */
  usual: string
  missingShare: number
}

/** Bins have equal counts by construction, so numbers are shown over even steps between minimum and maximum. */
const STEPS = 12
const MOST_CATEGORIES = 8

/** By column: the fields in the signature's order, then the score. */
export function referenceColumns(reference: ReferenceData): ReferenceColumn[] {
  const profile = Profile.decode(reference.shape, Buffer.from(reference.profile, 'base64'))
  return reference.shape.map((column, index) => {
    const summary = profile.summary(index)
    const total = summary.count + summary.missing
    const missingShare = total === 0 ? 0 : summary.missing / total
    if (column.kind === 'category' && summary.kind === 'category') {
      const ranked = column.categories
        .map((label, place) => ({ label, count: summary.counts[place] ?? 0 }))
        .sort((a, b) => b.count - a.count)
      const rest = ranked.slice(MOST_CATEGORIES).reduce((sum, one) => sum + one.count, summary.unseen)
      const bars = ranked.slice(0, MOST_CATEGORIES)
      if (rest > 0) bars.push({ label: 'all others', count: rest })
      const [top] = ranked
      const usual = top && summary.count > 0 ? `mostly ${top.label} (${formatPercent(top.count / summary.count, 0)})` : 'no values'
      return { bars, usual, missingShare }
    }
    if (column.kind !== 'number' || summary.kind !== 'number' || summary.mean === null) return { bars: [], usual: 'no values', missingShare }
    const { minimum, maximum, mean } = summary
    const usual = `mean ${formatNumber(mean)}, ${formatNumber(minimum)} to ${formatNumber(maximum)}`
    return { bars: evenSteps(column.edges, summary.counts, minimum ?? 0, maximum ?? 0), usual, missingShare }
  })
}

/** Each bin's count spread evenly over the part of the axis that it covers. */
export function evenSteps(edges: readonly number[], counts: readonly number[], minimum: number, maximum: number): { label: string; count: number }[] {
  if (!(maximum > minimum)) return [{ label: formatNumber(minimum), count: counts.reduce((sum, one) => sum + one, 0) }]
  const bounds = [minimum, ...edges, maximum]
  const width = (maximum - minimum) / STEPS
  return Array.from({ length: STEPS }, (_, step) => {
    const from = minimum + step * width
    const to = from + width
    const count = counts.reduce((sum, inBin, bin) => sum + inBin * share(bounds[bin] ?? 0, bounds[bin + 1] ?? 0, from, to, step === STEPS - 1), 0)
    return { label: `${formatNumber(from)} to ${formatNumber(to)}`, count }
  })
}

/** How much of the bin [low, high) lies in the step [from, to); a bin without width lies where its value is. */
function share(low: number, high: number, from: number, to: number, isLast: boolean): number {
  if (high > low) return Math.max(0, Math.min(high, to) - Math.max(low, from)) / (high - low)
  return low >= from && (low < to || isLast) ? 1 : 0
}
