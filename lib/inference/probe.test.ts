import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readModelFile } from '@/lib/onnx/model-file'
import { readSignature } from '@/lib/onnx/signature'
import { identityModel, pipelineModel } from '@/lib/onnx/testing/sample-models'
import { BOOL, FLOAT, INT64, floatTensor, graph, int64Tensor, model, node, value } from '@/lib/onnx/testing/write-model'
import { probeModel } from './probe'

const MB = 1024 * 1024

function probe(artifact: Uint8Array, rows: Record<string, unknown>[], limits = {}) {
  return probeModel({ artifact, signature: readSignature(readModelFile(artifact)), rows, limits })
}

/** y = x + the sum of this many ones, which the runtime makes while it answers. */
function hungryModel(count: number): Uint8Array {
  return model({
    nodes: [
      node('Cast', ['x'], ['whole'], { attributes: { to: { int: INT64 } } }),
      node('Reshape', ['whole', 'one'], ['size']),
      node('Mul', ['size', 'count'], ['many']),
      node('ConstantOfShape', ['many'], ['zeros']),
      node('ReduceSum', ['zeros'], ['sum'], { attributes: { keepdims: { int: 0 } } }),
      node('Add', ['x', 'sum'], ['y']),
    ],
    inputs: [value('x', FLOAT, [null, 1])],
    outputs: [value('y', FLOAT, [null, 1])],
    initializers: [int64Tensor('one', [1], [1]), int64Tensor('count', [1], [count])],
  })
}

/** Adds x to itself for longer than anybody waits. */
function endlessModel(): Uint8Array {
  const body = graph({
    nodes: [node('Identity', ['going'], ['on']), node('Add', ['held', 'held'], ['next'])],
    inputs: [value('turn', INT64, []), value('going', BOOL, []), value('held', FLOAT, [null, 1])],
    outputs: [value('on', BOOL, []), value('next', FLOAT, [null, 1])],
  })
  return model({
    nodes: [node('Loop', ['turns', '', 'x'], ['y'], { attributes: { body: { graph: body } } })],
    inputs: [value('x', FLOAT, [null, 1])],
    outputs: [value('y', FLOAT, [null, 1])],
    initializers: [int64Tensor('turns', [], [2 ** 52])],
  })
}

describe('a new model in its own process', () => {
  it('answers every row and says how long it took to load', async () => {
    const rows = Array.from({ length: 700 }, (_, x) => ({ x }))
    const { answers, loadMs } = await probe(identityModel(), rows)
    expect(answers.map((answer) => answer.value)).toEqual(rows.map((row) => row.x))
    expect(loadMs).toBeGreaterThan(0)
  })

  it('takes texts, whole numbers, flags and missing values', async () => {
    const { answers } = await probe(pipelineModel(), [
      { age: null, income: 1000, housing: 'own', purpose: '', rooms: 1, employed: true },
    ])
    expect(answers[0]).toMatchObject({ label: expect.stringMatching(/good|bad/), score: expect.any(Number) })
  })

  it('names the row and the column that the model cannot take', async () => {
    const rows = [...Array.from({ length: 300 }, (_, x): Record<string, unknown> => ({ x })), { x: 'text' }]
    await expect(probe(identityModel(), rows)).rejects.toMatchObject({
      code: 'model_does_not_answer',
      message: 'The model loads but does not answer row 301 (column x): must be a number, not a string.',
    })
  })

  it('names the row whose answer is no number', async () => {
    await expect(probe(identityModel(), [{ x: 1 }, { x: null }])).rejects.toMatchObject({
      code: 'model_does_not_answer',
      message: 'The model loads but does not answer row 2: its answer is not a finite number.',
    })
  })

  it('refuses a graph that reads as a file but that the runtime does not take', async () => {
    const artifact = model({
      nodes: [node('MatMul', ['x', 'w'], ['y'])],
      inputs: [value('x', FLOAT, [null, 1])],
      outputs: [value('y', FLOAT, [null, 1])],
      initializers: [floatTensor('w', [5, 1], [1, 2, 3, 4, 5])],
    })
    await expect(probe(artifact, [{ x: 1 }])).rejects.toMatchObject({
      kind: 'invalid',
      code: 'model_does_not_load',
      message: expect.not.stringMatching(/onnxruntime\/|\.cc/),
    })
  })

  it('stops a model that eats memory while it answers', async () => {
    const artifact = hungryModel(400_000_000)
    await expect(probe(hungryModel(4), [{ x: 1 }], { memoryBytes: 400 * MB })).resolves.toMatchObject({ answers: [{ value: 1 }] })
    await expect(probe(artifact, [{ x: 1 }], { memoryBytes: 400 * MB })).rejects.toMatchObject({
      code: 'probe_out_of_memory',
      message: 'The model needs more than 400 MB of memory to load and answer. Export a smaller one.',
    })
  })

  it('stops a model that never answers', async () => {
    await expect(probe(endlessModel(), [{ x: 1 }], { timeMs: 3000 })).rejects.toMatchObject({
      code: 'probe_timeout',
      message: expect.stringContaining('within 3 s'),
    })
  })

  const children = `/proc/${process.pid}/task/${process.pid}/children`

  it.skipIf(!existsSync(children))('survives a crash of the runtime (needs /proc to find the child)', async () => {
    const before = pidsIn(children)
    const probing = probe(endlessModel(), [{ x: 1 }])
    const outcome = expect(probing).rejects.toMatchObject({ code: 'probe_crashed', message: expect.stringContaining('SIGSEGV') })
    for (;;) {
      const pid = pidsIn(children).find((one) => !before.includes(one))
      // Its first reports come over IPC once the entry runs; killing it before is a crash as well.
      if (pid !== undefined) {
        process.kill(pid, 'SIGSEGV')
        break
      }
      await new Promise(setImmediate)
    }
    await outcome
  })
})

function pidsIn(file: string): number[] {
  return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}
