// How well the version answers its own reference rows, where the file says what really happened.
import { accuracy, auc, averagePrecision, brier, confusion, f1, ksOfScores, logLoss, precision, recall, regressionMetrics } from '@/lib/math/metrics'
import type { Answer } from '@/lib/onnx/decode'
import type { Signature } from '../contract'

/** Names as data scientists write them; a measure that is not defined on these rows is left out. */
export function realisedMetrics(
  signature: Signature,
  answers: readonly Answer[],
  targets: readonly (string | number | null)[],
): Record<string, number> {
  const known = answers.flatMap((answer, index) => {
    const target = targets[index]
    return target === null || target === undefined ? [] : [{ answer, target }]
  })
  if (known.length === 0) return {}
  if (signature.task === 'regression') {
    return regression(known.map((row) => Number(row.target)), known.map((row) => row.answer.value ?? NaN))
  }
  const rightByLabel = known.filter(({ target, answer }) => String(target) === String(answer.label)).length
  if (signature.task === 'multiclass' || known.some((row) => row.answer.score === undefined)) {
    return { accuracy: rightByLabel / known.length }
  }
  const positive = String(signature.positiveClass ?? 1)
  return binary(
    known.map((row) => (String(row.target) === positive ? 1 : 0)),
    known.map((row) => row.answer.score ?? NaN),
    signature.decision?.threshold ?? 0.5,
  )
}

function regression(actual: number[], predicted: number[]): Record<string, number> {
  const { meanAbsoluteError, rootMeanSquaredError, bias, mape, r2 } = regressionMetrics(actual, predicted)
  return defined({ mae: meanAbsoluteError, rmse: rootMeanSquaredError, bias, mape, r2 })
}

function binary(y: number[], score: number[], threshold: number): Record<string, number> {
  const rows = { y, score }
  const table = confusion(rows, threshold)
  const areProbabilities = score.every((one) => one >= 0 && one <= 1)
  return defined({
    auc: auc(rows),
    accuracy: accuracy(table),
    precision: precision(table),
    recall: recall(table),
    f1: f1(table),
    average_precision: averagePrecision(rows),
    ks: ksOfScores(rows),
    brier: areProbabilities ? brier(rows) : null,
    log_loss: areProbabilities ? logLoss(rows) : null,
  })
}

function defined(metrics: Record<string, number | null>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== null))
}
