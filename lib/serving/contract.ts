// The words of the serving lane.
import { z } from 'zod'

export const MOST_ROWS_A_CALL = 1000
export const MOST_EVENTS_A_CALL = 10_000
export const LONGEST_SUBJECT = 200

/** The way predictions come in: a call, a batch job, or the log of another engine. Watched apart. */
export const CHANNELS = ['online', 'batch', 'ingested'] as const
export type Channel = (typeof CHANNELS)[number]

export const USAGE_STEPS = ['hour', 'day', 'month'] as const
export type UsageStep = (typeof USAGE_STEPS)[number]

/**
 * `probation`: runs in a process of its own until it has proven itself. `suspect`: ran when the process died.
 * `quarantined`: has ended two processes and is not run any more.
 */
export const VERSION_STATES = ['probation', 'proven', 'suspect', 'quarantined'] as const
export type VersionState = (typeof VERSION_STATES)[number]

/** Null: not limited beyond what the installation can do. */
export const callLimitsSchema = z.strictObject({
  rowsASecond: z.number().positive().max(1_000_000).nullable().default(null),
  /** Rows that may come at once above the rate. */
  burstRows: z.number().int().positive().max(10_000_000).nullable().default(null),
  rowsAMonth: z.number().int().positive().nullable().default(null),
  callsAtOnce: z.number().int().positive().max(100_000).nullable().default(null),
  bodyBytes: z.number().int().positive().max(10 * 1024 * 1024).nullable().default(null),
  rowsACall: z.number().int().positive().max(MOST_ROWS_A_CALL).nullable().default(null),
  /** Longest time an answer may take; X-Request-Timeout-Ms can only shorten it. */
  deadlineMs: z.number().int().positive().max(120_000).nullable().default(null),
})
export type CallLimits = z.infer<typeof callLimitsSchema>

export const servingSettingsSchema = z.strictObject({
  limits: callLimitsSchema,
  /** What happens to a prediction that cannot be logged: it is refused, or answered with a warning and an incident. */
  withoutLog: z.enum(['refuse', 'answer']).default('refuse'),
  /** `never`: each call runs alone. */
  batching: z.enum(['adaptive', 'never']).default('adaptive'),
  /** What 1,000 predictions cost, and in which currency. */
  price: z.object({ amount: z.number().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/, 'Use the three letters of a currency, such as EUR.') }).nullable().default(null),
})
export type ServingSettings = z.infer<typeof servingSettingsSchema>

/** `revision`: of the settings that the change was made from; another one in force refuses it. */
const madeFrom = { revision: z.number().int().nonnegative().optional() }
export const servingSettingsBody = servingSettingsSchema.extend({ environment: z.string().min(1).default('production'), limits: callLimitsSchema.default(callLimitsSchema.parse({})), ...madeFrom })
export const setServingSettingsSchema = servingSettingsBody.extend({ model: z.string().min(1) })
export type SetServingSettings = z.input<typeof setServingSettingsSchema>
export const setTokenLimitsSchema = z.strictObject({ limits: callLimitsSchema, ...madeFrom })
export type SetTokenLimits = z.input<typeof setTokenLimitsSchema>

