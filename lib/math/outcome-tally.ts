// What is kept of outcomes joined to predictions, per version and hour: sums and counts that add up, so that
// performance over any span is a merge and no row is read again.
import { ByteReader, ByteWriter } from './bytes'
import { MathError } from './math-error'
import {
  accuracy,
  calibrationOfSums,
  ece,
  f1,
  precision,
  ratio,
  recall,
  rowLogLoss,
  type CalibrationBin,
  type Confusion,
} from './metrics'
import { addToMoments, mergeMoments, noMoments } from './moments'

// Fine enough for the AUC: with 100 bins a model that scores most rows between 0.05 and 0.2 lost 0.008 of it.
const scoreBins = 1000
/** What scoreHistogram() gives. */
const shownBins = 100
const calibrationBins = 10
const encodingVersion = 1

export interface ClassificationPerformance {
  count: number
  positives: number
  confusion: Confusion
  accuracy: number | null
  precision: number | null
  recall: number | null
  f1: number | null
  /** Scores in one bin of width 0.001 count as equal, and equal scores count half; null with one class. */
  auc: number | null
  /** The exact value lies within auc ± this: half the share of pairs whose scores fall into the same bin. */
  aucErrorBound: number | null
  /** Nats. */
  logLoss: number | null
  brier: number | null
  calibration: CalibrationBin[]
  ece: number | null
}

/** A mergeable tally of a two-class model's outcomes, for one decision threshold. */
export class ClassificationTally {
  private readonly negatives = new Float64Array(scoreBins)
  private readonly positives = new Float64Array(scoreBins)
  private readonly calibrationCounts = new Float64Array(calibrationBins)
  private readonly calibrationScores = new Float64Array(calibrationBins)
  private readonly calibrationPositives = new Float64Array(calibrationBins)
  private confusion: Confusion = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
  private logLossSum = 0
  private brierSum = 0

  /** @param threshold predicted positive when score >= threshold */
  constructor(readonly threshold = 0.5) {}

  get count(): number {
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = this.confusion
    return truePositives + falsePositives + trueNegatives + falseNegatives
  }

  /**
   * @param score the predicted probability of the positive class. Throws MathError `invalid-argument` outside [0, 1].
   */
  add(isPositive: boolean, score: number): void {
    if (!(score >= 0 && score <= 1)) {
      throw new MathError('invalid-argument', `A probability is between 0 and 1, not ${score}.`)
    }
    increase(isPositive ? this.positives : this.negatives, Math.min(Math.floor(score * scoreBins), scoreBins - 1), 1)
    const bin = Math.min(Math.floor(score * calibrationBins), calibrationBins - 1)
    increase(this.calibrationCounts, bin, 1)
    increase(this.calibrationScores, bin, score)
    if (isPositive) increase(this.calibrationPositives, bin, 1)
    if (score >= this.threshold) this.confusion[isPositive ? 'truePositives' : 'falsePositives']++
    else this.confusion[isPositive ? 'falseNegatives' : 'trueNegatives']++
    this.logLossSum += rowLogLoss(isPositive, score)
    this.brierSum += (score - (isPositive ? 1 : 0)) ** 2
  }

  /** Adds another tally to this one. Throws MathError `shape-mismatch` when it was made for another threshold. */
  merge(other: ClassificationTally): void {
    if (other.threshold !== this.threshold) {
      throw new MathError(
        'shape-mismatch',
        `Outcomes judged at ${other.threshold} cannot be added to outcomes judged at ${this.threshold}.`,
      )
    }
    increaseAll(this.negatives, other.negatives)
    increaseAll(this.positives, other.positives)
    increaseAll(this.calibrationCounts, other.calibrationCounts)
    increaseAll(this.calibrationScores, other.calibrationScores)
    increaseAll(this.calibrationPositives, other.calibrationPositives)
    this.confusion.truePositives += other.confusion.truePositives
    this.confusion.falsePositives += other.confusion.falsePositives
    this.confusion.trueNegatives += other.confusion.trueNegatives
    this.confusion.falseNegatives += other.confusion.falseNegatives
    this.logLossSum += other.logLossSum
    this.brierSum += other.brierSum
  }

  performance(): ClassificationPerformance {
    const count = this.count
    const table = calibrationOfSums(this.calibrationCounts, this.calibrationScores, this.calibrationPositives)
    return {
      count,
      positives: this.confusion.truePositives + this.confusion.falseNegatives,
      confusion: { ...this.confusion },
      accuracy: accuracy(this.confusion),
      precision: precision(this.confusion),
      recall: recall(this.confusion),
      f1: f1(this.confusion),
      ...this.areaUnderCurve(),
      logLoss: ratio(this.logLossSum, count),
      brier: ratio(this.brierSum, count),
      calibration: table,
      ece: ece(table),
    }
  }

  /** How the scores of each class are spread: counts in 100 equal bins over [0, 1]. */
  scoreHistogram(): { negatives: Float64Array; positives: Float64Array } {
    return { negatives: coarse(this.negatives), positives: coarse(this.positives) }
  }

  private areaUnderCurve(): { auc: number | null; aucErrorBound: number | null } {
    let negativesBelow = 0
    let positives = 0
    let wins = 0
    let undecided = 0
    for (let bin = 0; bin < scoreBins; bin++) {
      const positive = this.positives[bin] as number
      const negative = this.negatives[bin] as number
      wins += positive * negativesBelow
      undecided += positive * negative
      negativesBelow += negative
      positives += positive
    }
    const pairs = positives * negativesBelow
    return { auc: ratio(wins + undecided / 2, pairs), aucErrorBound: ratio(undecided / 2, pairs) }
  }

