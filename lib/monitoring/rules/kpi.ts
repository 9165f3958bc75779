// KPIs by version with their uncertainty, from counts, sums and sums of squares.
import { meanInterval, newcombe, welch, wilson, type Interval } from '@/lib/math/intervals'
import { mergeSums, momentsOfSums, type Sums } from '@/lib/math/moments'
import type { KpiOfVersion, KpiReport } from '../contract'

export interface KpiSums extends Sums {
  versionId: string
  versionNumber: number
  role: KpiOfVersion['role']
  predictions: number
}

/**
 * How a KPI is read. Values that are all 1 are marks (sent only when it happened): a rate of predictions. Values of 0 and
 * 1 are a share of events. Anything else is a mean per event. For 0 and 1 alone is the sum equal to the sum of squares.
 */
export function kpiKind(versions: readonly KpiSums[]): KpiReport['kind'] {
  const all = versions.reduce<Sums>((sums, one) => mergeSums(sums, one), { count: 0, sum: 0, sumOfSquares: 0 })
  if (all.count === 0 || all.sum !== all.sumOfSquares || all.sum < 0) return 'mean'
  const areMarks = all.sum === all.count && versions.every((one) => one.sum <= one.predictions)
  return areMarks ? 'rate' : 'share'
}

export function kpiEstimate(kind: KpiReport['kind'], one: KpiSums): (Interval & { estimate: number }) | null {
  if (kind === 'mean') {
    if (one.count === 0) return null
    const moments = momentsOfSums(one)
    return { estimate: moments.mean, ...(one.count < 2 ? { low: moments.mean, high: moments.mean } : meanInterval(moments)) }
  }
  const trials = kind === 'rate' ? one.predictions : one.count
  if (trials === 0 || one.sum > trials) return null
  return { estimate: one.sum / trials, ...wilson({ successes: one.sum, trials }) }
}

/** This version minus the champion; null for the champion and where one of them has too little. */
export function kpiEffect(kind: KpiReport['kind'], one: KpiSums, champion: KpiSums | undefined): KpiOfVersion['effect'] {
  if (!champion || one === champion) return null
  const [mine, theirs] = [kpiEstimate(kind, one), kpiEstimate(kind, champion)]
  if (!mine || !theirs) return null
  const estimate = mine.estimate - theirs.estimate
  const interval = differenceInterval(kind, one, champion)
  if (!interval) return null
  const verdict = interval.low > 0 ? 'higher' : interval.high < 0 ? 'lower' : 'same'
  return { estimate, ...interval, relative: theirs.estimate === 0 ? null : estimate / Math.abs(theirs.estimate), verdict }
}

function differenceInterval(kind: KpiReport['kind'], one: KpiSums, champion: KpiSums): Interval | null {
  if (kind === 'mean') {
    if (one.count < 2 || champion.count < 2) return null
    return welch(momentsOfSums(one), momentsOfSums(champion)).interval
  }
  const trials = (of: KpiSums) => (kind === 'rate' ? of.predictions : of.count)
  return newcombe({ successes: one.sum, trials: trials(one) }, { successes: champion.sum, trials: trials(champion) })
}
