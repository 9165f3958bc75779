// Writes a version down once it has been read and tried: under its model, with the next number, in one transaction with its
// audit event. Model files and remote versions are recorded alike.
import { eq, max, sql } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { newSlugSchema, type ModelSummary, type Runtime, type Signature, type Version, type VersionMetadata } from '../contract'
import { findModel, versionsOfArtifact } from '../queries'
import { humanName } from '../rules'
import { registryTables } from '../tables'
import type { PreparedReference } from './prepare-reference'

export interface NewVersion {
  runtime: Runtime
  metadata: VersionMetadata
  signature: Signature
  artifactHash: string
  artifactBytes: number
  reference: PreparedReference
}

export async function recordVersion(actor: Principal, slug: string, made: NewVersion): Promise<{ model: ModelSummary; version: Version }> {
  const db = await database()
  return db.write(async (tx) => {
    const model = await lockModel(tx, actor, slug, made.signature, made.metadata)
    await refuseKnown(tx, slug, made)
    return { model, version: await insertVersion(tx, actor, model, made) }
  })
}

export function slugOf(given: string | undefined, inMetadata: string | undefined): string {
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

const PLACE: Record<Runtime, string> = { onnx: 'artifact', remote: 'endpoint' }
const WHAT: Record<Runtime, string> = { onnx: 'file', remote: 'endpoint' }

/** The same artifact is no other version, and a version answers what its model answers. */
export async function refuseKnown(db: Session, slug: string, { runtime, artifactHash, signature }: Pick<NewVersion, 'runtime' | 'artifactHash' | 'signature'>): Promise<void> {
  const model = await findModel(db, slug)
  if (!model) return
  const same = (await versionsOfArtifact(db, artifactHash)).find((version) => version.modelId === model.id)
  if (same) {
    throw new ProblemError('conflict', `This ${WHAT[runtime]} is already registered as version ${same.number} of ${slug}. ${runtime === 'onnx' ? 'Use that one.' : 'Use that one, or tell the two apart by a note in the endpoint.'}`, {
      code: 'version_exists',
      fields: [{ path: PLACE[runtime], rule: 'version_exists', message: `The same ${WHAT[runtime]} is version ${same.number}.` }],
    })
  }
  if (model.task !== signature.task) {
    const message = `${slug} is a ${model.task} model and this ${WHAT[runtime]} is a ${signature.task} model. Register it under another name.`
    throw new ProblemError('invalid', message, { code: 'task_differs', fields: [{ path: PLACE[runtime], rule: 'task_differs', message }] })
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

async function insertVersion(tx: Session, actor: Principal, model: ModelSummary, made: NewVersion): Promise<Version> {
  const { versions } = tx.tables(registryTables)
  const [last] = await tx.select({ number: max(versions.number) }).from(versions).where(eq(versions.modelId, model.id))
  const version: Version = {
    id: newId(),
    modelId: model.id,
    number: Number(last?.number ?? 0) + 1,
    runtime: made.runtime,
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
      ...(version.runtime === 'onnx' ? {} : { runtime: version.runtime }),
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
