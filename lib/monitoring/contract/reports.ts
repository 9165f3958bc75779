// The words of what is watched: drift, reasons, traffic, performance, KPIs and health.
import type { DRIFT_MEASURES, Window } from './monitors'

/** Name of the profile column that holds what the model answered. */
export const SCORE_COLUMN = 'score'

export interface SeriesPoint {
  at: number
  value: number | null
}

export interface FieldDrift {
  field: string
  displayName: string
  unit: string | null
  kind: 'number' | 'category'
  isScore: boolean
  isSensitive: boolean
  /** Of the whole window against the reference; null without values. */
  psi: number | null
  jensenShannon: number | null
  /** How far: `same` below half the limit, `changed` from the limit on. */
  verdict: 'same' | 'changing' | 'changed' | 'unknown'
  sentence: string
  /** Rows with a value, and the share without one. */
  rows: number
  missingRate: number | null
  referenceMissingRate: number | null
  bins: { label: string; reference: number; current: number }[]
  series: { at: number; psi: number | null; jensenShannon: number | null; missingRate: number | null }[]
}

export interface DriftReport {
  versionId: string
  versionNumber: number
  window: Window
  bucketMs: number
  /** Each point of a series compares this long a stretch before its end with the reference. */
  spanMs: number
  rows: number
  referenceRows: number
  /** In the measure of the model's drift monitor. */
  limit: { measure: (typeof DRIFT_MEASURES)[number]; value: number }
  /** Farthest first. */
  fields: FieldDrift[]
}

/** How often a field is among the main reasons. */
export interface ReasonShare {
  /** Shares of the explained rows, 0 to 1; null where none is. */
  reference: number
  current: number | null
  /** 95 % interval of the current share. */
  low: number | null
  high: number | null
}

export interface FieldAttribution {
  field: string
  displayName: string
  isSensitive: boolean
  /** Of the distributions of its contributions; null without explained rows. */
  jensenShannon: number | null
  /** Root mean square of its contributions, in the scale's unit, and the place among the fields that follows from it. */
  size: { reference: number; current: number | null; referencePlace: number; currentPlace: number | null }
  /** As the largest contribution of a row. */
  first: ReasonShare
  /** As one of the first `places`. */
  main: ReasonShare
  /** Shares that `main.current` may have and still count as known. */
  band: Band
  /** `new`: above the band, and hardly ever a main reason in the reference. */
  verdict: 'same' | 'new' | 'more' | 'less' | 'unknown'
  sentence: string
  bins: { label: string; reference: number; current: number }[]
  /** With the band of each point, which is wider where fewer rows stand behind it. */
  series: { at: number; share: number | null; low: number | null; high: number | null; jensenShannon: number | null }[]
}

export interface Band {
  low: number
  high: number
}

/** Whether a version still decides for the reasons it had on its reference rows. */
export interface AttributionReport {
  versionId: string
  versionNumber: number
  /** What contributions are counted in: log-odds, say. */
  unit: string | null
  window: Window
  bucketMs: number
  /** Each point of a series compares this long a stretch before its end with the reference. */
  spanMs: number
  /** Predictions, and how many of them were explained as they were served. */
  rows: number
  explained: number
  referenceRows: number
  /** Main reasons of a prediction that shares count. */
  places: number
  /** Explained predictions below which nothing is judged. */
  minimumRows: number
  /** Whether the fields matter in the same order, from above 0 to 1; null without explained rows. */
  ndcg: number | null
  leastNdcg: number
  series: { at: number; ndcg: number | null }[]
  /** Farthest from the reference first. */
  fields: FieldAttribution[]
}

export interface TrafficReport {
  window: Window
  bucketMs: number
  rows: number
  errors: number
  guarded: number
  errorsByCode: { code: string; count: number }[]
  latency: { p50: number | null; p95: number | null; p99: number | null }
  points: {
    at: number
    rows: number
    errors: number
    errorShare: number | null
    guarded: number
    p50: number | null
    p95: number | null
    p99: number | null
  }[]
}

export interface PerformanceFigures {
  outcomes: number
  /** Share of right answers for a classifier, mean absolute error for a regression. */
  value: number | null
  low: number | null
  high: number | null
}

export interface PerformanceReport {
  task: 'binary' | 'multiclass' | 'regression'
  window: Window
  bucketMs: number
  /** Predictions of the window, of which outcomes are known. */
  rows: number
  whole: PerformanceFigures & { auc: number | null; brier: number | null; bias: number | null; rootMeanSquaredError: number | null }
  limit: number | null
  points: (PerformanceFigures & { at: number })[]
}

export interface KpiOfVersion {
  versionId: string
  versionNumber: number
  role: 'champion' | 'challenger' | 'earlier'
  events: number
  predictions: number
  sum: number
  estimate: number
  low: number
  high: number
  /** This version minus the champion, with its interval; null for the champion itself. */
  effect: { estimate: number; low: number; high: number; relative: number | null; verdict: 'higher' | 'lower' | 'same' } | null
}

export interface KpiReport {
  name: string
  /** `rate`: share of predictions with an event. `share`: share of events with value 1. `mean`: mean value of an event. */
  kind: 'rate' | 'share' | 'mean'
  window: Window
  bucketMs: number
  versions: KpiOfVersion[]
  series: { versionId: string; versionNumber: number; points: SeriesPoint[] }[]
}

/** Of one aspect of a model, in a word and a mark. */
export interface Health {
  state: 'ok' | 'attention' | 'problem' | 'unknown'
  words: string
}

export interface ModelHealth {
  modelId: string
  drift: Health
  performance: Health
  errors: Health
  latency: Health
  volume: Health
}
