// Verdicts from figures: a metric against its limit, the candidate's answers to the reference rows.
import { metricName } from '@/lib/registry/contract'
import type { GateRule, GateVerdict } from '../contract'

export interface MetricFigure {
  value: number
  source: 'measured on the reference rows' | 'stated by the training run'
}

type Threshold = Extract<GateRule, { gate: 'metric-threshold' }>

export function metricThreshold(rule: Threshold, candidate: MetricFigure | undefined, champion: MetricFigure | undefined): GateVerdict {
  const name = metricName(rule.metric)
  const limit = `${rule.comparison === 'at-least' ? 'at least' : 'at most'} ${short(rule.value)}`
  const figures = [
    { name: `${name} of the candidate`, value: candidate?.value ?? null, limit },
    { name: `${name} of the champion`, value: champion?.value ?? null },
  ]
  if (candidate === undefined || !Number.isFinite(candidate.value)) {
    return {
      gate: rule.gate,
      verdict: 'failed',
      sentence: `${name} must be ${limit}, and this version has no such figure. Register it with reference data or with this metric in its lineage.`,
      evidence: { figures: [{ ...figures[0], name: `${name} of the candidate`, value: null }, ...figures.slice(1)] },
    }
  }
  const holds = rule.comparison === 'at-least' ? candidate.value >= rule.value : candidate.value <= rule.value
  return {
    gate: rule.gate,
    verdict: holds ? 'passed' : 'failed',
    sentence: `${name} is ${rounded(candidate.value, rule.value)}; it must be ${limit}.`,
    evidence: { figures, details: [`The figure of the candidate was ${candidate.source}.`] },
  }
}

export interface RowsAnswered {
  /** Whose reference rows were asked. */
  rowsOf: 'champion' | 'candidate'
  rows: number
  /** Rows without a usable answer, each with the reason. */
  unanswered: { row: number; reason: string }[]
}

const REASONS_KEPT = 5

/** `answered` is null where neither version has reference rows. */
export function referenceRowsAnswered(answered: RowsAnswered | null): GateVerdict {
  const gate = 'reference-rows-answered'
  if (answered === null || answered.rows === 0) {
    return {
      gate,
      verdict: 'warning',
      sentence: 'Neither version has reference rows, so the candidate was not tried. Register it with reference data.',
      evidence: { figures: [{ name: 'rows tried', value: 0 }] },
    }
  }
  const { rowsOf, rows, unanswered } = answered
  const good = rows - unanswered.length
  const whose = rowsOf === 'champion' ? 'that the champion was trained on' : 'of its own reference data'
  return {
    gate,
    verdict: unanswered.length === 0 ? 'passed' : 'failed',
    sentence:
      unanswered.length === 0
        ? `The candidate answered all ${rows} rows ${whose}.`
        : `The candidate has no usable answer to ${unanswered.length} of ${rows} rows ${whose}.`,
    evidence: {
      figures: [{ name: 'rows answered', value: good, limit: `all ${rows}` }],
      details: unanswered.slice(0, REASONS_KEPT).map(({ row, reason }) => `Row ${row + 1}: ${reason}`),
    },
  }
}

/** Three digits, or more where fewer would hide on which side of the limit it lies. */
function rounded(value: number, limit: number): string {
  const digits = [3, 4, 5, 8].find((some) => Math.sign(Number(value.toPrecision(some)) - limit) === Math.sign(value - limit))
  return digits === undefined ? String(value) : String(Number(value.toPrecision(digits)))
}

/** Up to five significant digits, as a person would write them. */
export function short(value: number): string {
  return String(Number(value.toPrecision(5)))
}
