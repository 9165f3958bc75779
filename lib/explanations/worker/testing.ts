// For the tests beside: versions as the worker gets them, from a model file and a background sample.
import type { Row } from '@/lib/onnx/encode'
import { canonicalJson } from '@/lib/platform/crypto'
import { storeFile } from '@/lib/platform/storage'
import { readArtifact } from '@/lib/registry/commands/read-artifact'
import type { VersionMetadata } from '@/lib/registry/contract'
import type { ExplainedVersion } from './protocol'

export async function storedVersion(
  artifact: Uint8Array,
  metadata: VersionMetadata,
  background: readonly Row[],
  isExact = false,
): Promise<ExplainedVersion> {
  const { signature } = readArtifact(artifact, metadata)
  const artifactHash = await storeFile(artifact)
  const backgroundHash = await storeFile(Buffer.from(canonicalJson(background)))
  return { id: artifactHash, runtime: 'onnx', artifactHash, backgroundHash, signature, isExact, isRead: isExact }
}
