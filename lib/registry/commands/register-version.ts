// Registers a version from its model file: read, refine, try in a child process, profile, store, and write it down.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { sha256 } from '@/lib/platform/crypto'
import { parse } from '@/lib/platform/parse'
import { storeFile } from '@/lib/platform/storage'
import { versionMetadataSchema, type ModelSummary, type Version, type VersionMetadata } from '../contract'
import { prepareReference, type ReferenceFile } from './prepare-reference'
import { readArtifact } from './read-artifact'
import { recordVersion, refuseKnown, slugOf } from './record-version'

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
  const read = { runtime: 'onnx' as const, signature, artifactHash: sha256(input.artifact), artifactBytes: input.artifact.length }
  await refuseKnown(await database(), slug, read)
  const reference = await prepareReference({ runtime: 'onnx', artifact: input.artifact }, signature, input.reference, metadata.target)
  await storeFile(input.artifact)
  return recordVersion(actor, slug, { ...read, metadata, reference })
}
