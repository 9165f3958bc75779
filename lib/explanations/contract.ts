// The words of explanations: how much each field moved the score, the reasons that follow from it, and a decision looked
// up with everything that stands behind it.
import { z } from 'zod'
import type { Task } from '@/lib/registry/contract'
import type { ReleaseRecord } from '@/lib/releases/contract'
import type { GuardrailHit, Prediction } from '@/lib/serving/contract'

/** A probability between 0 and 1, or a regression's value in its unit. */
export type Scale = 'probability' | 'value'

/**
 * Shapley values of one answer of a model over the version's background sample, raw fields as the players:
 * base + sum(values) is what the model answered.
 */
export interface Explanation {
  method: 'exact' | 'permutation'
  scale: Scale
  /** The model's mean over the background sample. */
  base: number
  /** In the order of the version's fields. */
  values: number[]
  /** Standard errors from sampling, in the same order; zeros where the method is exact. */
  errors: number[]
  /** Orders of the fields that were walked, which with the row repeats the values to the bit; 0 where exact. */
  permutations: number
  backgroundHash: string
  /** Of several classes, the one whose probability is explained; it is kept as the prediction's label. */
  chosenClass?: string
}

export interface StoredExplanation extends Explanation {
  predictionId: string
  createdAt: number
}

/** One reason as a customer could read it. */
export interface Reason {
  field: string
  displayName: string
  contribution: number
  standardError: number
  direction: 'raised' | 'lowered'
  sentence: string
}

/** One field of a prediction as shown: in words, and where it lies in the reference. */
export interface ShownInput {
  field: string
  displayName: string
  description: string | null
  value: number | string | boolean | null
  /** Withheld from this reader; the value is null then. */
  isMasked: boolean
  inWords: string
  /** Null where the version has no reference data, or the value may not be seen. */
  place: string | null
}

export interface ShownOutcome {
  inWords: string
  occurredAt: number
  receivedAt: number
}

/** A prediction as the list shows it. */
export interface DecisionRow extends Omit<Prediction, 'inputs' | 'extra'> {
  model: { slug: string; name: string }
  version: number
  /** The answer as a sentence. */
  answer: string
  callerName: string
  /** By field name, without the sensitive fields that this reader may not see: those are named in `hidden`. */
  inputs: Record<string, number | string | boolean | null>
  hidden: string[]
  outcome: ShownOutcome | null
}

export interface DecisionPage {
  decisions: DecisionRow[]
  next: { at: number; id: string } | null
}

export interface ShownExplanation extends StoredExplanation {
  /** In the order of the values. */
  fields: { name: string; displayName: string }[]
  reasons: Reason[]
  /** The most important ones that raised the score. */
  principalReasons: Reason[]
}

/** A prediction with what it was made from, by which version, released by whom, and what came of it. */
export interface Decision extends DecisionRow {
  task: Task
  scoreMeaning: string
  scoreUnit: string | null
  guardrail: GuardrailHit | null
  /** What the model itself said, as a sentence, where a guardrail answered instead. */
  modelAnswer: string | null
  extra: Record<string, number> | null
  shownInputs: ShownInput[]
  madeBy: { versionId: string; number: number; artifactHash: string; registeredAt: number; registeredBy: string; isExplainable: boolean }
  release: ReleaseRecord | null
  kpiEvents: { id: string; name: string; value: number; occurredAt: number }[]
  explanation: ShownExplanation | null
}

const time = z
  .string()
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
  .refine((at) => Number.isFinite(at), 'Give a time such as 2026-05-03T14:00:00Z, or milliseconds UTC.')

/** What a search for decisions may ask, as it stands in an address. */
export const decisionFilterSchema = z.object({
  /** A prediction's id, or the subject as it was sent. */
  text: z.string().max(200).optional(),
  model: z.string().max(64).optional(),
  version: z.coerce.number().int().positive().optional(),
  environment: z.string().max(64).optional(),
  from: time.optional(),
  to: time.optional(),
  scoreMin: z.coerce.number().optional(),
  scoreMax: z.coerce.number().optional(),
  caller: z.string().max(200).optional(),
  guarded: z.enum(['true', 'false']).optional(),
})
export type DecisionFilter = z.output<typeof decisionFilterSchema>

export const decisionCursorSchema = z.object({ at: z.number(), id: z.string() })
