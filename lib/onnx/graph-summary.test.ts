import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { summarize } from './graph-summary'
import { readModelFile } from './model-file'
import { identityModel, pipelineModel, zipMapModel } from './testing/sample-models'
import { FLOAT, floatTensor, graph, int64Tensor, ML, node, value } from './testing/write-model'

describe('summarize', () => {
  it('counts operators, most used first', () => {
    const { operators, opsets, producer } = summarize(readModelFile(pipelineModel()))
    expect(operators.slice(0, 2)).toEqual([
      { name: 'Concat', domain: 'ai.onnx', count: 3 },
      { name: 'OneHotEncoder', domain: 'ai.onnx.ml', count: 3 },
    ])
    expect(opsets).toEqual([{ domain: 'ai.onnx', version: 17 }, { domain: 'ai.onnx.ml', version: 3 }])
    expect(producer).toBe('test')
  })

  it('counts what was learned: weights and attributes, not shapes', () => {
    // 20 coefficients, 2 intercepts, offset and scale of 2 columns, 1 filling value.
    expect(summarize(readModelFile(pipelineModel()))).toMatchObject({ parameterCount: 27, trees: null })
    const bytes = identityModel({
      initializers: [floatTensor('w', [2, 3], [1, 2, 3, 4, 5, 6]), int64Tensor('shape', [2], [1, -1])],
    })
    expect(summarize(readModelFile(bytes)).parameterCount).toBe(6)
  })

  it('measures trees', () => {
    expect(summarize(readModelFile(zipMapModel()))).toMatchObject({
      parameterCount: 5,
      trees: { trees: 1, splits: 2, leaves: 3, maximumDepth: 2 },
    })
  })

  it('measures trees of ai.onnx.ml 5', () => {
    const bytes = identityModel({
      opsets: [['', 21], [ML, 5]],
      nodes: [
        node('TreeEnsemble', ['x'], ['y'], {
          domain: ML,
          attributes: {
            tree_roots: { ints: [0, 2] },
            nodes_truenodeids: { ints: [1, 0, 2] },
            nodes_trueleafs: { ints: [0, 1, 1] },
            nodes_falsenodeids: { ints: [1, 1, 3] },
            nodes_falseleafs: { ints: [1, 1, 1] },
            leaf_weights: { tensor: floatTensor('', [4], [1, 2, 3, 4]) },
          },
        }),
      ],
    })
    expect(summarize(readModelFile(bytes))).toMatchObject({
      parameterCount: 7,
      trees: { trees: 2, splits: 3, leaves: 4, maximumDepth: 2 },
    })
  })

  it('looks into branches', () => {
    const branch = graph({
      nodes: [node('Relu', ['x'], ['y'])],
      inputs: [],
      outputs: [value('y', FLOAT, [null, 1])],
      initializers: [floatTensor('w', [1], [1])],
    })
    const bytes = identityModel({
      nodes: [
        node('If', ['x'], ['y'], { attributes: { then_branch: { graph: branch }, else_branch: { graph: branch } } }),
      ],
    })
    expect(summarize(readModelFile(bytes))).toMatchObject({
      parameterCount: 2,
      operators: [{ name: 'Relu', count: 2 }, { name: 'If', count: 1 }],
    })
  })
})

const onnx = resolve(__dirname, '../../../shared/models/onnx')

describe.skipIf(!existsSync(onnx))('models of ../shared (skipped where it is not there)', () => {
  it.each([
    ['credit-risk-v2', { trees: 150, maximumDepth: 3 }],
    ['hotel-cancel-v1', { trees: 120 }],
    ['taiwan-default-rf', { trees: 100, maximumDepth: 8 }],
    ['bike-demand', { trees: 200, splits: 10986, leaves: 11186, maximumDepth: 6 }],
    ['bike-demand-v5', { trees: 200, splits: 10986, leaves: 11186, maximumDepth: 6 }],
  ])('%s has the trees its README states', (name, trees) => {
    expect(summarize(readModelFile(readFileSync(resolve(onnx, `${name}.onnx`)))).trees).toMatchObject(trees)
  })
})
