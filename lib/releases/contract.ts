// The words of promotion and release.
import { z } from 'zod'

export const releasePlanSchema = z.discriminatedUnion('strategy', [
  z.object({ strategy: z.literal('all-at-once') }),
  /** The version becomes a challenger with this share of the traffic beside the present champion. */
  z.object({ strategy: z.literal('canary'), shareBasisPoints: z.number().int().min(1).max(9_999) }),
])
export type ReleasePlan = z.infer<typeof releasePlanSchema>

export const gateRuleSchema = z.discriminatedUnion('gate', [
  z.object({ gate: z.literal('signature-compatible') }),
  z.object({ gate: z.literal('reference-rows-answered') }),
  z.object({
    gate: z.literal('metric-threshold'),
    metric: z.string().min(1).max(60),
    comparison: z.enum(['at-least', 'at-most']),
    value: z.number(),
  }),
])
export type GateRule = z.infer<typeof gateRuleSchema>

/** Figures a verdict was made on, kept for ever. */
export interface GateEvidence {
  figures: { name: string; value: number | string | null; limit?: number | string }[]
  details?: string[]
}

export const promotionRequestSchema = z.object({
  model: z.string().min(1),
  version: z.number().int().positive(),
  environment: z.string().min(1).default('production'),
  reason: z.string().trim().min(3, 'Say why this version should be released.').max(2000),
  plan: releasePlanSchema.default({ strategy: 'all-at-once' }),
})
export type PromotionRequest = z.input<typeof promotionRequestSchema>

export const decisionSchema = z.object({
  comment: z.string().trim().max(2000).default(''),
})

export const rollbackSchema = z.object({
  model: z.string().min(1),
  environment: z.string().min(1).default('production'),
  /** The version to go back to; the last one before the present where none is given. */
  version: z.number().int().positive().optional(),
  reason: z.string().trim().min(3, 'Say why: it is kept with the release.').max(2000),
})
export type RollbackRequest = z.input<typeof rollbackSchema>

export interface ReleaseArm {
  versionId: string
  versionNumber: number
  role: 'champion' | 'challenger'
  shareBasisPoints: number
}

export interface Release {
  id: string
  modelId: string
  environment: string
  sequence: number
  kind: 'promotion' | 'rollback'
  promotionId: string | null
  rollbackTo: string | null
  reason: string
  startedAt: number
  startedBy: string
  startedByName: string
  /** When the next one started; null while it is in force. */
  endedAt: number | null
  arms: ReleaseArm[]
}
