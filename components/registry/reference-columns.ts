// A version's reference profile as the rows of its page.
import { formatNumber, formatPercent } from '@/components/ui/format'
import { Profile } from '@/lib/math/profile'
import type { Field, ReferenceData } from '@/lib/registry/contract'

export interface Bar {
  label: string
  count: number
  /** Of a bin of numbers; categories have equal widths. */
  from?: number
  to?: number
}

export interface ReferenceColumn {
  bars: Bar[]
  /** What is usual, in words. */
  usual: string
  missingShare: number
}

const MOST_CATEGORIES = 8

/** By column: the fields in the signature's order, then the score. */
export function referenceColumns(reference: ReferenceData, fields: readonly Pick<Field, 'categoryLabels'>[] = []): ReferenceColumn[] {
  const profile = Profile.decode(reference.shape, Buffer.from(reference.profile, 'base64'))
  return reference.shape.map((column, index) => {
    const summary = profile.summary(index)
    const total = summary.count + summary.missing
    const missingShare = total === 0 ? 0 : summary.missing / total
    if (column.kind === 'category' && summary.kind === 'category') {
      const ranked = column.categories
        .map((code, place): Bar => ({ label: fields[index]?.categoryLabels?.[code] ?? code, count: summary.counts[place] ?? 0 }))
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
    return { bars: binBars(column.edges, summary.counts, minimum ?? 0, maximum ?? 0), usual, missingShare }
  })
}

/** The bins as they were counted, each over its part of the axis. */
export function binBars(edges: readonly number[], counts: readonly number[], minimum: number, maximum: number): Bar[] {
  const bounds = [minimum, ...edges, maximum]
  return counts.map((count, bin) => {
    const from = bounds[bin] ?? minimum
    const to = bounds[bin + 1] ?? maximum
    return { label: from === to ? formatNumber(from) : `${formatNumber(from)} to ${formatNumber(to)}`, count, from, to }
  })
}

/** A bin of one value still needs to be seen. */
const LEAST_SHARE = 0.04

export interface Rectangle {
  x: number
  width: number
  height: number
}

/** A histogram of density: the area is the count. Categories stand side by side with equal widths. */
export function rectangles(bars: readonly Bar[], width: number, height: number): Rectangle[] {
  const low = bars[0]?.from
  const high = bars.at(-1)?.to
  const span = low === undefined || high === undefined ? 0 : high - low
  const least = width * LEAST_SHARE
  const places = bars.map((bar, index) => {
    if (span <= 0 || low === undefined || bar.from === undefined || bar.to === undefined) {
      return { x: (index * width) / bars.length, width: width / bars.length }
    }
    const wide = Math.max(least, ((bar.to - bar.from) / span) * width)
    return { x: Math.min(((bar.from - low) / span) * width, width - wide), width: wide }
  })
  const density = bars.map((bar, index) => bar.count / (places[index]?.width ?? 1))
  const most = Math.max(...density)
  return places.map((place, index) => ({ ...place, height: most === 0 ? 0 : ((density[index] ?? 0) / most) * height }))
}
