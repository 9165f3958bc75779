import { describe, expect, it } from 'vitest'
import { readModelFile } from './model-file'
import { readSignature } from './signature'
import { runModel } from './testing/run-model'
import { identityModel, zipMapModel } from './testing/sample-models'
import { FLOAT, INT64, mapsValue, ML, node, value } from './testing/write-model'
import { withoutZipMap } from './zip-map'

function rewritten(bytes: Uint8Array): Uint8Array {
  const result = withoutZipMap(bytes)
  if (!result) throw new Error('there was no ZipMap')
  return result
}

describe('withoutZipMap', () => {
  it('hands out the probabilities under the same name, by the same classes', async () => {
    const bytes = rewritten(zipMapModel())
    const signature = readSignature(readModelFile(bytes))
    expect(signature.classes).toEqual(readSignature(readModelFile(zipMapModel())).classes)
    expect(signature.outputs[1]).toEqual({
      name: 'output_probability',
      elementType: 'float32',
      shape: [null, 3],
      role: 'probabilities',
      isServable: true,
    })
    const answers = await runModel(bytes, signature, [{ f0: 0, f1: 0 }, { f0: 2, f1: 0 }, { f0: 2, f1: 9 }])
    expect(answers.map((answer) => answer.label)).toEqual(['low', '__proto__', 'high'])
    expect(
      answers.map((answer) => Object.values(answer.probabilities ?? {})),
    ).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
  })

  it('changes nothing else', () => {
    const before = readModelFile(zipMapModel())
    const after = readModelFile(rewritten(zipMapModel()))
    expect(after.graph.nodes.slice(0, 2)).toEqual(before.graph.nodes.slice(0, 2))
    expect(after.graph.inputs).toEqual(before.graph.inputs)
    expect(after.graph.outputs[0]).toEqual(before.graph.outputs[0])
    expect({ ...after, graph: null, metadata: null }).toEqual({ ...before, graph: null, metadata: null })
  })

  it('keeps the classes that only the ZipMap names', () => {
    const bytes = identityModel({
      nodes: [
        node('Softmax', ['x'], ['p']),
        node('ZipMap', ['p'], ['zipped'], { domain: ML, attributes: { classlabels_int64s: { ints: [7, 9] } } }),
        node('Identity', ['zipped'], ['out']),
      ],
      inputs: [value('x', FLOAT, [null, 2])],
      outputs: [mapsValue('out', INT64)],
    })
    const signature = readSignature(readModelFile(rewritten(bytes)))
    expect(signature).toMatchObject({
      task: 'binary',
      classes: [7, 9],
      positiveClass: 9,
      outputs: [{ name: 'out', isServable: true }],
    })
  })

  it('leaves files without one alone', () => {
    expect(withoutZipMap(identityModel())).toBeNull()
    expect(withoutZipMap(rewritten(zipMapModel()))).toBeNull()
  })
})
