// How good predictions were, exactly, from rows. outcome-tally.ts has the same from mergeable counts.
import { MathError } from './math-error'

/** Scores are kept this far from 0 and 1 in the log loss: float64's epsilon, as scikit-learn 1.7. */
const scoreEpsilon = Number.EPSILON

/**
 * Rows of a two-class model: `y[i]` 1 for the positive class and 0 else, `score[i]` finite, and in [0, 1] wherever it
 * is taken as a probability. All functions of this file throw MathError `invalid-argument` without rows or for other
 * values, `shape-mismatch` for lists of different lengths, and answer null where the measure is not defined.
 */
export interface ScoredRows {
  y: ArrayLike<number>
  score: ArrayLike<number>
}

export interface Confusion {
  truePositives: number
  falsePositives: number
  trueNegatives: number
  falseNegatives: number
}

/** Predicted positive when score >= threshold. */
export function confusion({ y, score }: ScoredRows, threshold = 0.5): Confusion {
  checkRows({ y, score })
  const result = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
  for (let i = 0; i < y.length; i++) {
    const isPredicted = (score[i] as number) >= threshold
    if (y[i] === 1) result[isPredicted ? 'truePositives' : 'falseNegatives']++
    else result[isPredicted ? 'falsePositives' : 'trueNegatives']++
  }
  return result
}

/** Share of rows predicted right. */
export function accuracy({ truePositives, falsePositives, trueNegatives, falseNegatives }: Confusion): number | null {
  return ratio(truePositives + trueNegatives, truePositives + falsePositives + trueNegatives + falseNegatives)
}

/** Share of the predicted positives that are positive; null when none was predicted. */
export function precision({ truePositives, falsePositives }: Confusion): number | null {
  return ratio(truePositives, truePositives + falsePositives)
}

/** Share of the positives that were predicted; null when there are none. */
export function recall({ truePositives, falseNegatives }: Confusion): number | null {
  return ratio(truePositives, truePositives + falseNegatives)
}

/** Harmonic mean of precision and recall; null when nothing is positive nor predicted so. */
export function f1({ truePositives, falsePositives, falseNegatives }: Confusion): number | null {
  return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
}

/**
 * Area under the ROC curve: the chance that a positive scores above a negative, equal scores counting half. null with
 * one class.
 */
export function auc(rows: ScoredRows): number | null {
  let wins = 0
  let positivesAbove = 0
  let negatives = 0
  for (const { positive, negative } of tiesDescending(rows)) {
    wins += negative * (positivesAbove + positive / 2)
    positivesAbove += positive
    negatives += negative
  }
  return ratio(wins, positivesAbove * negatives)
}

/**
 * Average precision: the sum over distinct scores, from above, of the gain in recall times the precision there. null
 * without positives.
 */
export function averagePrecision(rows: ScoredRows): number | null {
  let truePositives = 0
  let predicted = 0
  let sum = 0
  for (const { positive, negative } of tiesDescending(rows)) {
    truePositives += positive
    predicted += positive + negative
    sum += (positive * truePositives) / predicted
  }
  return ratio(sum, truePositives)
}

/** Largest distance between the score's distribution functions of the two classes, in [0, 1]. null with one class. */
export function ksOfScores(rows: ScoredRows): number | null {
  const ties = tiesDescending(rows)
  const positives = ties.reduce((sum, tie) => sum + tie.positive, 0)
  const negatives = ties.reduce((sum, tie) => sum + tie.negative, 0)
  if (positives === 0 || negatives === 0) return null
  let positivesAbove = 0
  let negativesAbove = 0
  let largest = 0
  for (const { positive, negative } of ties) {
    positivesAbove += positive
    negativesAbove += negative
    largest = Math.max(largest, Math.abs(positivesAbove / positives - negativesAbove / negatives))
  }
  return largest
}

/** Mean negative log-likelihood in nats. */
export function logLoss({ y, score }: ScoredRows): number {
  checkRows({ y, score }, true)
  let sum = 0
  for (let i = 0; i < y.length; i++) sum += rowLogLoss(y[i] === 1, score[i] as number)
  return sum / y.length
}

/** One row's negative log-likelihood, the score kept within [epsilon, 1 - epsilon]. */
export function rowLogLoss(isPositive: boolean, score: number): number {
  const kept = Math.min(1 - scoreEpsilon, Math.max(scoreEpsilon, score))
  return -Math.log(isPositive ? kept : 1 - kept)
}

/** Mean squared difference of score and class, in [0, 1]. */
export function brier({ y, score }: ScoredRows): number {
  checkRows({ y, score }, true)
  let sum = 0
  for (let i = 0; i < y.length; i++) sum += ((score[i] as number) - (y[i] as number)) ** 2
  return sum / y.length
}

export interface CalibrationBin {
  count: number
  /** null in an empty bin. */
  meanScore: number | null
  positiveShare: number | null
}

