// Which raw field feeds which column within the graph, as a page shows it.
import { describe, expect, it } from 'vitest'
import { compileExplainable, type Lineage } from './explainable'
import { exportedModel } from './testing/exported-models'

function lineage(name: string, explainedClass?: string): Lineage {
  const { file, signature } = exportedModel(name)
  const found = compileExplainable(file, signature, explainedClass === undefined ? {} : { explainedClass })
  if ('reason' in found) throw new Error(found.reason)
  return found.lineage()
}

describe('lineage', () => {
  it('of a weighted sum behind scaling and one-hot columns', () => {
    const found = lineage('logistic')
    expect(found.columnsOf).toEqual([
      { field: 'age', columns: [0] },
      { field: 'income', columns: [1] },
      { field: 'amount', columns: [2] },
      { field: 'purpose', columns: [3, 4, 5, 6] },
      { field: 'housing', columns: [7, 8, 9] },
      { field: 'rooms', columns: [10] },
    ])
    expect(found.columns[1]).toEqual({
      column: 1,
      fields: ['income'],
      operators: ['Imputer', 'Scaler'],
      category: null,
      isUsed: true,
    })
    expect(found.columns[6]).toMatchObject({ fields: ['purpose'], category: 'trip', operators: ['OneHotEncoder'] })
    expect(found).toMatchObject({ link: 'logistic', trees: 0, weights: 11 })
    expect(found.operators[0]).toEqual({ name: 'Concat', count: 3 })
    expect(found.operators).toContainEqual({ name: 'LinearClassifier', count: 1 })
  })

  it('of trees: how many, their base value, and the columns that no split looks at', () => {
    const found = lineage('gradient-boosting')
    expect(found).toMatchObject({ link: 'logistic', trees: 12, weights: 0 })
    expect(found.leaves).toBe(found.splits + 12)
    // 25 % of the training rows are of class 1.
    expect(found.constant).toBeCloseTo(Math.log(0.25 / 0.75), 6)
    expect(found.columns.some(({ isUsed }) => !isUsed)).toBe(true)
    expect(found.columns.find(({ fields }) => fields[0] === 'age')?.isUsed).toBe(true)
  })

  it('of boosted classes counts the trees of the class', () => {
    const { file, signature } = exportedModel('xgboost-three')
    for (const explainedClass of signature.classes ?? []) {
      const found = compileExplainable(file, signature, { explainedClass })
      if ('reason' in found) throw new Error(found.reason)
      expect(found.lineage()).toMatchObject({ link: 'softmax', trees: 15 })
    }
  })

  it('of two models whose columns stand side by side', () => {
    const found = lineage('bagging')
    expect(found.trees).toBe(5)
    expect(found.columnsOf.find(({ field }) => field === 'age')?.columns.length).toBeGreaterThan(1)
  })

  it('of trees and a line', () => {
    const found = lineage('voting-trees-and-line')
    expect(found).toMatchObject({ trees: 12, weights: 11, link: 'identity' })
  })

  it('where no sum was found names the operators only', () => {
    const found = lineage('svm-rbf')
    expect(found).toMatchObject({ columns: [], link: null, constant: null, trees: 0 })
    expect(found.columnsOf).toHaveLength(6)
    expect(found.operators).toContainEqual({ name: 'SVMClassifier', count: 1 })
  })
})
