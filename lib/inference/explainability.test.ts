import { afterAll, describe, expect, it } from 'vitest'
import { Random } from '@/lib/math/random'
import { exportedModel } from '@/lib/onnx/testing/exported-models'
import { classifierModel } from '@/lib/onnx/testing/tree-models'
import type { Row } from '@/lib/onnx/encode'
import { readModelFile } from '@/lib/onnx/model-file'
import { readSignature } from '@/lib/onnx/signature'
import { assessExplainability } from './explainability'
import { openExactExplainer } from './exact-explainer'
import { openModel, type Answer, type LoadedModel } from './session'

const opened: LoadedModel[] = []
afterAll(() => Promise.all(opened.map((model) => model.close())))

async function open(classes: number[]) {
  const isBinary = classes.length === 2
  const artifact = classifierModel({ trees: 12, depth: 3, columns: 5, classes, classIds: isBinary ? [0] : classes.map((_, index) => index), postTransform: isBinary ? 'LOGISTIC' : 'SOFTMAX', seed: 5 })
  const signature = readSignature(readModelFile(artifact), { featureOrder: ['a', 'b', 'c', 'd', 'e'] })
  const model = await openModel(artifact, signature)
  opened.push(model)
  const random = new Random(3)
  const rows = Array.from({ length: 120 }, () => Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, Math.fround(random.uniform(-1, 6))])))
  const ask = (asked: readonly Row[]): Promise<(Answer | null)[]> => model.run(asked).catch(() => asked.map(() => null))
  return { artifact, signature, rows, answers: await model.run(rows), background: rows.slice(0, 40), ask }
}

describe('how a version can be explained', () => {
  it.each([[[0, 1]], [[0, 1, 2]]])('is exact for trees with the classes %j, and adds up to what the runtime answers', async (classes) => {
    const given = await open(classes)
    const { explainability, attributions } = await assessExplainability(given)
    expect(explainability).toMatchObject({ kind: 'exact', method: 'tables', scale: 'margin', selfTest: { rows: 200, differing: [], isExact: true } })
    expect(explainability.held?.bytes).toBeGreaterThan(0)
    expect(attributions).toHaveLength(120)
    const explainer = openExactExplainer(given.artifact, given.signature, given.background)
    given.rows.forEach((row, index) => {
      const answer = given.answers[index] as Answer
      const found = explainer?.explain(row, answer)
      expect(found?.chosenClass).toBe(classes.length === 2 ? undefined : String(answer.label))
      expect(Math.abs(found?.residual ?? NaN)).toBeLessThan(1e-6)
      expect(Array.from(found?.values ?? [])).toEqual(Array.from(attributions?.[index] ?? []))
    })
  })

  it('is not called exact where the runtime says otherwise, for one row of two hundred', async () => {
    const given = await open([0, 1])
    const ask: typeof given.ask = async (rows) => (await given.ask(rows)).map((answer, row) => (row === 117 && answer ? { ...answer, score: (answer.score ?? 0) + 1e-4 } : answer))
    const { explainability, attributions } = await assessExplainability({ ...given, ask })
    expect(explainability).toMatchObject({ kind: 'sampled', method: null, scale: null, held: null, selfTest: { rows: 200, differing: [117], isExact: false } })
    expect(explainability.sentence).toContain('is not called so')
    expect(attributions).toBeNull()
  })

  it('has nothing to compare with without a background', async () => {
    const given = await open([0, 1])
    const { explainability } = await assessExplainability({ ...given, background: [] })
    expect(explainability).toMatchObject({ kind: 'none', selfTest: null })
    expect(openExactExplainer(given.artifact, given.signature, [])).toBeNull()
  })

  it('is asked for on the value itself where the model adds up its logarithm', async () => {
    const { bytes, rows, signature } = exportedModel('poisson')
    const model = await openModel(bytes, signature)
    opened.push(model)
    // Rows beyond all that was seen overflow: they have no answer.
    const one = (row: Row) => model.run([row]).then(([answer]) => answer ?? null, () => null)
    const ask = (asked: readonly Row[]): Promise<(Answer | null)[]> => Promise.all(asked.map(one))
    const given = { artifact: bytes, signature, rows, answers: await model.run(rows), background: rows.slice(0, 10), ask }
    const { explainability } = await assessExplainability(given)
    expect(explainability).toMatchObject({ kind: 'sampled', scale: null, selfTest: { isExact: true } })
    expect(explainability.sentence).toContain('the logarithm of the value')
    expect(openExactExplainer(bytes, signature, given.background)).toBeNull()
  })
})
