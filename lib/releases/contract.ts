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
export type Decision = z.input<typeof decisionSchema>

export const rejectionSchema = z.object({
  comment: z.string().trim().min(3, 'Say why: the person who asked reads it.').max(2000),
})
export type Rejection = z.input<typeof rejectionSchema>

export const PROMOTION_STATUSES = ['pending', 'approved', 'rejected', 'cancelled'] as const
export type PromotionStatus = (typeof PROMOTION_STATUSES)[number]

export const rollbackSchema = z.object({
  model: z.string().min(1),
  environment: z.string().min(1).default('production'),
  /** The version to go back to; the last one before the present where none is given. */
  version: z.number().int().positive().optional(),
  /** Id of the release that the caller saw in force: when another has started meanwhile, nothing is done. */
  inForce: z.string().optional(),
  reason: z.string().trim().min(3, 'Say why: it is kept with the release.').max(2000),
})
export type RollbackRequest = z.input<typeof rollbackSchema>

export const policyChangeSchema = z.object({
  requiredApprovals: z.number().int().min(0).max(5),
  gates: z.array(gateRuleSchema).max(20),
})
export type PolicyChange = z.infer<typeof policyChangeSchema>

export interface Policy {
  modelId: string
  environment: string
  /** Counts up with each change; 0 is the default that holds until somebody sets one. */
  revision: number
  requiredApprovals: number
  gates: GateRule[]
  /** The approvals that every policy of this environment needs at least. */
  leastApprovals: number
  createdAt: number | null
}

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

export interface Approval {
  id: string
  userId: string
  userName: string
  decision: 'approve' | 'reject'
  comment: string
  at: number
}

export type Verdict = 'passed' | 'failed' | 'warning'

export interface GateVerdict {
  gate: GateRule['gate']
  verdict: Verdict
  /** What was found, in words for the person who decides. */
  sentence: string
  evidence: GateEvidence
}

export interface GateResult extends GateVerdict {
  id: string
  at: number
}

export interface Promotion {
  id: string
  modelId: string
  modelSlug: string
  modelName: string
  versionId: string
  versionNumber: number
  environment: string
  plan: ReleasePlan
  reason: string
  status: PromotionStatus
  requiredApprovals: number
  /** The release in force when the gates ran; null where there was none. */
  replaces: string | null
  requestedBy: string
  requestedByName: string
  requestedAt: number
  decidedAt: number | null
  approvals: Approval[]
  gates: GateResult[]
  /** The release it led to. */
  releaseId: string | null
}

/** A release with what stands behind it: for a rollback, the promotion that had approved the version it went back to. */
export interface ReleaseRecord extends Release {
  promotion: Promotion | null
  /** For a rollback: the number of the release it went back to; null for a promotion. */
  rollbackToSequence: number | null
}

export interface ReleasedVersion {
  versionId: string
  versionNumber: number
  /** The last release that it was the champion of. */
  sequence: number
  startedAt: number
  endedAt: number | null
  /** The last of those that a promotion, not a rollback, started. */
  promotedIn: { releaseId: string; sequence: number }
}

/** An environment as a place to release one version to. */
export interface PromotionTarget {
  environment: string
  requiredApprovals: number
  championNumber: number | null
  isChampion: boolean
  isServingAlone: boolean
  /** The promotion of this version that waits there already. */
  waitingId: string | null
}

export interface ReleaseCursor {
  startedAt: number
  id: string
}

export interface PromotionCursor {
  requestedAt: number
  id: string
}
