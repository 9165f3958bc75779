// The words of explanations: how much each field moved the score, the reasons that follow from it, and a decision looked
// up with everything that stands behind it.
import { z } from 'zod'
import type { Explainability, Task } from '@/lib/registry/contract'
import type { ReleaseRecord } from '@/lib/releases/contract'
import type { GuardrailHit, Prediction } from '@/lib/serving/contract'
import type { FieldControl, ReferenceStrip } from './contract/lookup'
import { REASON_LOCALES } from '@/lib/serving/rules/predict-call'

/** Log-odds (or the raw score of a class among several), a probability between 0 and 1, or a regression's value in its unit. */
export const SCALES = ['margin', 'probability', 'value'] as const
export type Scale = (typeof SCALES)[number]

/** Languages that reasons are told in. */
export const LOCALES = REASON_LOCALES
export type { Locale } from '@/lib/serving/rules/predict-call'
/** The same in several languages; English where a language is left out. */
const localised = (most: number) => z.strictObject({ en: z.string().trim().min(1).max(most), de: z.string().trim().min(1).max(most).optional() })
/** Of a language that is left out stands what is made from the registration. */
const eitherLanguage = (most: number) => z.strictObject({ en: z.string().trim().min(1).max(most).optional(), de: z.string().trim().min(1).max(most).optional() })
const fieldName = z.string().min(1).max(200)

/** How a model's reasons are told to people. */
export const reasonSettingsSchema = z.strictObject({
  /** Which direction of the score is against the person the decision is about. */
  adverse: z.enum(['raised', 'lowered']).default('raised'),
  /** What the score is about as the object of a sentence: `the risk`, in German in the accusative. */
  score: eitherLanguage(100).optional(),
  /** What is decided from the threshold on and below it, as a letter says it; English is registered with the version. */
  decision: z.strictObject({ above: eitherLanguage(200).optional(), below: eitherLanguage(200).optional() }).default({}),
  /** Sentences by field and direction. `{value}`, `{name}`, `{typical}`, `{score}`, `{strength}` and `{effect}` are filled in, `{value, plural, one {# month} other {# months}}` too. */
  templates: z
    .record(fieldName, z.strictObject({ raised: eitherLanguage(300).optional(), lowered: eitherLanguage(300).optional(), missing: eitherLanguage(300).optional() }))
    .default({}),
  /** Names of fields, instead of or beside that of the registration. */
  names: z.record(fieldName, eitherLanguage(100)).default({}),
  /** Labels of a field's categories, by code. */
  labels: z.record(fieldName, z.record(z.string().min(1).max(200), eitherLanguage(200))).default({}),
  /** How amounts of a unit are written: `{value, plural, one {# month} other {# months}}`. */
  units: z.record(z.string().min(1).max(40), eitherLanguage(200)).default({}),
  /** The lender's own list of adverse-action reasons, each for the fields that it stands for. */
  codes: z.array(z.strictObject({ code: z.string().trim().min(1).max(20), text: localised(200), fields: z.array(fieldName).min(1) })).max(200).default([]),
  /** Correlated fields that are one reason: their contributions are added up. */
  groups: z.array(z.strictObject({ name: localised(100), fields: z.array(fieldName).min(2) })).max(50).default([]),
  /** Never cited; where one would be, an incident opens. */
  forbidden: z.array(fieldName).max(200).default([]),
  /** What may change so that the decision would: for what-if and counterfactuals. Without an entry the field's own `isActionable`. */
  changes: z
    .record(fieldName, z.strictObject({ isActionable: z.boolean().optional(), direction: z.enum(['any', 'up', 'down']).optional(), min: z.number().optional(), max: z.number().optional(), step: z.number().positive().optional() }))
    .default({}),
  /** Of the letter to the customer. */
  letter: z.strictObject({ en: z.string().trim().min(1).max(5000).optional(), de: z.string().trim().min(1).max(5000).optional() }).default({}),
})
export type ReasonSettings = z.output<typeof reasonSettingsSchema>
export type ReasonSettingsInput = z.input<typeof reasonSettingsSchema>
export const DEFAULT_REASON_SETTINGS: ReasonSettings = reasonSettingsSchema.parse({})

/** Settings as they were saved; revision 0 is what holds before anybody saved any. */
export interface ReasonRevision {
  modelId: string
  revision: number
  settings: ReasonSettings
  createdAt: number | null
  createdBy: string | null
}

/** How much a reason weighs, in words: by its rank and its share of the largest one in the same direction. */
export const STRENGTHS = ['most', 'strongly', 'somewhat', 'slightly'] as const
export type Strength = (typeof STRENGTHS)[number]

/**
 * Shapley values of one answer of a model over the version's background sample, raw fields as the players:
 * base + sum(values) is what the model answered, on the scale.
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
  /** The runtime's own float32 answer minus what base + sum(values) says, in the answer's unit; null where nothing independent was computed. */
  residual: number | null
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
  /** Of a group the field that contributes most in the group's direction. */
  field: string
  /** One, or those of a group: their contributions are added up. */
  fields: string[]
  /** Of the field, or of the group. */
  displayName: string
  contribution: number
  standardError: number
  direction: 'raised' | 'lowered'
  strength: Strength
  sentence: string
  /** Of the lender's own list, where the field is on it. */
  code: { code: string; text: string } | null
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
  /** The same to be drawn. */
  strip: ReferenceStrip | null
  /** What may be entered instead when trying the decision out; null where the value may not be seen. */
  control: FieldControl | null
}

export interface ShownOutcome {
  inWords: string
  occurredAt: number
  receivedAt: number
}

/** A prediction as the list shows it. */
export interface DecisionRow extends Omit<Prediction, 'inputs' | 'extra' | 'explanation'> {
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
  /** From where on the version decides the one, and below it the other. */
  decisionRule: { threshold: number; above: string; below: string } | null
  guardrail: GuardrailHit | null
  /** What the model itself said, as a sentence, where a guardrail answered instead. */
  modelAnswer: string | null
  extra: Record<string, number> | null
  shownInputs: ShownInput[]
  madeBy: { versionId: string; number: number; artifactHash: string; registeredAt: number; registeredBy: string; isExplainable: boolean; explainability: Pick<Explainability, 'kind' | 'method' | 'sentence'> | null }
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
  /** A prediction's id, its reference in a letter or at least eight digits of it, or the subject as it was sent. */
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
  /** The field with the largest contribution. */
  reason: z.string().max(200).optional(),
  /** Which side of the version's threshold the score is on; at the threshold it is above. */
  decision: z.enum(['above', 'below']).optional(),
})
export type DecisionFilter = z.output<typeof decisionFilterSchema>

export const decisionCursorSchema = z.object({ at: z.number(), id: z.string() })
