// That tallies give scikit-learn's values is in metrics.test.ts.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MathError } from './math-error'
import { auc } from './metrics'
import { ClassificationTally, RegressionTally } from './outcome-tally'
import './testing'

const scored = fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 60 })
const pairs = fc.array(
  fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true })),
  { maxLength: 60 },
)

function classified(rows: readonly (readonly [boolean, number])[]): ClassificationTally {
  const tally = new ClassificationTally(0.3)
  for (const [isPositive, score] of rows) tally.add(isPositive, score)
  return tally
}

function regressed(rows: readonly (readonly [number, number])[]): RegressionTally {
  const tally = new RegressionTally()
  for (const [actual, predicted] of rows) tally.add(actual, predicted)
  return tally
}

/** Equal but for rounding. */
function expectAlike(a: unknown, b: unknown): void {
  if (typeof a === 'number' && typeof b === 'number') {
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b)))
  } else if (a !== null && typeof a === 'object' && b !== null && typeof b === 'object') {
    expect(Object.keys(a)).toEqual(Object.keys(b))
    for (const [name, value] of Object.entries(a)) expectAlike(value, (b as Record<string, unknown>)[name])
  } else {
    expect(a).toEqual(b)
  }
}

describe('ClassificationTally', () => {
  it('of parts merges to that of the whole', () => {
    fc.assert(
      fc.property(scored, scored, (a, b) => {
        const merged = ClassificationTally.decode(classified(a).encode())
        merged.merge(classified(b))
        const whole = classified([...a, ...b])
        expectAlike(merged.performance(), whole.performance())
        expect(merged.scoreHistogram()).toEqual(whole.scoreHistogram())
      }),
    )
  })

  it('bounds the error of its AUC', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const { auc: found, aucErrorBound } = classified(rows).performance()
        const exact = rows.length
          ? auc({ y: rows.map(([y]) => Number(y)), score: rows.map(([, score]) => score) })
          : null
        if (exact === null) expect(found).toBeNull()
        else expect(Math.abs((found ?? NaN) - exact)).toBeLessThanOrEqual((aucErrorBound ?? NaN) + 1e-12)
      }),
    )
    // Scores in different bins leave no doubt.
    const clear = classified([
      [true, 0.91],
      [false, 0.42],
      [true, 0.77],
    ])
    expect(clear.performance()).toMatchObject({ auc: 1, aucErrorBound: 0 })
  })

  it('says nothing of nothing and refuses what does not belong', () => {
    expect(new ClassificationTally().performance()).toMatchObject({
      count: 0,
      accuracy: null,
      precision: null,
      recall: null,
      f1: null,
      auc: null,
      logLoss: null,
      brier: null,
      ece: null,
    })
    expect(() => new ClassificationTally(0.5).merge(classified([]))).toThrow('judged at 0.3')
    for (const score of [-0.1, 1.1, NaN]) expect(() => classified([[true, score]])).toThrow(MathError)
    const bytes = classified([
      [true, 0.2],
      [false, 0.8],
    ]).encode()
    for (let length = 0; length < bytes.length; length++) {
      expect(() => ClassificationTally.decode(bytes.slice(0, length))).toThrow(MathError)
    }
  })
})

describe('RegressionTally', () => {
  it('of parts merges to that of the whole', () => {
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        const merged = RegressionTally.decode(regressed(a).encode())
        merged.merge(regressed(b))
        const { r2, ...found } = merged.performance()
        const { r2: wholeR2, ...whole } = regressed([...a, ...b]).performance()
        expectAlike(found, whole)
        // R² is a quotient that rounding can move when nearly all actual values are equal.
        if (r2 !== null && wholeR2 !== null && Math.abs(wholeR2) < 1e3)
          expect(Math.abs(r2 - wholeR2)).toBeLessThan(1e-6)
      }),
    )
  })

  it('keeps the digits of R² far from zero', () => {
    const shifted = (by: number) =>
      regressed([
        [by + 1, by + 2],
        [by + 2, by + 2],
        [by + 4, by + 3],
      ]).performance().r2
    expect(Math.abs((shifted(1e9) ?? NaN) - (shifted(0) ?? NaN))).toBeLessThan(1e-7)
  })

  it('leaves targets of 0 out of the relative error', () => {
    expect(
      regressed([
        [0, 5],
        [5e-324, 5],
        [2, 3],
      ]).performance().mape,
    ).toBe(0.5)
  })

  it('says nothing of nothing and refuses what has no error', () => {
    expect(new RegressionTally().performance()).toEqual({
      count: 0,
      meanAbsoluteError: null,
      rootMeanSquaredError: null,
      bias: null,
      r2: null,
      mape: null,
    })
    expect(() => regressed([[1, NaN]])).toThrow(MathError)
    expect(() => regressed([[-Infinity, 1]])).toThrow(MathError)
    expect(() => regressed([[1e200, 1]])).toThrow(MathError)
    expect(() =>
      RegressionTally.decode(
        regressed([[1, 2]])
          .encode()
          .slice(0, -1),
      ),
    ).toThrow(MathError)
  })
})
