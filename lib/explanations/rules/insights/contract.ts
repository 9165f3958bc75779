// The words of what many explanations say together: which factors matter, how a field works, why groups differ, and why
// a score moved.
import { z } from 'zod'
import type { Scale } from '../../contract'
import type { InputValue } from '../shown-inputs'

const time = z
  .string()
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
  .refine((at) => Number.isFinite(at), 'Give a time such as 2026-05-03T14:00:00Z, or milliseconds UTC.')
const fieldName = z.string().min(1).max(200)

/** Which explained rows: of one version, in one environment and period. */
export const insightQuestionSchema = z.object({
  environment: z.string().min(1).max(64).default('production'),
  /** The champion of the environment without it, else the newest one. */
  version: z.coerce.number().int().positive().optional(),
  /** The last 30 days without it. */
  from: time.optional(),
  to: time.optional(),
})
export type InsightQuestion = z.output<typeof insightQuestionSchema>

export const importanceQuestionSchema = insightQuestionSchema.extend({
  /** `class` splits by what was answered; the name of a field by its values. */
  by: z.union([z.literal('class'), z.literal('field')]).optional(),
  field: fieldName.optional(),
})
export const dependenceQuestionSchema = insightQuestionSchema.extend({ field: fieldName, partner: fieldName.optional() })
export const beeswarmQuestionSchema = insightQuestionSchema.extend({ limit: z.coerce.number().int().min(10).max(1000).default(500) })
export const groupsQuestionSchema = insightQuestionSchema.extend({
  /** The group: rows whose field has this value (a category, or a band as the importance by field names it). */
  field: fieldName.optional(),
  value: z.string().max(200).optional(),
  /** What it is compared with: the same period and no condition without them. */
  otherFrom: time.optional(),
  otherTo: time.optional(),
  otherField: fieldName.optional(),
  otherValue: z.string().max(200).optional(),
})
export const changeQuestionSchema = z.object({ before: z.string().min(1).max(100), after: z.string().min(1).max(100) })

/** Explained rows side by side. */
export interface ExplainedRows {
  count: number
  /** Numbers a row: the fields. */
  width: number
  /** Row by row, in the order of the version's fields. */
  contributions: Float64Array
  bases: Float64Array
  inputs: InputValue[][]
  labels: (string | null)[]
  scores: (number | null)[]
}

/** Where the explanations come from. */
export interface Basis {
  /** `logged`: stored with the predictions of the period. `reference`: of the version's reference rows. */
  source: 'logged' | 'reference'
  from: number
  to: number
  /** Explained rows that were used. */
  rows: number
  /** Predictions of this version in the period. */
  logged: number
  /** Only some of the explained rows were read, spread over the period. */
  isSample: boolean
}

interface Asked {
  basis: Basis
  model: string
  version: number
  scale: Scale
  /** Of contributions on the scale `value`. */
  unit: string | null
  /** Several classes: what is explained is the score of the class that was chosen. */
  isOfChosenClass: boolean
}

export interface FieldImportance {
  field: string
  displayName: string
  /** Mean absolute contribution, and its standard error over the rows. */
  meanAbsolute: number
  standardError: number
  /** Of all fields' mean absolute contributions together. */
  share: number
  /** Mean contribution: above 0 raises. Null where it is not known. */
  mean: number | null
  meanStandardError: number | null
}

export interface ImportanceGroup {
  key: string
  label: string
  rows: number
  fields: FieldImportance[]
}

export interface ImportanceReport extends Asked {
  fields: FieldImportance[]
  groups: ImportanceGroup[] | null
  /** Rows of groups that are too many to show. */
  rowsLeftOut: number
}

export interface BeeswarmField {
  field: string
  displayName: string
  kind: 'number' | 'category'
  /** The reader may not see values: places are withheld. */
  isMasked: boolean
  /** A row each. */
  contributions: number[]
  /** Where the row's value lies between the field's low and high end, 0 to 1; null for a category, or where it is missing. */
  places: (number | null)[]
  isMissing: boolean[] | null
  /** What higher values do, by rank correlation; null for categories. */
  tendency: Tendency | null
}

/** What higher values of a field do to the score. */
export type Tendency = 'raises' | 'lowers' | 'mixed'

