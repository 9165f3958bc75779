// What the explainer and its worker process say to each other.
import type { Answer } from '@/lib/onnx/decode'
import type { Row } from '@/lib/onnx/encode'
import { isProblem, ProblemError, type ProblemKind } from '@/lib/platform/errors'
import type { Runtime, Signature } from '@/lib/registry/contract'
import type { Explanation, Scale } from '../contract'
import type { CounterfactualsAnswer, CounterfactualsAsked } from './tasks/counterfactuals'
import type { DependenceAnswer, DependenceAsked } from './tasks/dependence'
import type { InteractionsAsked, InteractionsFound } from './tasks/interactions'
import type { ReferenceAsked, ReferenceExplained } from './tasks/reference-explanations'
import type { TriedRow } from './tasks/what-if'

/** What is needed of a version: plain data, so that the worker needs no database. */
export interface ExplainedVersion {
  id: string
  runtime: Runtime
  artifactHash: string
  backgroundHash: string
  signature: Signature
  /** Its registration found that the closed form or tables say what the runtime says. */
  isExact: boolean
  /** Its registration found that what is read of the file says what the runtime says, if not in a form that is exact at once. */
  isRead: boolean
}

export interface ExplainAsked {
  row: Row
  /** Without it the scale that is exact, else that of the answer. */
  scale?: Scale
  /** See AdaptiveOptions. */
  permutations?: number
}

/** What can be asked of a version: what is sent, and what comes back. Both are plain data (structured clone). */
export interface ExplainerTasks {
  explain: { asked: ExplainAsked; answer: Explanation }
  answers: { asked: { rows: readonly Row[] }; answer: Answer[] }
  'what-if': { asked: { row: Row }; answer: TriedRow }
  counterfactuals: { asked: CounterfactualsAsked; answer: CounterfactualsAnswer }
  dependence: { asked: DependenceAsked; answer: DependenceAnswer }
  interactions: { asked: InteractionsAsked; answer: InteractionsFound }
  'reference-explanations': { asked: ReferenceAsked; answer: ReferenceExplained }
}
export type TaskKind = keyof ExplainerTasks

export interface ExplainerRequest<K extends TaskKind = TaskKind> {
  version: ExplainedVersion
  kind: K
  asked: ExplainerTasks[K]['asked']
}

export type ExplainerReply =
  | { kind: 'answered'; answer: ExplainerTasks[TaskKind]['answer'] }
  | { kind: 'refused'; problem: { kind: ProblemKind; code: string; message: string } }

export function refusal(error: unknown): Extract<ExplainerReply, { kind: 'refused' }> {
  const { kind, code, message } = isProblem(error)
    ? error
    : new ProblemError('internal', 'The explanation failed. The log of the server says why.', { code: 'explanation_failed' })
  return { kind: 'refused', problem: { kind, code, message } }
}
