// How a comparison of versions is written: names of fields and metrics, figures, and whether a change is for the better.
import { formatBytes, formatNumber, formatPercent, NO_VALUE } from '@/components/ui/format'
import { isMetricBetterHigh, metricName, type Version } from '@/lib/registry/contract'
import { IMPORTANCE_SHARES } from '@/lib/registry/rules/compare-versions'
import { metricValue } from './words'

const METRIC_SECTIONS = ['Measured on reference rows', 'Told at registration']
const FIELD_SECTIONS = ['Inputs', 'Global importance', IMPORTANCE_SHARES]

/** Display names by field name; those of the last version count. */
export function fieldNames(versions: readonly Pick<Version, 'signature'>[]): ReadonlyMap<string, string> {
  return new Map(versions.flatMap(({ signature }) => signature.fields.map((field) => [field.name, field.displayName])))
}

export function comparedName(section: string, name: string, names: ReadonlyMap<string, string>): string {
  if (METRIC_SECTIONS.includes(section)) return metricName(name)
  if (FIELD_SECTIONS.includes(section)) return names.get(name) ?? name
  // Parameters are named by whoever trained; everything else by us.
  return section === 'Parameters' ? name : name.charAt(0).toUpperCase() + name.slice(1)
}

export function comparedValue(section: string, name: string, value: string | number | null): string {
  if (value === null) return NO_VALUE
  if (typeof value === 'string') return value
  if (METRIC_SECTIONS.includes(section)) return metricValue(value)
  if (section === 'Global importance') return formatNumber(value, { decimals: 4 })
  if (section === IMPORTANCE_SHARES) return formatPercent(value)
  if (name === 'file bytes') return formatBytes(value)
  // A seed is not a quantity: 20260824, never 20,260,824.
  return section === 'Parameters' ? String(value) : formatNumber(value)
}

export interface ComparedChange {
  text: string
  /** Said only where more, or less, of a metric is known to be better. */
  verdict: 'better' | 'worse' | null
}

export function comparedChange(section: string, name: string, before: string | number | null | undefined, after: string | number | null): ComparedChange | null {
  if (typeof before !== 'number' || typeof after !== 'number' || before === after || section === 'Parameters' || name === 'file bytes') return null
  const difference = after - before
  // Between two shares lie percentage points.
  if (section === IMPORTANCE_SHARES) return { text: `${formatNumber(difference * 100, { signed: true, decimals: 1 })} points`, verdict: null }
  const isMetric = METRIC_SECTIONS.includes(section)
  const isShare = isMetric && Math.max(Math.abs(before), Math.abs(after)) <= 1
  const decimals = isShare ? 3 : section === 'Global importance' ? 4 : undefined
  const isBetterHigh = isMetric ? isMetricBetterHigh(name) : null
  const verdict = isBetterHigh === null ? null : difference > 0 === isBetterHigh ? 'better' : 'worse'
  return { text: formatNumber(difference, { signed: true, decimals }), verdict }
}
