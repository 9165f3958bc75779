// The words of the registry: signature, lineage, reference data, and what a registration may say.
import { z } from 'zod'
import type { GraphSignature, SignatureField } from '@/lib/onnx/signature'
import type { GraphSummary } from '@/lib/onnx/graph-summary'
import type { Explainability } from '@/lib/inference/explainability'
import type { ExplainedScale } from '@/lib/onnx/explainable'
import type { ProfileShape } from '@/lib/math/profile'

export const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/
export const slugSchema = z
  .string()
  .max(64, 'Use at most 64 characters.')
  .regex(SLUG, 'Use lower-case letters, digits and single hyphens, such as no-show-risk.')

/** Words that stand in addresses beside slugs. */
const RESERVED_SLUGS = ['new', 'inspect']
export const newSlugSchema = slugSchema
  .min(1, 'Name the model, such as no-show-risk.')
  .refine((slug) => !RESERVED_SLUGS.includes(slug), 'This word is used in addresses already. Choose another name.')

export const fieldMetadataSchema = z
  .strictObject({
    displayName: z.string().max(100),
    unit: z.string().max(40),
    description: z.string().max(500),
    /** Values outside are refused. */
    min: z.number(),
    max: z.number(),
    isSensitive: z.boolean(),
    isActionable: z.boolean(),
    isRequired: z.boolean(),
    /** Code → label in words. Codes the model's encoder does not know are still accepted unless `isClosed`. */
    categories: z.record(z.string(), z.string()),
    isClosed: z.boolean(),
  })
  .partial()
export type FieldMetadata = z.infer<typeof fieldMetadataSchema>

export const lineageSchema = z
  .strictObject({
    repository: z.string().max(500).nullable(),
    commit: z.string().max(64).nullable(),
    dataset: z.string().max(200).nullable(),
    period: z.object({ from: z.string(), to: z.string() }).nullable(),
    rows: z.number().int().nonnegative().nullable(),
    dataHash: z.string().max(128).nullable(),
    runId: z.string().max(200).nullable(),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    metrics: z.record(z.string(), z.number()),
  })
  .partial()
export type Lineage = z.infer<typeof lineageSchema>

export const TASKS = ['binary', 'multiclass', 'regression'] as const
export type Task = (typeof TASKS)[number]

/** The JSON a version is registered with; every member is optional, and an unknown one is refused as a slip. */
export const versionMetadataSchema = z
  .strictObject({
    model: slugSchema,
    name: z.string().max(100),
    owner: z.string().max(100),
    tags: z.array(z.string().max(40)).max(20),
    description: z.string().max(2000),
    lineage: lineageSchema,
    fields: z.record(z.string(), fieldMetadataSchema),
    /** Where the file leaves open what kind of answer its output is. */
    task: z.enum(TASKS),
    positiveClass: z.union([z.string(), z.number()]),
    classes: z.array(z.union([z.string(), z.number()])),
    classNames: z.record(z.string(), z.string()),
    scoreMeaning: z.string().max(200),
    scoreUnit: z.string().max(40),
    decision: z.object({ threshold: z.number(), above: z.string().max(200), below: z.string().max(200) }),
    featureOrder: z.array(z.string()),
    /** Column of the reference file with the true answer; not an input. */
    target: z.string(),
  })
  .partial()
export type VersionMetadata = z.infer<typeof versionMetadataSchema>

/** What the graph says, refined by what the person who registered it said. */
export interface Signature extends GraphSignature {
  fields: Field[]
  classNames?: Record<string, string>
  /** `probability that the patient does not come`, or the meaning of a regression's value. */
  scoreMeaning: string
  scoreUnit?: string
  decision?: { threshold: number; above: string; below: string }
}

export interface Field extends SignatureField {
  displayName: string
  unit?: string
  description?: string
  min?: number
  max?: number
  isSensitive: boolean
  isActionable: boolean
  isRequired: boolean
  isClosed: boolean
  categoryLabels?: Record<string, string>
}

/** Reference data of a version as kept in its row; the rows themselves are a stored file. */
export interface ReferenceData {
  rows: number
  /** Columns: the fields in signature order, then `score` (what the model answers on the reference rows). */
  shape: ProfileShape
  /** Base64 of lib/math/profile encoding. */
  profile: string
  /** Realised metrics on the reference rows, when the target column is present. */
  metrics: Record<string, number>
}

