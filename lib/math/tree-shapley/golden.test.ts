// Against shap's TreeExplainer on native models of four libraries (tools/golden/tree-shapley.py), and the interactions
// against listing every coalition (tools/golden/shapley-interactions.py).
import { describe, expect, it } from 'vitest'
import interactions from '../../../tools/golden/shapley-interactions.json'
import golden from '../../../tools/golden/tree-shapley.json'
import { buildTreeExplainer, type Forest } from './index'

type Case = (typeof golden.cases)[number]

const numbers = (rows: readonly (readonly (number | null)[])[]) =>
  Float64Array.from(rows.flat(), (value) => value ?? NaN)

const BUDGETS = [64 << 20, 0]

function forestOf({ forest: own, rows }: Case): Forest {
  const width = rows[0]?.length ?? 0
  return {
    playerCount: width,
    playerOf: Int32Array.from({ length: width }, (_, column) => column),
    roots: Int32Array.from(own.roots),
    column: Int32Array.from(own.column),
    comparison: Uint8Array.from(own.comparison),
    threshold: Float64Array.from(own.threshold),
    missingIsTrue: Uint8Array.from(own.missingIsTrue),
    whenTrue: Int32Array.from(own.whenTrue),
    whenFalse: Int32Array.from(own.whenFalse),
    value: Float64Array.from(own.value),
    members: new Map(),
    constant: own.constant,
  }
}

describe("values of shap's TreeExplainer", () => {
  // shap keeps Shapley's weights as float32 (tree_shap.h), and XGBoost its leaves: the distance is theirs.
  it.each(golden.cases.map((made) => ({ ...made, tolerance: made.name.startsWith('XGBoost') ? 1e-5 : 2e-7 })))(
    '$name',
    (made) => {
      for (const budgetBytes of BUDGETS) {
        const explainer = buildTreeExplainer(forestOf(made), numbers(made.background), { budgetBytes })
        expect(Math.abs(explainer.base - made.base)).toBeLessThan(made.tolerance)
        const out = new Float64Array(explainer.playerCount)
        made.rows.forEach((row, index) => {
          explainer.explain(numbers([row]), out)
          out.forEach((value, column) => {
            expect(
              Math.abs(value - (made.values[index]?.[column] ?? NaN)),
              `row ${index}, column ${column}`,
            ).toBeLessThan(made.tolerance)
          })
        })
      }
      expect(made.rows).toHaveLength(10)
    },
  )
})

describe('interaction values of every coalition', () => {
  it.each(golden.cases.map((made, index) => ({ ...made, index })))('$name', (made) => {
    const expected = interactions.cases[made.index]
    expect(expected?.name).toBe(made.name)
    expect(expected?.interactions).toHaveLength(4)
    for (const budgetBytes of BUDGETS) {
      const explainer = buildTreeExplainer(forestOf(made), numbers(made.background), { budgetBytes })
      const out = new Float64Array(explainer.playerCount ** 2)
      expected?.interactions.forEach((matrix, index) => {
        explainer.interactions(numbers([made.rows[index] ?? []]), out)
        const wanted = matrix.flat()
        expect(wanted).toHaveLength(out.length)
        out.forEach((value, cell) => {
          expect(Math.abs(value - (wanted[cell] ?? NaN)), `row ${index}, cell ${cell}`).toBeLessThan(1e-12)
        })
      })
    }
  })
})
