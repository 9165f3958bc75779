// Outcomes joined to predictions as mergeable tallies, for each kind of task.
import { ClassificationTally, RegressionTally } from '@/lib/math/outcome-tally'
import type { Signature } from '@/lib/registry/contract'
import type { OutcomeValue } from './outcome-value'

export type OutcomeTally = ClassificationTally | RegressionTally

const DEFAULT_THRESHOLD = 0.5

/**
 * Of several classes, "positive" means that the chosen one was right, judged by its own probability at threshold 0: its
 * accuracy is the share that was right, its calibration that of the top label (Guo et al. 2017, arXiv:1706.04599).
 */
function thresholdOf(signature: Signature): number {
  return signature.task === 'multiclass' ? 0 : (signature.decision?.threshold ?? DEFAULT_THRESHOLD)
}

export function newTally(signature: Signature): OutcomeTally {
  return signature.task === 'regression' ? new RegressionTally() : new ClassificationTally(thresholdOf(signature))
}

export function decodeTally(signature: Signature, bytes: Uint8Array): OutcomeTally {
  return signature.task === 'regression' ? RegressionTally.decode(bytes) : ClassificationTally.decode(bytes)
}

export interface JudgedPrediction {
  label: string | null
  score: number | null
  modelScore: number | null
}

/** Judges what the model itself said, also where a guardrail answered. False where there is nothing to judge. */
export function addOutcome(signature: Signature, tally: OutcomeTally, prediction: JudgedPrediction, outcome: OutcomeValue): boolean {
  const said = prediction.modelScore ?? prediction.score
  if (tally instanceof RegressionTally) {
    if (said === null || outcome.value === null) return false
    tally.add(outcome.value, said)
    return true
  }
  if (signature.task === 'multiclass') {
    if (prediction.label === null || outcome.label === null) return false
    tally.add(prediction.label === outcome.label, inUnit(said ?? 1))
    return true
  }
  if (said === null || outcome.value === null) return false
  tally.add(outcome.value === 1, inUnit(said))
  return true
}

/** Single precision may put a probability a hair beyond its range. */
function inUnit(score: number): number {
  return Math.min(1, Math.max(0, score))
}

/** Adds `other`; false where they were judged differently and cannot be added. */
export function mergeTally(into: OutcomeTally, other: OutcomeTally): boolean {
  if (into instanceof RegressionTally && other instanceof RegressionTally) into.merge(other)
  else if (into instanceof ClassificationTally && other instanceof ClassificationTally && into.threshold === other.threshold) into.merge(other)
  else return false
  return true
}