export interface BeeswarmReport extends Asked {
  fields: BeeswarmField[]
}

export interface DependenceBand {
  label: string
  rows: number
  /** Of the numbers in the band; null for categories and missing values. */
  middle: number | null
  mean: number
  standardError: number
}

export interface PartnerChoice {
  field: string
  displayName: string
  /** `interaction`: exact Shapley interaction values. `variance`: of the spread at equal values, the share that goes with the partner. `asked`: named by the reader. */
  method: 'interaction' | 'variance' | 'asked'
  /** Mean absolute interaction on the scale, or a share of variance; null where it was asked for. */
  strength: number | null
  /** Names of the groups that points are marked by. */
  groups: string[]
}

export interface DependenceReport extends Asked {
  field: string
  displayName: string
  fieldUnit: string | null
  kind: 'number' | 'category'
  isMasked: boolean
  /** A row each; for categories the place in `categories`, null where missing. Empty where the reader may not see values. */
  values: (number | null)[]
  categories: string[]
  contributions: number[]
  /** Place in the partner's groups; -1 where the partner is missing. */
  partnerGroups: number[]
  partner: PartnerChoice | null
  bands: DependenceBand[]
  tendency: Tendency | null
  sentence: string
}

export interface InteractionPair {
  fields: [string, string]
  displayNames: [string, string]
  /** Mean absolute interaction: both halves together. */
  meanAbsolute: number
  mean: number
  sentence: string
}

export interface InteractionReport extends Asked {
  fields: { field: string; displayName: string }[]
  /** Fields × fields, row by row: mean absolute interaction; the diagonal is what a field does alone. */
  matrix: number[]
  pairs: InteractionPair[]
}

/** How a field's values lie in a group, as far as the reader may see. */
export interface ValueSummary {
  median: number | null
  missingShare: number
  /** Most frequent first; for categories only. */
  shares: { label: string; share: number }[]
}

export interface GroupField {
  field: string
  displayName: string
  /** Mean contribution in the group minus that in the other. */
  difference: number
  standardError: number
  /** Of the difference: because values are mixed in another way … */
  fromMix: number
  /** … and because the same values move the score in another way: through the other fields. */
  fromEffect: number
  isMasked: boolean
  /** Of the medians. */
  unit: string | null
  group: ValueSummary | null
  other: ValueSummary | null
  sentence: string
}

export interface GroupFacts {
  label: string
  rows: number
  from: number
  to: number
  /** Predictions of other versions in the same period, which are left out. */
  rowsOfOtherVersions: number
  isSample: boolean
  /** Mean on the scale of the explanations. */
  mean: number
  /** Mean score as it was answered; null without scores. */
  meanScore: number | null
}

export interface GroupReport extends Omit<Asked, 'basis'> {
  group: GroupFacts
  other: GroupFacts
  /** group.mean - other.mean = baseDifference + the sum of all fields' differences. */
  difference: number
  standardError: number
  /** Not 0 only where several classes have bases of their own. */
  baseDifference: number
  fields: GroupField[]
  sentence: string
}

/** Too few explained rows to compare are an answer too: then the sentence says why. */
export type GroupAnswer = { comparison: GroupReport; refusal: null } | { comparison: null; refusal: string }

export interface ChangedField {
  field: string
  displayName: string
  isMasked: boolean
  /** In words; null where they may not be seen. */
  before: string | null
  after: string | null
  isChanged: boolean
  /** How the contribution moved: dataPart + modelPart. */
  difference: number
  dataPart: number
  /** 0 where both were answered by one version. */
  modelPart: number
}

export interface ChangeEnd {
  id: string
  at: number
  version: number
  answer: string
  /** base + contributions on the scale. */
  margin: number
  score: number | null
}

export interface ChangeReport {
  scale: Scale
  unit: string | null
  isOfChosenClass: boolean
  before: ChangeEnd
  after: ChangeEnd
  isSameVersion: boolean
  /** after.margin - before.margin = the sum of all fields' differences + baseDifference. */
  difference: number
  /** The models' averages differ; 0 with one version. */
  baseDifference: number
  fields: ChangedField[]
  sentence: string
}
