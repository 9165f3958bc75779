// Against shap's TreeExplainer on native models of four libraries (tools/golden/tree-shapley.py).
import { describe, expect, it } from 'vitest'
import golden from '../../../tools/golden/tree-shapley.json'
import { buildTreeExplainer, type Forest } from './index'

const numbers = (rows: readonly (readonly (number | null)[])[]) =>
  Float64Array.from(rows.flat(), (value) => value ?? NaN)

describe("values of shap's TreeExplainer", () => {
  // shap keeps Shapley's weights as float32 (tree_shap.h), and XGBoost its leaves: the distance is theirs.
  it.each(golden.cases.map((made) => ({ ...made, tolerance: made.name.startsWith('XGBoost') ? 1e-5 : 2e-7 })))(
    '$name',
    (made) => {
      const width = made.rows[0]?.length ?? 0
      const { forest: own } = made
      const forest: Forest = {
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
      for (const budgetBytes of [64 << 20, 0]) {
        const explainer = buildTreeExplainer(forest, numbers(made.background), { budgetBytes })
        expect(Math.abs(explainer.base - made.base)).toBeLessThan(made.tolerance)
        const out = new Float64Array(width)
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
