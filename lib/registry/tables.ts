import type { Kit } from '@/lib/database/kit'
import type { AttributionReference, Explainability, Importance, Lineage, ReferenceData, Signature, VersionFiles } from './contract'

export const registryTables = (kit: Kit) => {
  const environments = kit.table('environments', {
    name: kit.text('name').primaryKey(),
    position: kit.integer('position').notNull(),
    description: kit.text('description').notNull(),
    /** How many other people must approve a promotion into it. */
    requiredApprovals: kit.integer('required_approvals').notNull(),
  })
  const models = kit.table('models', {
    id: kit.text('id').primaryKey(),
    /** The name in addresses and API calls: `no-show-risk`. Never changes. */
    slug: kit.text('slug').notNull().unique(),
    name: kit.text('name').notNull(),
    description: kit.text('description').notNull(),
    owner: kit.text('owner').notNull(),
    task: kit.oneOf('task', ['binary', 'multiclass', 'regression']).notNull(),
    tags: kit.json<string[]>('tags').notNull(),
    createdAt: kit.time('created_at').notNull(),
    createdBy: kit.text('created_by').notNull(),
    archivedAt: kit.time('archived_at'),
  })
  const versions = kit.table(
    'versions',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull().references(() => models.id),
      number: kit.integer('number').notNull(),
      /** `remote`: the artifact is the document that describes the endpoint. */
      runtime: kit.oneOf('runtime', ['onnx', 'remote']).notNull().default('onnx'),
      description: kit.text('description').notNull(),
      artifactHash: kit.text('artifact_hash').notNull(),
      artifactBytes: kit.integer('artifact_bytes').notNull(),
      signature: kit.json<Signature>('signature').notNull(),
      lineage: kit.json<Lineage>('lineage').notNull(),
      /** Profile shape, reference profile and background sample; the rows themselves are a stored file. */
      reference: kit.json<ReferenceData | null>('reference'),
      /** SHA-256 of the stored background sample and reference file. */
      files: kit.json<VersionFiles>('files').notNull(),
      importance: kit.json<Importance | null>('importance'),
      explainability: kit.json<Explainability | null>('explainability'),
      attributions: kit.json<AttributionReference | null>('attributions'),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
      createdByName: kit.text('created_by_name').notNull(),
    },
    (table) => [
      kit.uniqueIndex('versions_number').on(table.modelId, table.number),
      kit.index('versions_artifact').on(table.artifactHash),
    ],
  )
  return { environments, models, versions }
}
