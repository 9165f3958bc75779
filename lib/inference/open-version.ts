// Opens what answers for a version: its model file in ONNX Runtime, or a server somewhere else.
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { openRemote } from './remote'
import { openModel, type LoadedModel } from './session'

export interface OpenableVersion {
  runtime: 'onnx' | 'remote'
  /** The model file, or the document that describes the server. */
  artifact: Uint8Array
  signature: GraphSignature
}

export function openVersion({ runtime, artifact, signature }: OpenableVersion): Promise<LoadedModel> {
  return runtime === 'remote' ? openRemote(artifact, signature) : openModel(artifact, signature)
}
