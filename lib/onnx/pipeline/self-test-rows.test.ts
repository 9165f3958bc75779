// The rows that the self-test asks for: that they find what rows of the reference do not.
import { describe, expect, it } from 'vitest'
import { compileEncoder, type Row } from '../encode'
import { compileExplainable, selfTest, selfTestRows, type AdditiveModel } from '../explainable'
import { exportedModel } from '../testing/exported-models'
import { runModel } from '../testing/run-model'
import { pipelineModel } from '../testing/sample-models'
import { readModelFile } from '../model-file'
import { readSignature } from '../signature'

function open(name: string): ReturnType<typeof exportedModel> & { model: AdditiveModel } {
  const opened = exportedModel(name)
  const model = compileExplainable(opened.file, opened.signature)
  if ('reason' in model || model.kind === 'function') throw new Error('is not additive')
  return { ...opened, model }
}

describe('rows for the self-test', () => {
  it('are as many as asked for, the same for the same seed', () => {
    const { model, signature, rows } = open('gradient-boosting')
    const made = selfTestRows(model, signature, rows)
    expect(made).toHaveLength(200)
    expect(selfTestRows(model, signature, rows)).toEqual(made)
    expect(selfTestRows(model, signature, rows, { seed: 2 })).not.toEqual(made)
    expect(selfTestRows(model, signature, rows, { count: 7 })).toHaveLength(7)
    expect(selfTestRows(model, signature, [])).toEqual([])
    for (const row of made) expect(Object.keys(row).sort()).toEqual([...model.players].sort())
    expect(() => compileEncoder(signature).encode(made)).not.toThrow()
  })

  it('have gaps, unknown texts and numbers beyond all that was seen', () => {
    const { model, signature, rows } = open('gradient-boosting')
    const made = selfTestRows(model, signature, rows.slice(0, 20))
    const values = (name: string) => made.map((row) => row[name])
    expect(values('income').filter((value) => value === null).length).toBeGreaterThanOrEqual(2)
    const lacking = ['age', 'income', 'amount', 'purpose', 'housing']
    expect(made.some((row) => lacking.every((name) => row[name] === null))).toBe(true)
    expect(values('purpose')).toEqual(expect.arrayContaining(['never seen', '', 'car ', 'CAR', 'study', null]))
    expect(values('amount')).toEqual(expect.arrayContaining([1e9, 0.1]))
  })

  it.each([
    // Behind a Scaler, and as they are.
    ['extra-trees', 'age'],
    ['random-forest', 'income'],
    // A whole number in an int64 tensor.
    ['random-forest', 'rooms'],
  ])('meet thresholds of %s: %s just below and just above', (name, field) => {
    const { model, signature, rows, feeds } = open(name)
    const made = selfTestRows(model, signature, rows, { count: 400 })
    const forest = model.forest()
    const player = model.players.indexOf(field)
    const nodes = Array.from(forest?.column ?? []).flatMap((column, node) =>
      column >= 0 && model.playerOf[column] === player ? [node] : [],
    )
    expect(nodes.length).toBeGreaterThan(0)
    const encoded = new Float64Array(model.width)
    const close = nodes.filter((node) => {
      const [column, threshold] = [forest?.column[node] ?? 0, forest?.threshold[node] ?? 0]
      const values = made.map((_, at) => {
        model.encode(feeds(made), at, encoded)
        return encoded[column] ?? NaN
      })
      const distance = Math.abs(threshold) * 2e-6 + 2e-6
      const reach = field === 'rooms' ? 1 : distance
      return (
        values.some((value) => value <= threshold && value > threshold - reach) &&
        values.some((value) => value > threshold && value < threshold + reach)
      )
    })
    expect(close.length).toBeGreaterThanOrEqual(Math.min(3, nodes.length))
  })

  it('find a threshold that is off by one float32, which no row of the reference does', async () => {
    const { model, signature, rows, bytes, feeds, file } = open('random-forest')
    const trees = file.graph.nodes.find((node) => node.opType === 'TreeEnsembleClassifier')
    const values = trees?.attributes.get('nodes_values')
    const modes = trees?.attributes.get('nodes_modes')
    if (values?.kind !== 'floats' || modes?.kind !== 'strings') throw new Error('no trees')
    const word = new Int32Array(1)
    const float = new Float32Array(word.buffer)
    values.value = values.value.map((value, node) => {
      if (modes.value[node] === 'LEAF') return value
      float[0] = value
      word[0] = (word[0] ?? 0) + 1
      return float[0] ?? value
    })
    const misread = compileExplainable(file, signature)
    if ('reason' in misread) throw new Error(misread.reason)
    const test = async (some: readonly Row[]) => {
      const answers = (await runModel(bytes, signature, some)).map((answer) => answer.score ?? NaN)
      return selfTest(misread, feeds(some), answers)
    }
    expect((await test(rows)).isExact).toBe(true)
    const found = await test(selfTestRows(model, signature, rows))
    expect(found.isExact).toBe(false)
    expect(found.differing.length).toBeGreaterThan(10)
  })

  it('of a model without trees are the other kinds', () => {
    const file = readModelFile(pipelineModel())
    const signature = readSignature(file)
    const model = compileExplainable(file, signature)
    if ('reason' in model) throw new Error(model.reason)
    const row: Row = { age: 30, income: 1000, housing: 'own', purpose: 'tv', rooms: 2, employed: true }
    const made = selfTestRows(model, signature, [row])
    expect(made).toHaveLength(200)
    expect(() => compileEncoder(signature).encode(made)).not.toThrow()
    expect(new Set(made.map((one) => one['employed']))).toEqual(new Set([true, false]))
  })
})
