// What the engine and its threads say to each other.
import { isProblem, ProblemError, type ProblemKind } from '@/lib/platform/errors'
import type { Block, ScoredBlock } from '../score/block'
import type { ScorerSetup } from '../score/block-scorer'

export interface ThreadSetup extends ScorerSetup {
  /** In memory that all threads share. */
  artifact: Uint8Array
}

export type ThreadRequest = { type: 'score'; id: number; block: Block } | { type: 'end' }

export type ThreadReply =
  | { type: 'scored'; id: number; scored: ScoredBlock }
  | { type: 'failed'; id: number; problem: { kind: ProblemKind; code: string; message: string } | null; error: unknown }

export function failure(id: number, error: unknown): ThreadReply {
  if (!isProblem(error)) return { type: 'failed', id, problem: null, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  const { kind, code, message } = error
  return { type: 'failed', id, problem: { kind, code, message }, error: null }
}

export function errorOf({ problem, error }: ThreadReply & { type: 'failed' }): Error {
  return problem ? new ProblemError(problem.kind, problem.message, { code: problem.code }) : new Error(String(error))
}
