// The words of the serving lane.
import { z } from 'zod'

export const MOST_ROWS_A_CALL = 1000
export const MOST_EVENTS_A_CALL = 10_000

export const guardrailRuleSchema = z.discriminatedUnion('rule', [
  /** The answer must lie between these. */
  z.object({ rule: z.literal('output-range'), min: z.number().nullable(), max: z.number().nullable() }),
  /** The answer must lie between these multiples of an input, e.g. 0.5 to 2 times `base_price`. */
  z.object({
    rule: z.literal('output-relative'),
    field: z.string().min(1),
    min: z.number(),
    max: z.number(),
  }),
])
export const guardrailSchema = z.object({
  limit: guardrailRuleSchema,
  /** What is answered instead. */
  fallback: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('constant'), value: z.number() }),
    z.object({ kind: z.literal('input-multiple'), field: z.string().min(1), factor: z.number() }),
    z.object({ kind: z.literal('clamp') }),
  ]),
})
export type GuardrailRule = z.infer<typeof guardrailSchema>

/** Kept with the prediction: which rule caught it, what the model had said, who answered. */
export interface GuardrailHit {
  rule: string
  sentence: string
  answeredBy: string
}

export const outcomeSchema = z
  .object({
    predictionId: z.string().optional(),
    model: z.string().optional(),
    subject: z.string().max(200).optional(),
    outcome: z.union([z.string(), z.number(), z.boolean()]),
    occurredAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine((item) => item.predictionId !== undefined || (item.model !== undefined && item.subject !== undefined), {
    message: 'Give predictionId, or model and subject.',
  })
export type OutcomeInput = z.infer<typeof outcomeSchema>

export const kpiEventSchema = z
  .object({
    id: z.string().max(200).optional(),
    model: z.string().min(1),
    name: z.string().min(1).max(60).regex(/^[a-z0-9_]+$/, 'Use lower-case letters, digits and underscores.'),
    value: z.number(),
    predictionId: z.string().optional(),
    subject: z.string().max(200).optional(),
    occurredAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine((item) => item.predictionId !== undefined || item.subject !== undefined, {
    message: 'Give predictionId or subject, so that the value can be attributed to a version.',
  })
export type KpiEventInput = z.infer<typeof kpiEventSchema>

/** Of a bulk call: what was taken, what had been sent before, what was refused and why. */
export interface IngestResult {
  accepted: number
  repeated: number
  rejected: { index: number; code: string; message: string }[]
}

export interface PredictedRow {
  id: string
  output: PredictedOutput
  fallback?: GuardrailHit
  reasons?: PredictedReason[]
}

export interface PredictedOutput {
  label?: string | number
  score?: number
  value?: number
  probabilities?: Record<string, number>
  decision?: string
}

export interface PredictedReason {
  field: string
  contribution: number
  standardError: number
  sentence: string
}
