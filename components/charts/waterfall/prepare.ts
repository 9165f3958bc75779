import { textCell, type ChartTable } from '../chart-table'
import { formatSigned, formatValue, type ValueFormat } from '../value-format'

export interface Contribution {
  id: string
  /** The field in the reader's words. */
  label: string
  /** How much it moved the output from the base, in the output's units. */
  value: number
  /** The field's value in this case, written with its unit. */
  input?: string
  standardError?: number
}

export interface WaterfallEnd {
  label: string
  value: number
  /** The same in other words, under the label. */
  note?: string
}

export interface WaterfallInput {
  base: WaterfallEnd
  score: WaterfallEnd
  contributions: readonly Contribution[]
  /** Fields shown by name; the rest is folded. */
  limit?: number
  format?: ValueFormat
  unit?: string
}

export interface WaterfallStep {
  id: string
  label: string
  input: string | undefined
  standardError: number | undefined
  kind: 'base' | 'contribution' | 'others' | 'remainder' | 'score'
  value: number
  /** Running total before and after this step. */
  from: number
  to: number
}

export interface PreparedWaterfall {
  steps: WaterfallStep[]
  /** Ends of the axis: all running totals, with some air. */
  domain: [number, number]
  isEmpty: boolean
  table: ChartTable
}

/** Differences below this part of the moved amount are rounding, not an unexplained remainder. */
const ROUNDING = 1e-6

export function prepareWaterfall(input: WaterfallInput): PreparedWaterfall {
  const { base, score, contributions, limit = 8, format, unit } = input
  const ranked = [...contributions].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  // Folding a single field would cost the line that naming it takes.
  const cut = ranked.length <= limit + 1 ? ranked.length : limit
  const rest = ranked.slice(cut)
  const steps: WaterfallStep[] = [end('base', base, base.value)]
  let total = base.value

  function add(step: Omit<WaterfallStep, 'from' | 'to'>): void {
    steps.push({ ...step, from: total, to: total + step.value })
    total += step.value
  }

  for (const one of ranked.slice(0, cut)) {
    add({ id: one.id, label: one.label, input: one.input, standardError: one.standardError, kind: 'contribution', value: one.value })
  }
  if (rest.length > 0) {
    const value = rest.reduce((sum, one) => sum + one.value, 0)
    const label = `Other ${rest.length} fields`
    add({ id: 'others', label, input: undefined, standardError: undefined, kind: 'others', value })
  }
  const remainder = score.value - total
  const moved = contributions.reduce((sum, one) => sum + Math.abs(one.value), 0)
  if (Math.abs(remainder) > ROUNDING * Math.max(moved, Math.abs(score.value), 1e-9)) {
    const label = 'Not explained'
    add({ id: 'remainder', label, input: undefined, standardError: undefined, kind: 'remainder', value: remainder })
  }
  steps.push(end('score', score, score.value))

  return {
    steps,
    domain: padDomain(steps.flatMap((step) => [step.from, step.to])),
    isEmpty: contributions.length === 0,
    table: toTable(base, score, ranked, remainderOf(steps), format, unit),
  }
}

function end(kind: 'base' | 'score', { label, value, note }: WaterfallEnd, at: number): WaterfallStep {
  return { id: kind, label, input: note, standardError: undefined, kind, value, from: at, to: at }
}

function remainderOf(steps: readonly WaterfallStep[]): WaterfallStep | undefined {
  return steps.find((step) => step.kind === 'remainder')
}

function padDomain(values: readonly number[]): [number, number] {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const air = (high - low) * 0.04 || Math.abs(high) * 0.1 || 1
  return [low - air, high + air]
}

/** The table names every field, also those the chart folds. */
function toTable(
  base: WaterfallEnd,
  score: WaterfallEnd,
  ranked: readonly Contribution[],
  remainder: WaterfallStep | undefined,
  format: ValueFormat | undefined,
  unit: string | undefined,
): ChartTable {
  const hasErrors = ranked.some((one) => one.standardError !== undefined)
  const blank = textCell('')
  const total = ({ label, value, note }: WaterfallEnd) => [
    textCell(label),
    note === undefined ? blank : textCell(note),
    { text: formatValue(value, format, unit), raw: value },
    ...(hasErrors ? [blank] : []),
  ]
  return {
    columns: [
      { label: 'Field' },
      { label: 'Value in this case' },
      { label: 'Contribution', numeric: true },
      ...(hasErrors ? [{ label: 'Standard error', numeric: true }] : []),
    ],
    rows: [
      total(base),
      ...[...ranked, ...(remainder ? [remainder] : [])].map((one) => [
        textCell(one.label),
        textCell(one.input ?? ''),
        { text: formatSigned(one.value, format, unit), raw: one.value },
        ...(hasErrors
          ? [{ text: one.standardError === undefined ? '' : formatValue(one.standardError, format, unit), raw: one.standardError ?? null }]
          : []),
      ]),
      total(score),
    ],
  }
}
