// Gathers, signs and hands out an evidence bundle, and says in the audit chain that it did.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Database } from '@/lib/database'
import { explainPrediction } from '@/lib/explanations/commands'
import { explanationOf } from '@/lib/explanations/queries'
import { now } from '@/lib/platform/clock'
import { canonicalJson, sha256 } from '@/lib/platform/crypto'
import { environment } from '@/lib/platform/environment'
import { isProblem, ProblemError, type FieldProblem } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import type { Version } from '@/lib/registry/contract'
import { BUNDLE_FORMAT, BUNDLE_FORMAT_VERSION, evidenceRequestSchema, MOST_FILE_BYTES, SMALL_ARTIFACT_BYTES, type Bundle, type BundleContent, type Content, type EvidenceRequest, type IssuedEvidence } from '../contract/bundle'
import { chainSegment } from '../queries/chain'
import { findPredictions, gatherEvidence, type FoundPrediction } from '../queries/gather'
import { asWritten, manifestOf, signedText } from '../rules/manifest'
import { signText } from '../rules/sealed-key'
import { iso } from '../rules/times'
import { runtimeVersions } from '../runtime'
import { replayHere } from './replay-here'
import { openSigningKey } from './signing-key'

/** Explanations that are made for a bundle where the predictions have none: sampling takes seconds each. */
const MOST_EXPLAINED = 25
/** Ids that the audit event lists. */
const MOST_LISTED = 50

/** @param sections further parts that are signed with it, such as a review's notes: section → key → anything that JSON has */
export async function issueEvidence(actor: Principal | null, input: EvidenceRequest, sections: Content = {}): Promise<IssuedEvidence> {
  authorize(actor, 'evidence:issue')
  authorize(actor, 'sensitive:read')
  const { predictions, withArtifact, reason } = parse(evidenceRequestSchema, input)
  const ids = [...new Set(predictions.map((id) => id.toLowerCase()))]
  const db = await database()
  const found = await requirePredictions(db, ids)
  await explainMissing(actor, db, found)
  const gathered = await gatherEvidence(db, found, artifactChoice(found, withArtifact))
  for (const [id, replayed] of await replayHere(found, gathered.predictions)) Object.assign(gathered.predictions[id] ?? {}, { replayed })
  const key = await openSigningKey()
  const segment = await chainSegment(db, {
    modelIds: Object.keys(gathered.models),
    versionIds: Object.keys(gathered.versions),
    promotionIds: Object.values(gathered.releases).flatMap(({ promotion }) => promotion?.id ?? []),
    releaseIds: Object.keys(gathered.releases),
    predictionIds: ids,
    keyId: key.id,
  })
  const id = newId()
  const issuedAt = now()
  const content: BundleContent = asWritten({
    ...sections,
    issue: {
      id,
      issuedAt: iso(issuedAt),
      issuedBy: { kind: actor.kind, id: actor.id, name: actor.name },
      reason: reason ?? null,
      installation: environment().publicUrl,
      predictions: ids,
      runtime: runtimeVersions(),
    },
    ...gathered,
    ...segment,
  })
  const head = { format: BUNDLE_FORMAT, formatVersion: BUNDLE_FORMAT_VERSION, manifest: manifestOf(content) } as const
  const signer = { alg: 'Ed25519', kid: key.id, publicKey: key.publicKey } as const
  const bundle: Bundle<BundleContent> = { ...head, content, signature: { ...signer, value: signText(key.privateKey, signedText({ ...head, signature: signer })) } }
  const text = canonicalJson(bundle)
  const hash = sha256(text)
  await db.write((tx) =>
    appendAuditEvent(tx, {
      actor,
      action: 'evidence.issued',
      target: { kind: 'evidence', id, name: ids.length === 1 ? `evidence of prediction ${ids[0]}` : `evidence of ${ids.length} predictions` },
      modelId: soleModel(found),
      after: { sha256: hash, key: key.id, predictions: ids.length, ids: ids.slice(0, MOST_LISTED), chain: { sequence: content.chain.sequence, hash: content.chain.hash } },
      reason: reason ?? null,
    }),
  )
  return { id, fileName: `evidence-${ids.length === 1 ? ids[0] : id}.json`, text, sha256: hash, bundle }
}

async function requirePredictions(db: Database, ids: readonly string[]): Promise<FoundPrediction[]> {
  const found = await findPredictions(db, ids)
  const fields = found.flatMap((one, index): FieldProblem[] =>
    one ? [] : [{ path: `predictions.${index}`, rule: 'exists', message: 'There is no prediction with this id.' }],
  )
  if (fields.length === 0) return found.filter((one) => one !== null)
  const message = ids.length === 1 ? 'There is no prediction with this id.' : `There is no prediction with ${fields.length} of the ${ids.length} ids.`
  throw new ProblemError('not_found', message, { code: 'prediction_unknown', fields })
}

/** Replaces in `found` nothing: explanations made now are read from their own table. */
async function explainMissing(actor: Principal, db: Database, found: readonly FoundPrediction[]): Promise<void> {
  let made = 0
  for (const { prediction, version } of found) {
    if (version.files.background === undefined || made >= MOST_EXPLAINED || (await explanationOf(db, prediction, version))) continue
    made += 1
    try {
      await explainPrediction(actor, prediction.id)
    } catch (error) {
      // What cannot be explained, or not now, is evidence without an explanation, and says so.
      if (!isProblem(error)) throw error
    }
  }
}

function artifactChoice(found: readonly FoundPrediction[], withArtifact: boolean | undefined): (version: Version) => boolean {
  const includes = (version: Version) => withArtifact ?? version.artifactBytes <= SMALL_ARTIFACT_BYTES
  const artifacts = new Map(found.map(({ version }) => [version.artifactHash, version]))
  const bytes = [...artifacts.values()].filter(includes).reduce((sum, { artifactBytes }) => sum + artifactBytes, 0)
  if (bytes > MOST_FILE_BYTES) {
    throw new ProblemError('too_large', `The models of these predictions have ${Math.ceil(bytes / 1e6)} MB together; a bundle takes ${Math.floor(MOST_FILE_BYTES / 1e6)} MB. Leave the artifacts out: a verifier takes them as files.`, {
      code: 'evidence_too_large',
    })
  }
  return includes
}

function soleModel(found: readonly FoundPrediction[]): string | null {
  const ids = new Set(found.map(({ prediction }) => prediction.modelId))
  const [only] = ids
  return ids.size === 1 && only !== undefined ? only : null
}
