// Registers a version that a server somewhere else answers for: describe, try, profile, store the document, write it down.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { tryRemote } from '@/lib/inference/remote'
import { sha256 } from '@/lib/platform/crypto'
import { parse } from '@/lib/platform/parse'
import { storeFile } from '@/lib/platform/storage'
import { versionMetadataSchema, type ModelSummary, type Version, type VersionMetadata } from '../contract'
import type { EndpointTrial } from '../contract/remote'
import { describeRemote } from './describe-remote'
import { prepareReference, type ReferenceFile } from './prepare-reference'
import { recordVersion, refuseKnown, slugOf } from './record-version'

export interface RemoteRegistration {
  /** The model's slug; the metadata's where it is not given. */
  model?: string
  metadata?: VersionMetadata
  /** Checked here: see lib/inference/remote/endpoint.ts. */
  endpoint: unknown
  reference?: ReferenceFile
}

export async function registerRemoteVersion(actor: Principal | null, input: RemoteRegistration): Promise<{ model: ModelSummary; version: Version }> {
  authorize(actor, 'registry:write')
  const metadata = parse(versionMetadataSchema, input.metadata ?? {})
  const slug = slugOf(input.model, metadata.model)
  const { document, signature } = await describeRemote(input.endpoint, metadata, input.reference)
  const described = { runtime: 'remote' as const, signature, artifactHash: sha256(document), artifactBytes: document.length }
  await refuseKnown(await database(), slug, described)
  const reference = await prepareReference({ runtime: 'remote', artifact: document }, signature, input.reference, metadata.target)
  await storeFile(document)
  return recordVersion(actor, slug, { ...described, metadata, reference })
}

const MOST_TRIED = 5

/** What would be registered, and what the server answers to a few rows. Nothing is saved. */
export async function tryEndpoint(actor: Principal | null, input: Omit<RemoteRegistration, 'model'>): Promise<EndpointTrial> {
  authorize(actor, 'registry:write')
  const metadata = parse(versionMetadataSchema, input.metadata ?? {})
  const { endpoint, document, signature, rows: found } = await describeRemote(input.endpoint, metadata, input.reference)
  const rows = found.slice(0, MOST_TRIED)
  const startedAt = performance.now()
  const { answers } = await tryRemote({ artifact: document, signature, rows })
  return { endpoint, signature, rows, answers, tookMs: performance.now() - startedAt, isMadeUp: input.reference === undefined }
}
