// Registers a version: read, refine, try in a child process, profile, store, and write it down in one transaction.
import { eq, max, sql } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { storeFile } from '@/lib/platform/storage'
import { newSlugSchema, versionMetadataSchema, type ModelSummary, type Signature, type Version, type VersionMetadata } from '../contract'
import { findModel, versionsOfArtifact } from '../queries'
import { humanName } from '../rules'
import { registryTables } from '../tables'
import { prepareReference, type PreparedReference, type ReferenceFile } from './prepare-reference'
import { readArtifact } from './read-artifact'

export interface Registration {
  /** The model's slug; the metadata's where it is not given. The model is made at its first version. */
  model?: string
  metadata?: VersionMetadata
  artifact: Uint8Array
  reference?: ReferenceFile
}

export async function registerVersion(actor: Principal | null, input: Registration): Promise<{ model: ModelSummary; version: Version }> {
  authorize(actor, 'registry:write')
  const metadata = parse(versionMetadataSchema, input.metadata ?? {})
  const slug = slugOf(input.model, metadata.model)
  const { signature } = readArtifact(input.artifact, metadata)
  const artifactHash = sha256(input.artifact)
  const db = await database()
  await refuseKnown(db, slug, artifactHash, signature)
  const reference = await prepareReference(input.artifact, signature, input.reference, metadata.target)
  await storeFile(input.artifact)
  return db.write(async (tx) => {
    const model = await lockModel(tx, actor, slug, signature, metadata)
    await refuseKnown(tx, slug, artifactHash, signature)
    const version = await insertVersion(tx, actor, model, { metadata, signature, artifactHash, artifactBytes: input.artifact.length, reference })
    return { model, version }
  })
}

function slugOf(given: string | undefined, inMetadata: string | undefined): string {
  if (given !== undefined && inMetadata !== undefined && given !== inMetadata) {
    const message = `The metadata is for the model ${inMetadata}, but this registers a version of ${given}.`
    throw new ProblemError('invalid', message, { code: 'model_differs', fields: [{ path: 'metadata.model', rule: 'model_differs', message }] })
  }
  const slug = given ?? inMetadata
  if (slug === undefined) {
    const message = 'Name the model this is a version of, such as no-show-risk.'
    throw new ProblemError('invalid', message, { code: 'model_missing', fields: [{ path: 'model', rule: 'required', message }] })
  }
  const result = newSlugSchema.safeParse(slug)
  if (result.success) return slug
  const message = result.error.issues[0]?.message ?? 'This is not a name for a model.'
  throw new ProblemError('invalid', message, { code: 'model_name', fields: [{ path: 'model', rule: 'name', message }] })
}

async function refuseKnown(db: Session, slug: string, artifactHash: string, signature: Signature): Promise<void> {
  const model = await findModel(db, slug)
  if (!model) return
  const same = (await versionsOfArtifact(db, artifactHash)).find((version) => version.modelId === model.id)
  if (same) {
    throw new ProblemError('conflict', `This file is already registered as version ${same.number} of ${slug}. Use that one.`, {
      code: 'version_exists',
      fields: [{ path: 'artifact', rule: 'version_exists', message: `The same file is version ${same.number}.` }],
    })
  }
  if (model.task !== signature.task) {
    const message = `${slug} is a ${model.task} model and this file is a ${signature.task} model. Register it under another name.`
    throw new ProblemError('invalid', message, { code: 'task_differs', fields: [{ path: 'artifact', rule: 'task_differs', message }] })
  }
}

/** The model's row, made if it is the first version, and held until the end of the transaction so that numbers are given one by one. */
async function lockModel(tx: Session, actor: Principal, slug: string, signature: Signature, metadata: VersionMetadata): Promise<ModelSummary> {
  const { models } = tx.tables(registryTables)
  const made = {
    id: newId(),
    slug,
    name: metadata.name ?? humanName(slug),
    description: metadata.description ?? '',
    owner: metadata.owner ?? actor.name,
    task: signature.task,
    tags: metadata.tags ?? [],
    createdAt: now(),
  }
  const inserted = await tx
    .insert(models)
    .values({ ...made, createdBy: actor.id })
    .onConflictDoNothing({ target: models.slug })
    .returning({ id: models.id })
  if (inserted.length > 0) {
    const { name, owner, task, tags } = made
    await appendAuditEvent(tx, {
      actor,
      action: 'model.created',
      target: { kind: 'model', id: made.id, name: slug },
      modelId: made.id,
      after: { slug, name, owner, task, tags },
    })
    return made
  }
  await tx.update(models).set({ archivedAt: sql`${models.archivedAt}` }).where(eq(models.slug, slug))
  const model = await findModel(tx, slug)
  if (!model) throw new ProblemError('conflict', `The model ${slug} was removed meanwhile. Try again.`)
  return model
}

interface NewVersion {
  metadata: VersionMetadata
  signature: Signature
  artifactHash: string
  artifactBytes: number
  reference: PreparedReference
}

async function insertVersion(tx: Session, actor: Principal, model: ModelSummary, made: NewVersion): Promise<Version> {
  const { versions } = tx.tables(registryTables)
  const [last] = await tx.select({ number: max(versions.number) }).from(versions).where(eq(versions.modelId, model.id))
  const version: Version = {
    id: newId(),
    modelId: model.id,
    number: Number(last?.number ?? 0) + 1,
    runtime: 'onnx',
    description: made.metadata.description ?? '',
    artifactHash: made.artifactHash,
    artifactBytes: made.artifactBytes,
    signature: made.signature,
    lineage: made.metadata.lineage ?? {},
    reference: made.reference.data,
    files: made.reference.files,
    importance: made.reference.importance,
    explainability: made.reference.explainability,
    attributions: made.reference.attributions,
    createdAt: now(),
    createdBy: actor.id,
    createdByName: actor.name,
  }
  await tx.insert(versions).values(version)
  await appendAuditEvent(tx, {
    actor,
    action: 'version.registered',
    target: { kind: 'version', id: version.id, name: `${model.slug} v${version.number}` },
    modelId: model.id,
    after: {
      number: version.number,
      artifactHash: version.artifactHash,
      files: version.files,
      lineage: version.lineage,
      referenceRows: version.reference?.rows ?? 0,
      metrics: version.reference?.metrics ?? {},
      explanations: { kind: made.reference.explainability.kind, sentence: made.reference.explainability.sentence },
    },
  })
  return version
}
