// Takes a released model out of the house: everything its champion answers by, in one moment, with its trace in the audit chain.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { reasonRevisionOf } from '@/lib/explanations/queries'
import { isQuick } from '@/lib/inference/quick'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { programVersion } from '@/lib/platform/program'
import type { Version } from '@/lib/registry/contract'
import { findModel, versionById } from '@/lib/registry/queries'
import { releaseInForce } from '@/lib/releases/queries'
import { currentExplanationPolicy } from '@/lib/serving/queries/explanation-policy'
import { currentGuardrails } from '@/lib/serving/queries/guardrails'
import { currentServingSettings } from '@/lib/serving/queries/serving-settings'
import { BUCKETS } from '@/lib/serving/rules'
import { exportBody, type ExportInput, type ModelExport } from '../contract'

/** The background sample is real rows of real people, so not everybody who may read may take it along. */
export async function exportModel(actor: Principal | null, modelName: string, input: ExportInput): Promise<ModelExport> {
  authorize(actor, 'sensitive:read')
  const { environment, kind } = parse(exportBody, input)
  const db = await database()
  const model = await findModel(db, modelName)
  if (!model) throw notFound(`model ${modelName.slice(0, 64)}`, 'model_not_found')
  const release = await releaseInForce(db, model.id, environment)
  const champion = release?.arms.find((arm) => arm.role === 'champion')
  if (!release || !champion) {
    throw new ProblemError('not_found', `No version of ${model.slug} is released to ${environment.slice(0, 64)}. Promote one first.`, { code: 'nothing_released' })
  }
  const version = await versionById(db, champion.versionId)
  if (!version) throw notFound('version with this id', 'version_not_found')
  requireFile(version)
  const exported: ModelExport = {
    id: newId(),
    kind,
    createdAt: now(),
    createdBy: actor.name,
    flightdeck: programVersion(),
    model: { id: model.id, slug: model.slug, name: model.name },
    environment,
    release: { ...release, arms: [{ ...champion, shareBasisPoints: BUCKETS }] },
    version: { id: version.id, number: version.number, artifactHash: version.artifactHash, artifactBytes: version.artifactBytes, signature: version.signature },
    guardrails: await currentGuardrails(db, model.id, environment),
    explanations: await currentExplanationPolicy(db, model.id, environment),
    settings: (await currentServingSettings(db, model.id, environment)).settings,
    reasons: await reasonRevisionOf(db, model.id),
    reference: version.reference,
    attributionShape: version.attributions?.shape ?? null,
    explainer: explainerOf(version),
  }
  await db.write((tx) =>
    appendAuditEvent(tx, {
      actor,
      action: 'model.exported',
      target: { kind: 'version', id: version.id, name: `${model.slug} v${version.number}` },
      modelId: model.id,
      after: { bundle: exported.id, kind, environment, release: release.id, sha256: version.artifactHash },
    }),
  )
  return exported
}

function requireFile({ runtime, number }: Version): void {
  if (runtime === 'onnx') return
  throw new ProblemError('conflict', `Version ${number} is a server elsewhere: there is no file of it to take along.`, { code: 'version_remote' })
}

function explainerOf({ explainability, files }: Version): ModelExport['explainer'] {
  if (files.background === undefined) return null
  return {
    buildMs: explainability?.held?.buildMilliseconds ?? 0,
    isQuick: explainability !== null && isQuick(explainability),
    isExact: explainability?.kind === 'exact',
    isRead: explainability?.selfTest?.isExact === true,
    backgroundHash: files.background,
  }
}
