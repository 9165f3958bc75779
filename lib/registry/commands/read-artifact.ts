// From the bytes somebody sent to a signature, with a sentence for every file that cannot be served.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { summarize } from '@/lib/onnx/graph-summary'
import { ModelFileError, readModelFile, type ModelFile } from '@/lib/onnx/model-file'
import { readSignature } from '@/lib/onnx/signature'
import { withoutZipMap } from '@/lib/onnx/zip-map'
import { sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import { parse } from '@/lib/platform/parse'
import { versionMetadataSchema, type Inspection, type Signature, type VersionMetadata } from '../contract'
import { versionsOfArtifact } from '../queries'
import { refineSignature } from '../rules'

export interface ReadArtifact {
  signature: Signature
  file: ModelFile
}

/** Throws `model_…` with what is wrong with the file, or `metadata_does_not_fit`. */
export function readArtifact(artifact: Uint8Array, metadata: VersionMetadata): ReadArtifact {
  const { featureOrder, classes, positiveClass, task } = metadata
  try {
    const file = readModelFile(withoutZipMap(artifact) ?? artifact)
    const graph = readSignature(file, { featureOrder: usableOrder(file, featureOrder), classes, positiveClass, task })
    return { file, signature: refineSignature(graph, metadata) }
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error
    const code = `model_${error.code.replaceAll('-', '_')}`
    const path = error.code === 'hints' ? 'metadata' : 'artifact'
    throw new ProblemError('invalid', error.message, { code, cause: error, fields: [{ path, rule: error.code, message: error.message }] })
  }
}

/** Inputs that are a column each are named by the graph; an order of names is for a matrix. */
function usableOrder(file: ModelFile, featureOrder: string[] | undefined): string[] | undefined {
  if (featureOrder === undefined) return undefined
  const inputs = file.graph.inputs.filter((input) => !file.graph.initializers.has(input.name)).map((input) => input.name)
  return inputs.length === featureOrder.length && featureOrder.every((name) => inputs.includes(name)) ? undefined : featureOrder
}

/** What a file says of itself, refined by the metadata if there is any; nothing is saved and the file is not run. */
export async function inspectArtifact(actor: Principal | null, artifact: Uint8Array, metadata: VersionMetadata = {}): Promise<Inspection> {
  authorize(actor, 'registry:write')
  const { signature, file } = readArtifact(artifact, parse(versionMetadataSchema, metadata))
  const hash = sha256(artifact)
  const registered = await versionsOfArtifact(await database(), hash)
  return {
    sha256: hash,
    bytes: artifact.length,
    signature,
    summary: summarize(file),
    registeredAs: registered.map(({ model, number }) => ({ model, number })),
  }
}