/** Equal-width bins over [0, 1]: bin = min(floor(bins score), bins - 1). */
export function calibration({ y, score }: ScoredRows, bins = 10): CalibrationBin[] {
  checkRows({ y, score }, true)
  const counts = new Float64Array(bins)
  const scores = new Float64Array(bins)
  const positives = new Float64Array(bins)
  for (let i = 0; i < y.length; i++) {
    const bin = Math.min(Math.floor(bins * (score[i] as number)), bins - 1)
    counts[bin] = (counts[bin] as number) + 1
    scores[bin] = (scores[bin] as number) + (score[i] as number)
    positives[bin] = (positives[bin] as number) + (y[i] as number)
  }
  return calibrationOfSums(counts, scores, positives)
}

export function calibrationOfSums(
  counts: Float64Array,
  scoreSums: Float64Array,
  positives: Float64Array,
): CalibrationBin[] {
  return Array.from(counts, (count, bin) => ({
    count,
    meanScore: ratio(scoreSums[bin] as number, count),
    positiveShare: ratio(positives[bin] as number, count),
  }))
}

/** Expected calibration error: the bins' |mean score - share of positives|, weighted by their counts; in [0, 1]. */
export function ece(table: readonly CalibrationBin[]): number | null {
  let sum = 0
  let total = 0
  for (const { count, meanScore, positiveShare } of table) {
    if (meanScore === null || positiveShare === null) continue
    sum += count * Math.abs(meanScore - positiveShare)
    total += count
  }
  return ratio(sum, total)
}

/** Unit of the target unless stated. The error is predicted minus actual. */
export interface RegressionMetrics {
  count: number
  meanAbsoluteError: number
  rootMeanSquaredError: number
  meanSquaredError: number
  medianAbsoluteError: number
  /** Mean error: above 0 when predictions are too high. */
  bias: number
  maxError: number
  /** Mean |error / actual| over rows whose actual value is not 0, as a share; null without any. */
  mape: number | null
  /** 1 - squared errors / squared differences from the mean; null when all actual values are equal. */
  r2: number | null
  /** As r2, but without the bias; null likewise. */
  explainedVariance: number | null
}

/** @param actual, predicted finite numbers in the unit of the target, one of each for a row */
export function regressionMetrics(actual: ArrayLike<number>, predicted: ArrayLike<number>): RegressionMetrics {
  const count = checkPairs(actual, predicted)
  const mean = meanOf(actual)
  const errors = Float64Array.from(actual, (value, i) => (predicted[i] as number) - value)
  const bias = meanOf(errors)
  let squared = 0
  let absolute = 0
  let aroundBias = 0
  let aroundMean = 0
  let relative = 0
  let relativeCount = 0
  for (let i = 0; i < count; i++) {
    const error = errors[i] as number
    const value = actual[i] as number
    squared += error * error
    absolute += Math.abs(error)
    aroundBias += (error - bias) ** 2
    aroundMean += (value - mean) ** 2
    const share = Math.abs(error / value)
    if (!Number.isFinite(share)) continue
    relative += share
    relativeCount++
  }
  const sorted = errors.map(Math.abs).sort()
  return {
    count,
    meanAbsoluteError: absolute / count,
    rootMeanSquaredError: Math.sqrt(squared / count),
    meanSquaredError: squared / count,
    medianAbsoluteError: ((sorted[(count - 1) >> 1] as number) + (sorted[count >> 1] as number)) / 2,
    bias,
    maxError: sorted[count - 1] as number,
    mape: ratio(relative, relativeCount),
    r2: aroundMean === 0 ? null : 1 - squared / aroundMean,
    explainedVariance: aroundMean === 0 ? null : 1 - aroundBias / aroundMean,
  }
}

/** null instead of a division by 0. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/** The classes counted at each distinct score, highest score first. */
function tiesDescending({ y, score }: ScoredRows): { positive: number; negative: number }[] {
  checkRows({ y, score })
  const order = Uint32Array.from(y, (_, i) => i).sort((a, b) => (score[b] as number) - (score[a] as number))
  const ties: { positive: number; negative: number }[] = []
  let previous: number | undefined
  for (const row of order) {
    if (score[row] !== previous) ties.push({ positive: 0, negative: 0 })
    previous = score[row]
    const tie = ties[ties.length - 1]
    if (tie) tie[y[row] === 1 ? 'positive' : 'negative']++
  }
  return ties
}

function checkRows({ y, score }: ScoredRows, areProbabilities = false): void {
  checkPairs(y, score)
  for (let i = 0; i < y.length; i++) {
    if (y[i] !== 0 && y[i] !== 1) throw new MathError('invalid-argument', `A class is 0 or 1, not ${y[i]}.`)
    const value = score[i] as number
    if (areProbabilities && !(value >= 0 && value <= 1)) {
      throw new MathError('invalid-argument', `A probability is between 0 and 1, not ${value}.`)
    }
  }
}

function checkPairs(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new MathError('shape-mismatch', `${a.length} outcomes, but ${b.length} predictions.`)
  if (a.length === 0) throw new MathError('invalid-argument', 'Without rows nothing can be measured.')
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(a[i]) || !Number.isFinite(b[i])) {
      throw new MathError('invalid-argument', `Row ${i} is not a pair of finite numbers.`)
    }
  }
  return a.length
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum / values.length
}
