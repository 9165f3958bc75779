import { describe, expect, it } from 'vitest'
import { compileDecoder, DecodeError } from './decode'
import { readModelFile } from './model-file'
import { readSignature, type GraphSignature, type SignatureOutput } from './signature'
import { runModel } from './testing/run-model'
import { pipelineModel, sigmoidModel } from './testing/sample-models'

function output(name: string, role: SignatureOutput['role'], isServable = true): SignatureOutput {
  return { name, elementType: 'float32', shape: [null], role, isServable }
}

function decoder(outputs: SignatureOutput[], rest: Partial<GraphSignature>) {
  return compileDecoder({ fields: [], tensors: [], outputs, task: 'binary', rowsPerRun: null, ...rest })
}

const tensor = (data: ArrayLike<unknown>, dims = [data.length]) => ({ data, dims, type: 'float32' })

describe('compileDecoder', () => {
  it('answers label, score and probabilities by class', () => {
    const both = decoder([output('l', 'label'), output('p', 'probabilities'), output('z', 'other')], {
      classes: [0, 1],
      positiveClass: 1,
    })
    expect(both.fetches).toEqual(['l', 'p'])
    expect(both.decode({ l: tensor(BigInt64Array.of(1n, 0n)), p: tensor([0.25, 0.75, 0.5, 0.5], [2, 2]) }, 2)).toEqual([
      { label: 1, score: 0.75, probabilities: { 0: 0.25, 1: 0.75 } },
      { label: 0, score: 0.5, probabilities: { 0: 0.5, 1: 0.5 } },
    ])
  })

  it('scores the class that is called positive', () => {
    const first = decoder([output('p', 'probabilities')], { classes: ['good', 'bad'], positiveClass: 'good' })
    expect(first.decode({ p: tensor([0.25, 0.75]) }, 1)).toEqual([
      { label: 'bad', score: 0.25, probabilities: { good: 0.25, bad: 0.75 } },
    ])
  })

  it('gives no score where no class is positive', () => {
    const three = decoder([output('p', 'probabilities')], { task: 'multiclass', classes: ['a', 'b', 'c'] })
    expect(three.decode({ p: tensor([0.25, 0.5, 0.25]) }, 1)).toEqual([
      { label: 'b', probabilities: { a: 0.25, b: 0.5, c: 0.25 } },
    ])
  })

  it('takes one probability per row for the second class', () => {
    const single = decoder([output('p', 'probabilities')], { classes: [0, 1], positiveClass: 1 })
    expect(single.decode({ p: tensor([0.25, 0.75]) }, 2)).toEqual([
      { label: 0, score: 0.25, probabilities: { 0: 0.75, 1: 0.25 } },
      { label: 1, score: 0.75, probabilities: { 0: 0.25, 1: 0.75 } },
    ])
  })

  it('leaves out what the runtime cannot hand out', () => {
    const label = decoder([output('l', 'label'), output('p', 'probabilities', false)], { classes: ['1', '2'] })
    expect(label.fetches).toEqual(['l'])
    expect(label.decode({ l: tensor(BigInt64Array.of(2n)) }, 1)).toEqual([{ label: '2' }])
  })

  it('answers values', () => {
    expect(
      decoder([output('v', 'value')], { task: 'regression' }).decode({ v: tensor([1.5, -2], [2, 1]) }, 2),
    ).toEqual([{ value: 1.5 }, { value: -2 }])
  })

  it('keeps a class named like the prototype as a class', () => {
    const odd = decoder([output('p', 'probabilities')], { classes: ['__proto__', 'b'] })
    const [answer] = odd.decode({ p: tensor([0.9, 0.1]) }, 1)
    expect(JSON.stringify(answer?.probabilities)).toBe('{"__proto__":0.9,"b":0.1}')
    expect(Object.getPrototypeOf(answer?.probabilities)).toBe(Object.prototype)
  })

  it('refuses outputs that are not what the signature says', () => {
    const both = decoder([output('toString', 'label'), output('p', 'probabilities')], {
      classes: [0, 1],
      positiveClass: 1,
    })
    expect(() => both.decode({ p: tensor([0.5, 0.5]) }, 1)).toThrow(DecodeError)
    expect(() => both.decode({ toString: tensor([1, 1]), p: tensor([0.5, 0.5]) }, 1)).toThrow(DecodeError)
    expect(() => both.decode({ toString: tensor([1]), p: tensor([0.5, 0.5, 0.1]) }, 1)).toThrow(DecodeError)
  })
})

describe('answers of the runtime', () => {
  it('of a pipeline are those of its formula', async () => {
    const signature = readSignature(readModelFile(pipelineModel()))
    const rows = [
      { age: 50, income: 3000, housing: 'rent', purpose: 'trip', rooms: 2, employed: true },
      { income: 1000, housing: 'castle', purpose: null, rooms: 9, employed: false },
    ]
    const answers = await runModel(pipelineModel(), signature, rows)
    // Weights 0.1, 0.2 .. 1.0 over [age, income, own, rent, car, tv, trip, 1, 2, employed]; the classes are opposites.
    const margin = 0.1 * 1 + 0.2 * 2 + 0.4 + 0.7 + 0.9 + 1
    expect(answers[0]?.score).toBeCloseTo(1 / (1 + Math.exp(-2 * margin)), 6)
    expect(answers[0]?.label).toBe('bad')
    expect(answers[1]?.score).toBeCloseTo(0.5, 6)
  })

  it('of a network with one probability get their label', async () => {
    const signature = readSignature(readModelFile(sigmoidModel()), {
      featureOrder: ['a', 'b'],
      classes: ['stays', 'leaves'],
    })
    const [answer] = await runModel(sigmoidModel(), signature, [{ a: 2, b: 1 }])
    expect(answer?.label).toBe('leaves')
    expect(answer?.score).toBeCloseTo(1 / (1 + Math.exp(-1)), 6)
  })
})
