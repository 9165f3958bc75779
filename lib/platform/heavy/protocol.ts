// What the second process can be asked to do: one entry a kind of work, all plain data (structured clone). The function
// of each kind stands in server/heavy.ts, which may import every room; this file imports none of them.
import type { ProblemKind } from '../errors'

export interface HeavyTasks {
  /** Scores a batch job from its last checkpoint on; how it ended is in its row. */
  batch: { asked: { jobId: string }; progress: { rowsRead: number }; answer: null }
}
export type HeavyKind = keyof HeavyTasks

/** Why a task is asked to stop. A paused one will be asked for again. */
export type StopReason = 'pause' | 'cancel' | 'shutdown'

/** What a task is given beside what is asked. */
export interface HeavyCircumstances<K extends HeavyKind> {
  /** Aborted with a StopReason. */
  signal: AbortSignal
  report(progress: HeavyTasks[K]['progress']): void
}

export type HeavyWork = { [K in HeavyKind]: (asked: HeavyTasks[K]['asked'], circumstances: HeavyCircumstances<K>) => Promise<HeavyTasks[K]['answer']> }

export type HeavyRequest =
  | { [K in HeavyKind]: { type: 'run'; id: number; kind: K; asked: HeavyTasks[K]['asked'] } }[HeavyKind]
  | { type: 'stop'; id: number; reason: StopReason }
  /** Nothing more will be asked. */
  | { type: 'end' }

export type HeavyReply =
  | { type: 'progress'; id: number; progress: HeavyTasks[HeavyKind]['progress'] }
  | { type: 'answered'; id: number; answer: HeavyTasks[HeavyKind]['answer'] }
  | { type: 'refused'; id: number; problem: { kind: ProblemKind; code: string; message: string } }

/** One task that was handed to the second process. */
export interface HeavyTask<K extends HeavyKind = HeavyKind> {
  /** Rejects with a ProblemError: the task's own, or `heavy_process_ended` where its process died twice without progress. */
  finished: Promise<HeavyTasks[K]['answer']>
  stop(reason: StopReason): void
}
