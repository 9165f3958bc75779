// Files built to cost: each is refused within a moment, whatever its few bytes ask for.
import { describe, expect, it } from 'vitest'
import { compileExplainable } from '../explainable'
import { readModelFile } from '../model-file'
import { readSignature } from '../signature'
import { FLOAT, floatTensor, int64Tensor, model, node, value } from '../testing/write-model'

function compiled(nodes: Uint8Array[], initializers: Uint8Array[] = []) {
  const file = readModelFile(
    model({ nodes, initializers, inputs: [value('x', FLOAT, [null, 2])], outputs: [value('y', FLOAT, [null, 1])] }),
  )
  const start = performance.now()
  const found = compileExplainable(file, readSignature(file))
  return { found, milliseconds: performance.now() - start }
}

const ones = (count: number) => new Array<number>(count).fill(1)
const axis = { attributes: { axis: { int: 1 } } }
const sum = node('ReduceMean', ['last'], ['y'], { attributes: { axes: { ints: [1] } } })
const chain = (count: number, make: (from: string, to: string, at: number) => Uint8Array) =>
  Array.from({ length: count }, (_, at) =>
    make(at === 0 ? 'x' : `v${at}`, at === count - 1 ? 'last' : `v${at + 1}`, at),
  )

const HOSTILE: Record<string, [Uint8Array[], Uint8Array[], RegExp]> = {
  'columns that double': [
    [...chain(60, (from, to) => node('Concat', [from, from], [to], axis)), sum],
    [],
    /more than 1000000 cells a row|grows beyond/,
  ],
  'a wide value passed on without end': [
    [
      ...chain(15, (from, to, at) => node('Concat', [from, from], [at === 14 ? 'wide' : to], axis)),
      ...Array.from({ length: 20_000 }, (_, at) =>
        node('Identity', [at === 0 ? 'wide' : `w${at}`], [at === 19_999 ? 'last' : `w${at + 1}`]),
      ),
      sum,
    ],
    [],
    /grows beyond/,
  ],
  'one matrix multiplied again and again': [
    [
      node('MatMul', ['x', 'first'], ['v1']),
      ...Array.from({ length: 200 }, (_, at) =>
        node('MatMul', [`v${at + 1}`, 'square'], [at === 199 ? 'last' : `v${at + 2}`]),
      ),
      sum,
    ],
    [floatTensor('first', [2, 500], ones(1000)), floatTensor('square', [500, 500], ones(250_000))],
    /grows beyond|steps of work/,
  ],
  'a constant as large as a shape says': [
    [
      node('Shape', ['x'], ['shape']),
      node('Concat', ['shape', 'huge', 'huge'], ['wanted'], { attributes: { axis: { int: 0 } } }),
      node('ConstantOfShape', ['wanted'], ['last']),
      sum,
    ],
    [int64Tensor('huge', [1], [9_007_199_254_740_991])],
    /grows beyond|cells a row/,
  ],
  'an input that is all columns of all': [
    [
      node('Unsqueeze', ['x', 'two'], ['deep']),
      ...Array.from({ length: 12 }, (_, at) =>
        node('Concat', [at === 0 ? 'deep' : `d${at}`, at === 0 ? 'deep' : `d${at}`], [`d${at + 1}`], {
          attributes: { axis: { int: 2 } },
        }),
      ),
      node('Flatten', ['d12'], ['flat']),
      node('Unsqueeze', ['flat', 'one'], ['row']),
      node('Unsqueeze', ['flat', 'two'], ['column']),
      node('Mul', ['row', 'column'], ['all']),
      node('Flatten', ['all'], ['last']),
      sum,
    ],
    [int64Tensor('one', [1], [1]), int64Tensor('two', [1], [2])],
    /grows beyond|cells a row/,
  ],
}

describe('a file that asks for more than any real one', () => {
  it.each(Object.entries(HOSTILE))('%s', (_, [nodes, initializers, says]) => {
    const { found, milliseconds } = compiled(nodes, initializers)
    expect(found).toEqual({ reason: expect.stringMatching(says) })
    expect(milliseconds).toBeLessThan(5000)
  })

  it('sums that double keep one term', () => {
    const { found, milliseconds } = compiled([
      node('MatMul', ['x', 'w'], ['v0']),
      ...Array.from({ length: 100 }, (_, at) => node('Add', [`v${at}`, `v${at}`], [at === 99 ? 'y' : `v${at + 1}`])),
    ], [floatTensor('w', [2, 1], [1, -1])])
    expect(found).toMatchObject({ kind: 'linear', link: 'identity' })
    expect(milliseconds).toBeLessThan(1000)
  })
})
