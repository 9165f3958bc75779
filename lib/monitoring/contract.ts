// The words of watching.
import { z } from 'zod'

export const DRIFT_MEASURES = ['psi', 'jensen-shannon'] as const

export const monitorRuleSchema = z.discriminatedUnion('kind', [
  /** Fires when the distance of the last window from the reference is above the limit, for any watched field. */
  z.object({
    kind: z.literal('drift'),
    measure: z.enum(DRIFT_MEASURES),
    limit: z.number().positive(),
    windowHours: z.number().int().min(1).max(24 * 90),
    minimumRows: z.number().int().min(1),
    /** null watches every input and the score. */
    fields: z.array(z.string()).nullable(),
  }),
  /**
   * Fires when the window has fewer rows than this share of what is usual: the mean of the same hours one to four weeks
   * before, so that a quiet Sunday is compared with Sundays.
   */
  z.object({
    kind: z.literal('volume'),
    leastShare: z.number().min(0).max(1),
    windowHours: z.number().int().min(1).max(24 * 30),
    minimumExpected: z.number().int().min(1),
  }),
  z.object({
    kind: z.literal('errors'),
    mostShare: z.number().min(0).max(1),
    windowHours: z.number().int().min(1).max(24 * 30),
    minimumCalls: z.number().int().min(1),
  }),
  /** Accuracy for classifiers (at least), mean absolute error for regressors (at most). */
  z.object({
    kind: z.literal('accuracy'),
    limit: z.number(),
    windowHours: z.number().int().min(1).max(24 * 90),
    minimumOutcomes: z.number().int().min(1),
  }),
])
export type MonitorRule = z.infer<typeof monitorRuleSchema>
export type MonitorKind = MonitorRule['kind']

export const monitorsSchema = z.object({
  environment: z.string().min(1).default('production'),
  /** The whole set: monitors left out are switched off. Those without an id are new. */
  monitors: z
    .array(z.object({ id: z.string().optional(), rule: monitorRuleSchema, isEnabled: z.boolean().default(true) }))
    .max(50, 'A model has at most 50 monitors.'),
})
export type MonitorsInput = z.input<typeof monitorsSchema>

export const MONITOR_STATES = ['fired', 'quiet', 'insufficient'] as const
/** `insufficient`: too few rows, calls or outcomes to say anything; it neither opens nor closes an incident. */
export type MonitorState = (typeof MONITOR_STATES)[number]

export interface Window {
  from: number
  to: number
}

export interface Figure {
  name: string
  value: number | string
  limit?: number | string
  unit?: string
  /** Value and limit are shares, 0 to 1, and written in percent. */
  isShare?: boolean
}

/** What a monitor found. */
export interface MonitorFinding {
  state: MonitorState
  /** null where nothing could be measured. */
  value: number | null
  limit: number
  severity: 'attention' | 'problem'
  title: string
  /** In business words: what happened, compared with what. */
  sentence: string
  figures: Figure[]
  /** Fields concerned, worst first. */
  fields?: { field: string; distance: number; sentence: string }[]
  window: Window
}

/** What a monitor found last, kept with it. */
export interface LastFinding extends Pick<MonitorFinding, 'state' | 'severity' | 'value' | 'sentence' | 'window'> {
  at: number
}

export interface Monitor {
  id: string
  modelId: string
  environment: string
  rule: MonitorRule
  isEnabled: boolean
  createdAt: number
  createdBy: string
  lastFinding: LastFinding | null
}

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
