// Answers of this domain's routes.
import { z } from '@hono/zod-openapi'
import { gateRuleSchema, PROMOTION_STATUSES, releasePlanSchema } from '../contract'

const figure = z.object({
  name: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  limit: z.union([z.number(), z.string()]).optional(),
})

const gateResult = z.object({
  id: z.string(),
  gate: z.enum(['signature-compatible', 'reference-rows-answered', 'metric-threshold']),
  verdict: z.enum(['passed', 'failed', 'warning']),
  sentence: z.string(),
  evidence: z.object({ figures: z.array(figure), details: z.array(z.string()).optional() }),
  at: z.number(),
})

const approval = z.object({
  id: z.string(),
  userId: z.string(),
  userName: z.string(),
  decision: z.enum(['approve', 'reject']),
  comment: z.string(),
  at: z.number(),
})

export const promotionSchema = z
  .object({
    id: z.string(),
    modelId: z.string(),
    modelSlug: z.string(),
    modelName: z.string(),
    versionId: z.string(),
    versionNumber: z.number(),
    environment: z.string(),
    plan: releasePlanSchema,
    reason: z.string(),
    status: z.enum(PROMOTION_STATUSES),
    requiredApprovals: z.number(),
    replaces: z.string().nullable(),
    requestedBy: z.string(),
    requestedByName: z.string(),
    requestedAt: z.number(),
    decidedAt: z.number().nullable(),
    approvals: z.array(approval),
    gates: z.array(gateResult),
    releaseId: z.string().nullable(),
  })
  .openapi('Promotion')

export const promotionsSchema = z.object({ promotions: z.array(promotionSchema), nextCursor: z.string().nullable() })

export const releaseSchema = z
  .object({
    id: z.string(),
    modelId: z.string(),
    environment: z.string(),
    sequence: z.number(),
    kind: z.enum(['promotion', 'rollback']),
    promotionId: z.string().nullable(),
    rollbackTo: z.string().nullable(),
    reason: z.string(),
    startedAt: z.number(),
    startedBy: z.string(),
    startedByName: z.string(),
    endedAt: z.number().nullable(),
    arms: z.array(
      z.object({
        versionId: z.string(),
        versionNumber: z.number(),
        role: z.enum(['champion', 'challenger']),
        shareBasisPoints: z.number(),
      }),
    ),
  })
  .openapi('Release')

export const releaseRecordsSchema = z.object({
  releases: z.array(
    releaseSchema.extend({ promotion: promotionSchema.nullable(), rollbackToSequence: z.number().nullable() }).openapi('ReleaseRecord'),
  ),
  nextCursor: z.string().nullable(),
})

export const policySchema = z
  .object({
    modelId: z.string(),
    environment: z.string(),
    revision: z.number(),
    requiredApprovals: z.number(),
    gates: z.array(gateRuleSchema),
    leastApprovals: z.number(),
    createdAt: z.number().nullable(),
  })
  .openapi('Policy')
