// What a source looks like before a job is made of it, and how it fits the model that answers.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { parse } from '@/lib/platform/parse'
import type { ModelSummary, Version } from '@/lib/registry/contract'
import { findModel, versionById } from '@/lib/registry/queries'
import { releaseInForce } from '@/lib/releases/queries'
import { inspectBatchSchema, type BatchFit, type BatchInspection, type BatchMapping, type BatchSource, type InspectBatch } from '../contract'
import { guessMapping, inspectSource, whyNoReasons } from '../engine'
import { engineSource } from '../queries/places'
import { checkMapping, sampleRejections } from '../rules'

const MOST_GUESSED_KEPT = 10

export async function inspectBatchSource(actor: Principal | null, input: InspectBatch): Promise<BatchInspection> {
  authorize(actor, 'batch:write')
  const { source, model: slug, environment, mapping } = parse(inspectBatchSchema, input)
  const looked = await look(source)
  if (slug === undefined) return looked
  const { version } = await championOf(await database(), slug, environment)
  return { ...looked, fit: fitOf(version, looked, mapping) }
}

async function look(source: BatchSource): Promise<BatchInspection> {
  return { ...(await inspectSource(await engineSource(source))), fit: null }
}

/** The mapping that is used: the one given, else guessed from the names. Throws what stands in the way of a start. */
export async function fittingMapping(source: BatchSource, version: Version, given: BatchMapping | undefined): Promise<BatchMapping> {
  const { mapping, problems } = fitOf(version, await look(source), given)
  const [first] = problems
  if (first) throw new ProblemError('invalid', first.message, { code: 'batch_mapping_invalid', fields: problems })
  return mapping
}

function fitOf(version: Version, looked: BatchInspection, given: BatchMapping | undefined): BatchFit {
  const { signature } = version
  const mapping = given ?? guess(looked, version)
  return {
    version: version.number,
    fields: signature.fields.map(({ name, displayName, type, isSensitive, isRequired, mayBeMissing }) => ({ name, displayName, type, isSensitive, isRequired: isRequired || !mayBeMissing })),
    mapping,
    ...checkMapping(signature, mapping, looked.columns),
    rejections: sampleRejections(signature, mapping, looked),
    withoutReasons: whyNoReasons(version),
  }
}

/** What no field is read from is mostly what tells a row from others: it is repeated in the results. */
function guess({ columns }: BatchInspection, { signature }: Version): BatchMapping {
  const names = columns.map((column) => column.name)
  const fields = guessMapping(names, signature)
  const used = new Set(Object.values(fields))
  return { fields, subject: null, keep: names.filter((name) => !used.has(name)).slice(0, MOST_GUESSED_KEPT) }
}

/** The version that answers now. A job takes the one that is in force when it begins. */
export async function championOf(db: Session, slug: string, environment: string): Promise<{ model: ModelSummary; version: Version; releaseId: string }> {
  const model = await findModel(db, slug)
  if (!model) throw notFound(`model called ${slug}`, 'model_unknown')
  const release = await releaseInForce(db, model.id, environment)
  const arm = release?.arms.find((one) => one.role === 'champion')
  const version = arm && (await versionById(db, arm.versionId))
  if (!release || !version) {
    throw new ProblemError('conflict', `Nothing of ${model.name} is released in ${environment}, so nothing can answer. Release a version first.`, { code: 'nothing_released' })
  }
  return { model, version, releaseId: release.id }
}
