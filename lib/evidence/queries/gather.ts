// Everything that stands behind predictions, as a bundle has it.
import { inArray } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { callerNames, explanationOf } from '@/lib/explanations/queries'
import type { StoredExplanation } from '@/lib/explanations/contract'
import { answerInWords, outcomeInWords, rowOf } from '@/lib/explanations/rules'
import { readStoredFile } from '@/lib/platform/storage'
import type { Signature, Version } from '@/lib/registry/contract'
import { findModel, versionById } from '@/lib/registry/queries'
import type { ReleaseRecord } from '@/lib/releases/contract'
import { findRelease, recordsOf } from '@/lib/releases/queries'
import type { Prediction } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import type { BundleContent, EvidenceExplanation, EvidenceFile, EvidencePrediction, EvidenceRelease, EvidenceVersion } from '../contract/bundle'
import { byColumns } from '../rules/columns'
import { iso, withIsoTimes } from '../rules/times'
import { SettingsInForce } from './settings'

/** A prediction with the version that made it. */
export interface FoundPrediction {
  prediction: Prediction
  version: Version
}

/** In the order of the ids; null where there is none. Versions are read once. */
export async function findPredictions(db: Session, ids: readonly string[]): Promise<(FoundPrediction | null)[]> {
  const versions = new Map<string, Promise<Version | undefined>>()
  const found: (FoundPrediction | null)[] = []
  for (const id of ids) {
    const prediction = await findPrediction(db, id)
    if (!prediction) {
      found.push(null)
      continue
    }
    const reading = versions.get(prediction.versionId) ?? versionById(db, prediction.versionId)
    versions.set(prediction.versionId, reading)
    const version = await reading
    found.push(version ? { prediction, version } : null)
  }
  return found
}

export type Gathered = Pick<BundleContent, 'predictions' | 'models' | 'versions' | 'releases' | 'settings' | 'files'>

/** @param includes whether a version's artifact goes in */
export async function gatherEvidence(db: Session, found: readonly FoundPrediction[], includes: (version: Version) => boolean): Promise<Gathered> {
  const settings = new SettingsInForce(db)
  const predictions = await predictionsOf(db, found, settings)
  const versions = [...new Map(found.map(({ version }) => [version.id, version])).values()]
  return {
    predictions,
    models: await modelsOf(db, versions),
    versions: Object.fromEntries(versions.map((version) => [version.id, evidenceVersion(version)])),
    releases: await releasesOf(db, found, settings),
    settings: settings.named,
    files: await filesOf(versions, includes),
  }
}

async function predictionsOf(db: Session, found: readonly FoundPrediction[], settings: SettingsInForce): Promise<Record<string, EvidencePrediction>> {
  const names = await callerNames(db, found.map(({ prediction }) => prediction.caller))
  const outcomes = await outcomesOf(db, found.map(({ prediction }) => prediction.id))
  const entries: [string, EvidencePrediction][] = []
  for (const { prediction, version } of found) {
    const { id, at, modelId, versionId, releaseId, environment, caller, subject, requestId, label, score, modelScore, guardrail, latencyMicros, topReason } = prediction
    const { signature } = version
    const stored = await explanationOf(db, prediction, version)
    const outcome = outcomes.get(id)
    entries.push([
      id,
      {
        at: iso(at), model: modelId, version: versionId, release: releaseId, environment,
        caller: { id: caller, name: names.get(caller) ?? caller },
        subject, requestId,
        inputs: rowOf(signature, prediction.inputs),
        answer: { inWords: answerInWords(signature, prediction), label, score, probabilities: prediction.extra },
        modelScore, guardrail, latencyMicros,
        explanation: stored && evidenceExplanation(signature, stored),
        topReason,
        outcome: outcome ? { inWords: outcomeInWords(signature, outcome), occurredAt: iso(outcome.occurredAt), receivedAt: iso(outcome.receivedAt) } : null,
        settings: {
          guardrails: await settings.at('guardrails', modelId, environment, at),
          explanationPolicy: await settings.at('explanation-policy', modelId, environment, at),
          reasons: await settings.at('reasons', modelId, environment, at),
        },
        replayed: null,
      },
    ])
  }
  return Object.fromEntries(entries)
}

function evidenceExplanation(signature: Signature, stored: StoredExplanation): EvidenceExplanation {
  const { method, scale, base, values, errors, permutations, residual, chosenClass, backgroundHash, createdAt } = stored
  return {
    method, scale, base,
    values: byColumns(signature, values),
    errors: method === 'exact' ? null : byColumns(signature, errors),
    permutations, residual,
    chosenClass: chosenClass ?? null,
    backgroundHash,
    createdAt: iso(createdAt),
  }
}

async function outcomesOf(db: Session, ids: readonly string[]) {
  const { outcomes } = db.tables(servingTables)
  const rows = await db.select().from(outcomes).where(inArray(outcomes.predictionId, [...ids]))
  return new Map(rows.map((row) => [row.predictionId, row]))
}

async function modelsOf(db: Session, versions: readonly Version[]): Promise<BundleContent['models']> {
  const ids = [...new Set(versions.map(({ modelId }) => modelId))]
  const models = await Promise.all(ids.map((id) => findModel(db, id)))
  return Object.fromEntries(models.flatMap((model) => (model ? [[model.id, withIsoTimes(model)]] : [])))
}

function evidenceVersion(version: Version): EvidenceVersion {
  const { modelId, number, description, runtime, artifactHash, artifactBytes, files, signature, lineage, reference, explainability, createdAt, createdBy, createdByName } = version
  return {
    model: modelId, number, description,
    ...(runtime === 'remote' ? { runtime } : {}),
    artifactHash, artifactBytes,
    referenceHash: files.reference ?? null,
    backgroundHash: files.background ?? null,
    signature, lineage,
    referenceMetrics: reference?.metrics ?? null,
    explainability,
    registeredAt: iso(createdAt),
    registeredBy: { id: createdBy, name: createdByName },
  }
}

async function releasesOf(db: Session, found: readonly FoundPrediction[], settings: SettingsInForce): Promise<Record<string, EvidenceRelease>> {
  const ids = [...new Set(found.map(({ prediction }) => prediction.releaseId).filter((id) => id !== null))]
  const releases = (await Promise.all(ids.map((id) => findRelease(db, id)))).filter((release) => release !== null)
  const entries: [string, EvidenceRelease][] = []
  for (const record of await recordsOf(db, releases)) entries.push([record.id, { ...withIsoTimes(record), policy: await policyOf(record, settings) }])
  return Object.fromEntries(entries)
}

/** What its promotion had to meet. */
async function policyOf({ promotion, modelId, environment }: ReleaseRecord, settings: SettingsInForce): Promise<string | null> {
  return promotion && settings.at('policy', modelId, environment, promotion.requestedAt)
}

async function filesOf(versions: readonly Version[], includes: (version: Version) => boolean): Promise<Record<string, EvidenceFile>> {
  const files: Record<string, EvidenceFile> = {}
  for (const version of versions) {
    const { background } = version.files
    if (background !== undefined) {
      const content = Buffer.from(await readStoredFile(background))
      files[background] = { kind: 'background', bytes: content.length, encoding: 'utf8', content: content.toString('utf8') }
    }
    if (!includes(version)) continue
    const content = Buffer.from(await readStoredFile(version.artifactHash))
    files[version.artifactHash] = { kind: 'artifact', bytes: content.length, encoding: 'base64', content: content.toString('base64') }
  }
  return files
}
