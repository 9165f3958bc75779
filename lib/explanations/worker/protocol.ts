// What the explainer and its worker process say to each other.
import type { Row } from '@/lib/onnx/encode'
import { isProblem, ProblemError, type ProblemKind } from '@/lib/platform/errors'
import type { Signature } from '@/lib/registry/contract'
import type { Explanation } from '../contract'

/** What is needed of a version: plain data, so that the worker needs no database. */
export interface ExplainedVersion {
  id: string
  artifactHash: string
  backgroundHash: string
  signature: Signature
}

export interface ExplainRequest {
  version: ExplainedVersion
  row: Row
  /** See AdaptiveOptions. */
  permutations?: number
}

export type ExplainReply =
  | { kind: 'explained'; explanation: Explanation }
  | { kind: 'refused'; problem: { kind: ProblemKind; code: string; message: string } }

export function refusal(error: unknown): ExplainReply {
  const { kind, code, message } = isProblem(error)
    ? error
    : new ProblemError('internal', 'The explanation failed. The log of the server says why.', { code: 'explanation_failed' })
  return { kind: 'refused', problem: { kind, code, message } }
}
