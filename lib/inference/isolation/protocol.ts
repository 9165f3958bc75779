// What the server and its runner say to each other (server/isolate.ts): one request, one reply. Structured clones: numbers
// that are not finite and values that are absent arrive as they were sent.
import type { Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { isProblem, ProblemError, type FieldProblem, type ProblemKind } from '@/lib/platform/errors'
import type { Answer } from '../session'

export type RunnerRequest =
  | { kind: 'open'; version: string; artifact: Uint8Array; signature: GraphSignature }
  | { kind: 'run'; version: string; rows: readonly Row[] }
  | { kind: 'close'; version: string }

export interface Refusal {
  kind: ProblemKind
  code: string
  message: string
  fields: FieldProblem[]
}

export type RunnerReply = { answers: Answer[] } | { refusal: Refusal }

export function refusalOf(error: unknown): Refusal {
  if (isProblem(error)) return { kind: error.kind, code: error.code, message: error.message, fields: error.fields }
  return { kind: 'internal', code: 'model_failed', message: 'The model failed on these rows. The log of the server says why.', fields: [] }
}

export function problemOf({ kind, code, message, fields }: Refusal): ProblemError {
  return new ProblemError(kind, message, { code, fields })
}