export const guardrailRuleSchema = z.discriminatedUnion('rule', [
  /** The answer must lie between these. */
  z
    .object({ rule: z.literal('output-range'), min: z.number().nullable(), max: z.number().nullable() })
    .refine((limit) => limit.min !== null || limit.max !== null, 'Give a lowest or a highest answer.')
    .refine((limit) => limit.min === null || limit.max === null || limit.min <= limit.max, 'The lowest answer is above the highest.'),
  /** The answer must lie between these multiples of an input, e.g. 0.5 to 2 times `base_price`. */
  z
    .object({
      rule: z.literal('output-relative'),
      field: z.string().min(1),
      min: z.number(),
      max: z.number(),
    })
    .refine((limit) => limit.min <= limit.max, 'The lowest multiple is above the highest.'),
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

export const guardrailsSchema = z.object({
  model: z.string().min(1),
  environment: z.string().min(1).default('production'),
  rules: z.array(guardrailSchema).max(20, 'Use at most 20 rules.'),
})
export type GuardrailsInput = z.input<typeof guardrailsSchema>

/** The rules of a model in an environment; revision 0 without rules where none were ever set. */
export interface Guardrails {
  modelId: string
  environment: string
  revision: number
  rules: GuardrailRule[]
  createdAt: number | null
  createdBy: string | null
}

export const EXPLANATION_MODES = ['always', 'sampled', 'on-demand'] as const
export type ExplanationMode = (typeof EXPLANATION_MODES)[number]

export const explanationPolicyBody = z.object({
  environment: z.string().min(1).default('production'),
  mode: z.enum(EXPLANATION_MODES),
  /** Of the predictions, where the mode is `sampled`. */
  share: z.number().gt(0, 'Explain more than none of them, or choose on demand.').max(1).optional(),
})
export const explanationPolicySchema = explanationPolicyBody
  .extend({ model: z.string().min(1) })
  .refine((policy) => policy.mode !== 'sampled' || policy.share !== undefined, { message: 'Say which share of the predictions is explained.', path: ['share'] })
export type ExplanationPolicyInput = z.input<typeof explanationPolicySchema>

/** Which predictions are explained as they are served. Revision 0, always, where nothing was ever set. */
export interface ExplanationPolicy {
  modelId: string
  environment: string
  revision: number
  mode: ExplanationMode
  /** 1 with `always`, 0 with `on-demand`. */
  share: number
  createdAt: number | null
  createdBy: string | null
}

/** The exact explanation kept in the prediction's own row. */
export interface ServedExplanation {
  scale: 'margin' | 'probability' | 'value'
  /** Mean over the background sample. */
  base: number
  /** In the order of the version's fields, in the scale's unit; base + sum(values) is the margin, probability or value. */
  values: Float64Array
  /** The runtime's own float32 answer minus the one that follows from base + sum(values), in the answer's unit. */
  residual: number
}

/** Kept with the prediction: which rule caught it, what the model had said, who answered. */
export interface GuardrailHit {
  rule: string
  sentence: string
  answeredBy: string
}

/** One of the databases takes no NUL in a text. */
const key = z
  .string()
  .min(1)
  .max(LONGEST_SUBJECT)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'Leave control characters out.')

export const outcomeSchema = z
  .object({
    predictionId: key.optional(),
    model: key.optional(),
    subject: key.optional(),
    outcome: z.union([z.string().max(200), z.number(), z.boolean()]),
    occurredAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine((item) => item.predictionId !== undefined || (item.model !== undefined && item.subject !== undefined), {
    message: 'Give predictionId, or model and subject.',
  })
export type OutcomeInput = z.infer<typeof outcomeSchema>

export const kpiEventSchema = z
  .object({
    id: key.optional(),
    model: key,
    name: z.string().min(1).max(60).regex(/^[a-z0-9_]+$/, 'Use lower-case letters, digits and underscores.'),
    value: z.number(),
    predictionId: key.optional(),
    subject: key.optional(),
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

/** What a caller gets for one row. */
export interface PredictedRow {
  id: string
  version: number
  output: PredictedOutput
  /** Where a guardrail answered instead of the model. */
  fallback?: GuardrailHit
  /** With `explain`: null where the explainer could not answer; the prediction stands all the same. */
  reasons?: PredictedReason[] | null
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
  /** Of the lender's own list of adverse-action reasons, where the field is on it. */
  code?: string
}

interface PredictAnswerHead {
  model: string
  environment: string
  /** Id of the release that was in force. */
  release: string
  warnings?: PredictWarning[]
}

/** For `inputs` that is an object. */
export type SinglePredictAnswer = PredictAnswerHead & PredictedRow
/** For `inputs` that is a list, in its order. */
export type ListPredictAnswer = PredictAnswerHead & { predictions: PredictedRow[] }
export type PredictAnswer = SinglePredictAnswer | ListPredictAnswer

export interface PredictWarning {
  code: string
  message: string
}

/** A logged prediction as the pages read it. */
export interface Prediction {
  id: string
  at: number
  modelId: string
  versionId: string
  /** Null where a version was asked for by its number before it was released. */
  releaseId: string | null
  channel: Channel
  environment: string
  caller: string
  subject: string | null
  requestId: string | null
  /** In the order of the version's signature. */
  inputs: (number | string | boolean | null)[]
  label: string | null
  /** Probability of the positive class, value of a regression, or probability of the chosen of several classes. What was answered. */
  score: number | null
  /** What the model itself said, where a guardrail answered instead. */
  modelScore: number | null
  extra: Record<string, number> | null
  guardrail: GuardrailHit | null
  latencyMicros: number
  /** Made as it was served, as the environment's explanation policy says. */
  explanation: ServedExplanation | null
  topReason: string | null
}

/** An hour of a model's traffic in one environment, all versions together. */
export interface TrafficHour {
  hour: number
  rows: number
  guarded: number
  errors: number
  /** Milliseconds from a call's arrival to its row being written; null without rows. */
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
}

export interface KpiVersionTotal {
  versionId: string
  name: string
  count: number
  sum: number
  sumOfSquares: number
}
