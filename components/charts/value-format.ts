import {
  formatBytes,
  formatChange,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatScore,
} from '@/components/ui/format'

/** Named, not a function, so that server components can choose it. */
export type ValueFormat = 'number' | 'count' | 'percent' | 'score' | 'duration' | 'bytes' | 'change'

const WRITERS: Record<ValueFormat, (value: number | null) => string> = {
  number: (value) => formatNumber(value),
  count: (value) => formatCount(value),
  percent: (value) => formatPercent(value),
  score: (value) => formatScore(value),
  duration: (value) => formatDuration(value),
  bytes: (value) => formatBytes(value),
  change: (value) => formatChange(value),
}

export function formatValue(value: number | null, format: ValueFormat = 'number', unit?: string): string {
  if (format === 'number') return formatNumber(value, { unit })
  const text = WRITERS[format](value)
  return unit === undefined || value === null ? text : `${text}\u00a0${unit}`
}

/** On an axis, where 0.400 says no more than 0.4. */
export function formatTick(value: number, format?: ValueFormat, unit?: string): string {
  return formatValue(value, format === 'score' ? 'number' : format, unit)
}

/** The same with + or − in front, for contributions and differences. */
export function formatSigned(value: number, format: ValueFormat = 'number', unit?: string): string {
  const text = formatValue(value, format, unit)
  return value > 0 && !text.startsWith('+') ? `+${text}` : text
}
