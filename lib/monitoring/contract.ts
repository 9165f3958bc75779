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
  /** Fires when the window has fewer rows than this share of the same length before it (mean of four). */
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
