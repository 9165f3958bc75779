// Positions and ticks for the charts drawn as plain markup.

export type Domain = readonly [number, number]

/** Where a value lies within the domain, in percent of its width; clamped to the ends. */
export function toPercent(value: number, [low, high]: Domain): number {
  if (high <= low) return 0
  return Math.min(100, Math.max(0, ((value - low) / (high - low)) * 100))
}

/** Round tick values (1, 2 or 5 times a power of ten) inside the domain, about `count` of them. */
export function niceTicks([low, high]: Domain, count = 4): number[] {
  const span = high - low
  if (!(span > 0) || !Number.isFinite(span)) return [low]
  const step = niceStep(span, count)
  const ticks: number[] = []
  for (let index = Math.ceil(low / step); index * step <= high; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)))
  }
  return ticks
}

function niceStep(span: number, count: number): number {
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power
}

export interface NiceScale {
  domain: [number, number]
  ticks: number[]
}

/** An axis that ends on a tick at or beyond both ends of the values. Equal ends get room above. */
export function niceScale([low, high]: Domain, count = 4): NiceScale {
  const top = high > low ? high : low + (Math.abs(low) || 1)
  const step = niceStep(top - low, count)
  // Division leaves a residue (0.3 / 0.1 > 2), which must not add a tick.
  const first = Math.floor(low / step + 1e-9)
  const last = Math.ceil(top / step - 1e-9)
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
  return { domain: [ticks[0] ?? low, ticks[ticks.length - 1] ?? top], ticks }
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const TIME_STEPS_MS = [
  MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS,
  DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS, 30 * DAY_MS, 91 * DAY_MS, 365 * DAY_MS,
]

/** Ticks on whole UTC minutes, hours or days; the coarsest step that still gives at most `count`. */
export function timeTicks([from, to]: Domain, count = 7): number[] {
  const stepMs = TIME_STEPS_MS.find((step) => (to - from) / step <= count) ?? Math.max(1, (to - from) / count)
  const ticks: number[] = []
  for (let at = Math.ceil(from / stepMs) * stepMs; at <= to; at += stepMs) ticks.push(at)
  return ticks.length === 0 ? [from] : ticks
}