  encode(): Uint8Array {
    const writer = new ByteWriter()
    writer.byte(encodingVersion)
    writer.float64(this.threshold)
    writer.float64(this.logLossSum)
    writer.float64(this.brierSum)
    writer.count(this.confusion.truePositives)
    writer.count(this.confusion.falsePositives)
    writer.count(this.confusion.trueNegatives)
    writer.count(this.confusion.falseNegatives)
    for (let bin = 0; bin < calibrationBins; bin++) {
      const count = this.calibrationCounts[bin] as number
      writer.count(count)
      if (count === 0) continue
      writer.count(this.calibrationPositives[bin] as number)
      writer.float64(this.calibrationScores[bin] as number)
    }
    writer.sparseCounts(this.negatives)
    writer.sparseCounts(this.positives)
    return writer.finish()
  }

  /** Throws MathError `malformed-bytes`. */
  static decode(bytes: Uint8Array): ClassificationTally {
    const reader = new ByteReader(bytes)
    reader.expectVersion('tally of outcomes', encodingVersion)
    const tally = new ClassificationTally(reader.float64())
    tally.logLossSum = reader.float64()
    tally.brierSum = reader.float64()
    tally.confusion = {
      truePositives: reader.count(),
      falsePositives: reader.count(),
      trueNegatives: reader.count(),
      falseNegatives: reader.count(),
    }
    for (let bin = 0; bin < calibrationBins; bin++) {
      const count = reader.count()
      tally.calibrationCounts[bin] = count
      if (count === 0) continue
      tally.calibrationPositives[bin] = reader.count()
      tally.calibrationScores[bin] = reader.float64()
    }
    reader.sparseCounts(tally.negatives)
    reader.sparseCounts(tally.positives)
    reader.expectEnd('tally of outcomes')
    return tally
  }
}

/** Unit of the target unless stated; null without outcomes. */
export interface RegressionPerformance {
  count: number
  meanAbsoluteError: number | null
  rootMeanSquaredError: number | null
  /** Mean of predicted minus actual. */
  bias: number | null
  /**
   * 1 - squared errors / squared differences of the actual values from their mean; null also when they are all equal.
   */
  r2: number | null
  /** Mean |error / actual| over outcomes that are not 0, as a share; null without any. */
  mape: number | null
}

/** A mergeable tally of a regression model's outcomes. */
export class RegressionTally {
  // Mean and squared differences, not sums of y and y²: R² keeps its digits when y is large against its spread.
  private actual = noMoments
  private errorSum = 0
  private absoluteSum = 0
  private squaredSum = 0
  private relativeSum = 0
  private relativeCount = 0

  get count(): number {
    return this.actual.count
  }

  /** @param actual, predicted in the unit of the target. Throws MathError `invalid-argument` unless both are finite,
   * and so is their squared difference. */
  add(actual: number, predicted: number): void {
    const error = predicted - actual
    if (!Number.isFinite(error * error)) {
      throw new MathError('invalid-argument', `An outcome of ${actual} for a prediction of ${predicted} has no error.`)
    }
    this.actual = addToMoments(this.actual, actual)
    this.errorSum += error
    this.absoluteSum += Math.abs(error)
    this.squaredSum += error * error
    const relative = Math.abs(error / actual)
    // An actual value of 0, or next to it, has no relative error; infinity would stay in the sum for good.
    if (!Number.isFinite(relative)) return
    this.relativeSum += relative
    this.relativeCount++
  }

  /** Adds another tally to this one. */
  merge(other: RegressionTally): void {
    this.actual = mergeMoments(this.actual, other.actual)
    this.errorSum += other.errorSum
    this.absoluteSum += other.absoluteSum
    this.squaredSum += other.squaredSum
    this.relativeSum += other.relativeSum
    this.relativeCount += other.relativeCount
  }

  performance(): RegressionPerformance {
    const { count, m2 } = this.actual
    const meanSquared = ratio(this.squaredSum, count)
    const unexplained = ratio(this.squaredSum, m2)
    return {
      count,
      meanAbsoluteError: ratio(this.absoluteSum, count),
      rootMeanSquaredError: meanSquared === null ? null : Math.sqrt(meanSquared),
      bias: ratio(this.errorSum, count),
      r2: unexplained === null ? null : 1 - unexplained,
      mape: ratio(this.relativeSum, this.relativeCount),
    }
  }

  encode(): Uint8Array {
    const writer = new ByteWriter()
    writer.byte(encodingVersion)
    writer.count(this.actual.count)
    writer.float64(this.actual.mean)
    writer.float64(this.actual.m2)
    writer.float64(this.errorSum)
    writer.float64(this.absoluteSum)
    writer.float64(this.squaredSum)
    writer.float64(this.relativeSum)
    writer.count(this.relativeCount)
    return writer.finish()
  }

  /** Throws MathError `malformed-bytes`. */
  static decode(bytes: Uint8Array): RegressionTally {
    const reader = new ByteReader(bytes)
    reader.expectVersion('tally of outcomes', encodingVersion)
    const tally = new RegressionTally()
    tally.actual = { count: reader.count(), mean: reader.float64(), m2: reader.float64() }
    tally.errorSum = reader.float64()
    tally.absoluteSum = reader.float64()
    tally.squaredSum = reader.float64()
    tally.relativeSum = reader.float64()
    tally.relativeCount = reader.count()
    reader.expectEnd('tally of outcomes')
    return tally
  }
}

function coarse(bins: Float64Array): Float64Array {
  const result = new Float64Array(shownBins)
  bins.forEach((count, bin) => increase(result, Math.floor((bin * shownBins) / scoreBins), count))
  return result
}

function increase(values: Float64Array, index: number, by: number): void {
  values[index] = (values[index] as number) + by
}

function increaseAll(values: Float64Array, by: Float64Array): void {
  for (let i = 0; i < values.length; i++) increase(values, i, by[i] as number)
}
