// The registry's answers as the API describes them.
import { z } from '@hono/zod-openapi'
import { RUNTIMES, TASKS } from '../contract'

const className = z.union([z.string(), z.number()])

export const modelSchema = z
  .object({
    id: z.string(), slug: z.string(), name: z.string(), description: z.string(), owner: z.string(), task: z.enum(TASKS),
    tags: z.array(z.string()), createdAt: z.number(),
  })
  .openapi('Model')

const facet = z.array(z.object({ value: z.string(), count: z.number() }))

export const modelsSchema = z.object({
  models: z.array(
    modelSchema.extend({
      versions: z.number(),
      latestVersion: z.object({ number: z.number(), createdAt: z.number() }).nullable(),
    }).openapi('ListedModel'),
  ),
  facets: z.object({ tasks: facet, tags: facet, owners: facet }),
  total: z.number(),
  nextCursor: z.string().nullable(),
})

const fieldSchema = z
  .object({
    name: z.string(), type: z.enum(['number', 'integer', 'boolean', 'category', 'text']), tensor: z.string(), column: z.number(),
    categories: z.array(z.string()).optional(), mayBeMissing: z.boolean(), displayName: z.string(), unit: z.string().optional(),
    description: z.string().optional(), min: z.number().optional(), max: z.number().optional(), isSensitive: z.boolean(),
    isActionable: z.boolean(), isRequired: z.boolean(), isClosed: z.boolean(), categoryLabels: z.record(z.string(), z.string()).optional(),
  })
  .openapi('Field')

const shape = z.array(z.number().nullable())

export const signatureSchema = z
  .object({
    fields: z.array(fieldSchema),
    tensors: z.array(z.object({ name: z.string(), elementType: z.string(), shape, fields: z.array(z.string()) })),
    outputs: z.array(
      z.object({
        name: z.string(), elementType: z.string(), shape, role: z.enum(['label', 'probabilities', 'value', 'other']), isServable: z.boolean(),
      }),
    ),
    task: z.enum(TASKS),
    classes: z.array(className).optional(),
    positiveClass: className.optional(),
    rowsPerRun: z.number().nullable(),
    classNames: z.record(z.string(), z.string()).optional(),
    scoreMeaning: z.string(),
    scoreUnit: z.string().optional(),
    decision: z.object({ threshold: z.number(), above: z.string(), below: z.string() }).optional(),
  })
  .openapi('Signature')

const versionBase = {
  id: z.string(), modelId: z.string(), number: z.number(), description: z.string(), artifactHash: z.string(), artifactBytes: z.number(),
  createdAt: z.number(), createdBy: z.string(), createdByName: z.string(),
}

export const versionsSchema = z.object({
  versions: z.array(z.object({ ...versionBase, metrics: z.record(z.string(), z.number()) }).openapi('VersionSummary')),
})

export const versionSchema = z
  .object({
    ...versionBase,
    runtime: z.enum(RUNTIMES),
    signature: signatureSchema,
    lineage: z.record(z.string(), z.unknown()),
    reference: z.object({ rows: z.number(), metrics: z.record(z.string(), z.number()) }).nullable(),
    files: z.object({ reference: z.string().optional(), background: z.string().optional() }),
    importance: z
      .object({
        method: z.string(), scale: z.enum(['margin', 'probability', 'value']), rows: z.number(),
        values: z.array(z.object({ field: z.string(), meanAbsolute: z.number(), standardError: z.number() })),
      })
      .nullable(),
    explainability: z
      .object({
        kind: z.enum(['exact', 'sampled', 'none']), method: z.enum(['closed form', 'tables', 'walk', 'mixed']).nullable(),
        scale: z.enum(['margin', 'probability', 'value']).nullable(), sentence: z.string(),
        selfTest: z
          .object({ rows: z.number(), differing: z.array(z.number()), largestDifference: z.number(), isExact: z.boolean(), reason: z.string() })
          .nullable(),
        held: z.object({ bytes: z.number(), budgetBytes: z.number(), buildMilliseconds: z.number(), rowMicroseconds: z.number() }).nullable(),
      })
      .nullable(),
  })
  .openapi('Version')

export const inspectionSchema = z
  .object({
    sha256: z.string(),
    bytes: z.number(),
    signature: signatureSchema,
    summary: z.object({
      producer: z.string(), irVersion: z.number(),
      opsets: z.array(z.object({ domain: z.string(), version: z.number() })),
      operators: z.array(z.object({ name: z.string(), domain: z.string(), count: z.number() })),
      parameterCount: z.number(),
      trees: z.object({ trees: z.number(), splits: z.number(), leaves: z.number(), maximumDepth: z.number() }).nullable(),
    }),
    registeredAs: z.array(z.object({ model: z.string(), number: z.number() })),
  })
  .openapi('Inspection')
