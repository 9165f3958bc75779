import { describe, expect, it } from 'vitest'
import { MathError } from './math-error'
import {
  accuracy,
  auc,
  averagePrecision,
  brier,
  calibration,
  confusion,
  ece,
  f1,
  ksOfScores,
  logLoss,
  precision,
  recall,
  regressionMetrics,
} from './metrics'
import { ClassificationTally, RegressionTally } from './outcome-tally'
import { expectClose, golden, isSharedPresent, needsShared, sharedJson } from './testing'

interface ExpectedClassification {
  threshold: number
  auc: number
  averagePrecision: number
  logLoss: number
  brier: number
  accuracy: number
  precision: number
  recall: number
  f1: number
  ksOfScores: number
  ece: number
}

function expectClassification(y: number[], score: number[], expected: ExpectedClassification): void {
  const rows = { y, score }
  const counts = confusion(rows, expected.threshold)
  expectClose(auc(rows), expected.auc)
  expectClose(averagePrecision(rows), expected.averagePrecision)
  expectClose(ksOfScores(rows), expected.ksOfScores)
  const tally = new ClassificationTally(expected.threshold)
  y.forEach((actual, i) => tally.add(actual === 1, score[i] ?? NaN))
  const performance = ClassificationTally.decode(tally.encode()).performance()
  expect(performance.confusion).toEqual(counts)
  expect(performance.count).toBe(y.length)
  // Both ways, from rows and from the mergeable tally, where the tally is exact.
  for (const [exact, tallied, value] of [
    [accuracy(counts), performance.accuracy, expected.accuracy],
    [precision(counts), performance.precision, expected.precision],
    [recall(counts), performance.recall, expected.recall],
    [f1(counts), performance.f1, expected.f1],
    [logLoss(rows), performance.logLoss, expected.logLoss],
    [brier(rows), performance.brier, expected.brier],
    [ece(calibration(rows)), performance.ece, expected.ece],
  ] as const) {
    expectClose(exact, value)
    expectClose(tallied, value)
  }
  const difference = Math.abs((performance.auc ?? NaN) - expected.auc)
  expect(difference).toBeLessThanOrEqual((performance.aucErrorBound ?? NaN) + 1e-12)
  // The bound is what could be at worst; scores within a bin are about evenly mixed.
  expect(difference).toBeLessThan(0.002)
}

function expectRegression(actual: number[], predicted: number[], expected: ReturnType<typeof regressionMetrics>): void {
  const found = regressionMetrics(actual, predicted)
  const tally = new RegressionTally()
  actual.forEach((value, i) => tally.add(value, predicted[i] ?? NaN))
  const tallied: Record<string, number | null> = { ...RegressionTally.decode(tally.encode()).performance() }
  for (const name of Object.keys(found) as (keyof typeof found)[]) {
    expectClose(found[name], expected[name] ?? NaN, 1e-9, name)
    const value = tallied[name]
    if (value !== undefined) expectClose(value, expected[name] ?? NaN, 1e-9, `tallied ${name}`)
  }
}

describe('metrics', () => {
  it('of two classes equal scikit-learn, ties and scores of 0 and 1 included', () => {
    const { y, score, ...expected } = golden.classification
    expectClassification(y, score, expected)
    calibration({ y, score }).forEach((bin, i) => {
      const wanted = expected.calibration[i]
      expect(bin.count).toBe(wanted?.count)
      if (wanted === undefined || wanted.meanScore === null) return expect(bin.meanScore).toBeNull()
      expectClose(bin.meanScore, wanted.meanScore)
      expectClose(bin.positiveShare, wanted.positiveShare ?? NaN)
    })
  })

  it('of a regression equal scikit-learn, a target of 0 left out of the relative error', () => {
    const { actual, predicted, ...expected } = golden.regression
    expectRegression(actual, predicted, { count: actual.length, ...expected })
  })

  it('are null where they are not defined', () => {
    const negatives = { y: [0, 0], score: [0.1, 0.2] }
    expect([auc(negatives), averagePrecision(negatives), ksOfScores(negatives)]).toEqual([null, null, null])
    const counts = confusion(negatives)
    expect([precision(counts), recall(counts), f1(counts), accuracy(counts)]).toEqual([null, null, null, 1])
    expect(regressionMetrics([3, 3], [1, 2])).toMatchObject({ r2: null, explainedVariance: null })
    expect(regressionMetrics([0], [1]).mape).toBeNull()
    expect(auc({ y: [0, 1, 0, 1], score: [0.5, 0.5, 0.5, 0.5] })).toBe(0.5)
  })

  it('refuse rows they cannot judge', () => {
    expect(() => auc({ y: [], score: [] })).toThrow(MathError)
    expect(() => auc({ y: [1], score: [0.5, 0.5] })).toThrow(MathError)
    expect(() => auc({ y: [2], score: [0.5] })).toThrow(MathError)
    expect(() => auc({ y: [1], score: [NaN] })).toThrow(MathError)
    expect(() => logLoss({ y: [1], score: [1.2] })).toThrow(MathError)
    expect(() => regressionMetrics([1], [Infinity])).toThrow(MathError)
  })
})

describe.skipIf(!isSharedPresent)(`metrics of real predictions ${needsShared}`, () => {
  interface Rows {
    y: number[]
    score: number[]
    month?: number[]
  }
  interface Classification extends Omit<ExpectedClassification, 'auc' | 'averagePrecision' | 'ece'> {
    rocAuc: number
    prAucAveragePrecision: number
    ece10EqualWidth: number
  }
  interface Regression {
    n: number
    mae: number
    rmse: number
    mse: number
    mape: number
    medianAbsoluteError: number
    r2: number
    explainedVariance: number
    biasMeanPredictedMinusActual: number
    maxError: number
  }
  interface Metrics {
    classification: Record<string, Classification>
    regression: Record<string, { all: Regression; byMonth: Record<string, Regression> }>
  }
  const read = () => ({
    expected: sharedJson<Metrics>('models/stats/metrics.json'),
    rows: sharedJson<Record<string, Rows>>('models/stats/metrics-rows.json.gz'),
  })

  it('of two classes', () => {
    const { expected, rows } = read()
    for (const [name, wanted] of Object.entries(expected.classification)) {
      const { y, score } = rows[name] ?? { y: [], score: [] }
      expectClassification(y, score, {
        ...wanted,
        auc: wanted.rocAuc,
        averagePrecision: wanted.prAucAveragePrecision,
        ece: wanted.ece10EqualWidth,
      })
    }
  })

  it('of a regression, in all and by month', () => {
    const { expected, rows } = read()
    for (const [name, wanted] of Object.entries(expected.regression)) {
      const { y, score, month = [] } = rows[name] ?? { y: [], score: [] }
      for (const [part, value] of [['all', wanted.all] as const, ...Object.entries(wanted.byMonth)]) {
        const isIn = (_: number, i: number) => part === 'all' || String(month[i]) === part
        expectRegression(y.filter(isIn), score.filter(isIn), {
          count: value.n,
          meanAbsoluteError: value.mae,
          rootMeanSquaredError: value.rmse,
          meanSquaredError: value.mse,
          medianAbsoluteError: value.medianAbsoluteError,
          bias: value.biasMeanPredictedMinusActual,
          maxError: value.maxError,
          mape: value.mape,
          r2: value.r2,
          explainedVariance: value.explainedVariance,
        })
      }
    }
  })
})
