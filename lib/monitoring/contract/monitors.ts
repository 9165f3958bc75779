// The words of monitors: the rules they follow and what they found.
import { z } from 'zod'
import { RANKED_REASONS } from '@/lib/math/attribution-profile'

export const DRIFT_MEASURES = ['psi', 'jensen-shannon'] as const
export const EXPLANATION_MEASURES = ['ndcg', 'jensen-shannon'] as const

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
  /**
   * Fires when the fields no longer matter in the order they do on the reference rows (NDCG below the limit), or when a
   * field's contributions are spread differently (Jensen-Shannon distance above it).
   */
  z.object({
    kind: z.literal('explanation-drift'),
    measure: z.enum(EXPLANATION_MEASURES),
    limit: z.number().positive().lt(1),
    windowHours: z.number().int().min(1).max(24 * 90),
    /** Of explained predictions. */
    minimumRows: z.number().int().min(1),
  }),
  /**
   * Fires when a field is among the main reasons in a share of predictions that leaves the band around its share on the
   * reference rows, whose half width is the larger of the tolerance and so many standard errors.
   */
  z.object({
    kind: z.literal('new-reason'),
    /** How many of the largest contributions of a prediction are its main reasons. */
    places: z.number().int().min(1).max(RANKED_REASONS),
    tolerance: z.number().min(0.01).max(1),
    standardErrors: z.number().min(0).max(10),
    windowHours: z.number().int().min(1).max(24 * 90),
    minimumRows: z.number().int().min(1),
  }),
  /** Fires when a field that must never be cited (the model's reason settings name it) is among a prediction's four main reasons. */
  z.object({
    kind: z.literal('forbidden-reason'),
    windowHours: z.number().int().min(1).max(24 * 90),
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
