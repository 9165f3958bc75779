// A period as people say it.
import { DAY_MS } from '@/lib/platform/clock'

/** `1 to 30 June 2026`; whole days, as UTC has them. */
export function formatSpan({ from, to }: { from: number; to: number }): string {
  const [first, last] = [new Date(from), new Date(Math.max(from, to - 1))]
  const write = (day: Date, options: Intl.DateTimeFormatOptions) => day.toLocaleDateString('en-GB', { ...options, timeZone: 'UTC' })
  const full = { day: 'numeric', month: 'long', year: 'numeric' } as const
  if (to - from <= DAY_MS && first.getUTCDate() === last.getUTCDate()) return write(last, full)
  const isSameMonth = first.getUTCMonth() === last.getUTCMonth() && first.getUTCFullYear() === last.getUTCFullYear()
  const start = isSameMonth ? { day: 'numeric' as const } : first.getUTCFullYear() === last.getUTCFullYear() ? { day: 'numeric' as const, month: 'long' as const } : full
  return `${write(first, start)} to ${write(last, full)}`
}
