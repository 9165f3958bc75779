// Which versions give reasons in batch: those that are explained exactly, without asking the model again. Of the others one
// row takes tenths of a second, so that a night would not do for a file of a usual size; its rows can be explained one by one.
import { ProblemError } from '@/lib/platform/errors'
import type { BatchRun, WhyNoReasons } from './contract'

export const whyNoReasons: WhyNoReasons = ({ explainability, files, runtime }) => {
  if (runtime !== 'onnx') return 'A model on another server is explained by asking it again and again, which is too slow for reasons in batch. Explain single predictions instead.'
  if (files.background === undefined) return 'This version was registered without reference data, so there is nothing to explain it against.'
  if (explainability?.kind !== 'exact') return 'This version is explained by asking the model for mixed rows, which is too slow for reasons in batch. Explain single predictions instead.'
  return null
}

export function refuseWithoutReasons({ reasons, version }: BatchRun): void {
  if (reasons === null || (version.runtime.kind === 'onnx' && reasons.background.length > 0)) return
  throw new ProblemError('conflict', 'This version gives no reasons in batch. Start the job without them.', { code: 'batch_without_reasons' })
}