export interface VersionFiles {
  /** SHA-256 of the reference file as uploaded. */
  reference?: string
  /** SHA-256 of the background sample: canonical JSON of up to 100 rows (records by field name). */
  background?: string
}

/** Global importance: mean absolute Shapley value by field over a sample of reference rows. */
export interface Importance {
  method: string
  /** Unit of the values: log-odds, probability, or the value's own. */
  scale: ExplainedScale
  rows: number
  values: { field: string; meanAbsolute: number; standardError: number }[]
}

export type { Explainability } from '@/lib/inference/explainability'

/** How the version explains its reference rows: the band that explanations of live rows are compared with. */
export interface AttributionReference {
  rows: number
  scale: ExplainedScale
  /** lib/math/attribution-profile: the fields in signature order, then the ranked reasons. */
  shape: ProfileShape
  /** Base64 of lib/math/profile encoding. */
  profile: string
}

export interface ModelSummary {
  id: string
  slug: string
  name: string
  description: string
  owner: string
  task: Task
  tags: string[]
  createdAt: number
}

export interface VersionSummary {
  id: string
  modelId: string
  number: number
  description: string
  artifactHash: string
  artifactBytes: number
  metrics: Record<string, number>
  createdAt: number
  createdBy: string
  createdByName: string
}

/** What runs a version: its own file, here; or a server somewhere else. */
export const RUNTIMES = ['onnx', 'remote'] as const
export type Runtime = (typeof RUNTIMES)[number]

export interface Version extends Omit<VersionSummary, 'metrics'> {
  runtime: Runtime
  signature: Signature
  lineage: Lineage
  reference: ReferenceData | null
  files: VersionFiles
  importance: Importance | null
  /** Null for versions registered before explanations were assessed. */
  explainability: Explainability | null
  attributions: AttributionReference | null
}

/** A model as the list shows it. */
export interface ListedModel extends ModelSummary {
  versions: number
  latestVersion: { number: number; createdAt: number } | null
}

export interface Facet {
  value: string
  count: number
}

export interface ModelFacets {
  tasks: Facet[]
  tags: Facet[]
  owners: Facet[]
}

export const MODEL_SORTS = ['name', 'created'] as const
export type ModelSort = (typeof MODEL_SORTS)[number]

export const modelChangeSchema = z
  .strictObject({
    name: z.string().trim().min(1, 'Enter a name.').max(100),
    description: z.string().trim().max(2000),
    owner: z.string().trim().min(1, 'Say who answers for this model.').max(100),
    tags: z.array(z.string().trim().min(1).max(40)).max(20),
  })
  .partial()
export type ModelChange = z.infer<typeof modelChangeSchema>

export interface Environment {
  name: string
  position: number
  description: string
  requiredApprovals: number
}

/** What a file says of itself before anything is saved. */
export interface Inspection {
  sha256: string
  bytes: number
  signature: Signature
  summary: GraphSummary
  /** Versions that already have this very file. */
  registeredAs: { model: string; number: number }[]
}

export const MOST_REFERENCE_BYTES = 100 * 1024 * 1024
/** Reference rows the model answers at registration; a larger file is sampled, the same rows each time. */
export const MOST_SCORED_ROWS = 2000
export const MOST_BACKGROUND_ROWS = 100

/** Metrics by the names training scripts use, as people write them. */
const METRIC_WORDS: Record<string, string> = {
  auc: 'AUC',
  accuracy: 'Accuracy',
  precision: 'Precision',
  recall: 'Recall',
  f1: 'F1',
  average_precision: 'Average precision',
  ks: 'KS',
  brier: 'Brier score',
  log_loss: 'Log loss',
  mae: 'Mean absolute error',
  rmse: 'Root mean squared error',
  bias: 'Bias',
  mape: 'Mean absolute percentage error',
  r2: 'R²',
}

/** heldOutRows and held_out_rows are both Held out rows. */
export function metricName(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll('_', ' ')
  return METRIC_WORDS[name] ?? words.charAt(0).toUpperCase() + words.slice(1).toLowerCase()
}

const BETTER_HIGH = ['auc', 'accuracy', 'precision', 'recall', 'f1', 'average_precision', 'ks', 'r2']
const BETTER_LOW = ['brier', 'log_loss', 'mae', 'rmse', 'mape']

/** Whether more of it is better; null where nobody can say. */
export function isMetricBetterHigh(name: string): boolean | null {
  if (BETTER_HIGH.includes(name)) return true
  return BETTER_LOW.includes(name) ? false : null
}
