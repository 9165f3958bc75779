// The words of the registry: signature, lineage, reference data, and what a registration may say.
import { z } from 'zod'
import type { GraphSignature, SignatureField } from '@/lib/onnx/signature'
import type { ProfileShape } from '@/lib/math/profile'

export const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/
export const slugSchema = z
  .string()
  .max(64, 'Use at most 64 characters.')
  .regex(SLUG, 'Use lower-case letters, digits and single hyphens, such as no-show-risk.')

export const fieldMetadataSchema = z
  .object({
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
  .object({
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

/** The JSON a version is registered with; every member is optional. */
export const versionMetadataSchema = z
  .object({
    model: slugSchema,
    name: z.string().max(100),
    owner: z.string().max(100),
    tags: z.array(z.string().max(40)).max(20),
    description: z.string().max(2000),
    lineage: lineageSchema,
    fields: z.record(z.string(), fieldMetadataSchema),
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
  rows: number
  values: { field: string; meanAbsolute: number; standardError: number }[]
}

export interface ModelSummary {
  id: string
  slug: string
  name: string
  description: string
  owner: string
  task: 'binary' | 'multiclass' | 'regression'
  tags: string[]
  createdAt: number
}

export const ENVIRONMENTS = ['staging', 'production'] as const
