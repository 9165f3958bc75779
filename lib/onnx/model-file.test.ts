import fc from 'fast-check'
import { InferenceSession } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { compileEncoder } from './encode'
import { summarize } from './graph-summary'
import { ModelFileError, readModelFile, SUPPORTED } from './model-file'
import { bytesField, intField, joined } from './protobuf-write'
import { readSignature } from './signature'
import { identityModel, pipelineModel, zipMapModel } from './testing/sample-models'
import {
  externalTensor,
  FLOAT,
  floatTensor,
  graph,
  int64Tensor,
  ML,
  model,
  node,
  textTensor,
  value,
} from './testing/write-model'
import { withoutZipMap } from './zip-map'

function refusal(bytes: Uint8Array): [code: string, message: string] {
  try {
    readModelFile(bytes)
  } catch (error) {
    if (error instanceof ModelFileError) return [error.code, error.message]
    throw error
  }
  return ['taken', '']
}

const text = (content: string) => new TextEncoder().encode(content)
const x = value('x', FLOAT, [null, 1])
const y = value('y', FLOAT, [null, 1])

describe('readModelFile', () => {
  it('reads what the file says', () => {
    const file = readModelFile(pipelineModel())
    expect(file).toMatchObject({ irVersion: 8, producerName: 'test', producerVersion: '' })
    expect({ ...file.opsets }).toEqual({ '': 17, 'ai.onnx.ml': 3 })
    expect(file.graph.inputs[0]).toEqual({
      name: 'age',
      type: { kind: 'tensor', elementType: 'float32', shape: [null, 1] },
    })
    const classifier = file.graph.nodes.at(-1)
    expect(classifier).toMatchObject({
      opType: 'LinearClassifier',
      domain: ML,
      inputs: ['matrix'],
      outputs: ['label', 'probabilities'],
    })
    expect(classifier?.attributes.get('classlabels_strings')).toEqual({ kind: 'strings', value: ['good', 'bad'] })
    expect(classifier?.attributes.get('intercepts')).toEqual({ kind: 'floats', value: [0, 0] })
    expect(file.graph.initializers.get('two_wide')).toEqual({
      name: 'two_wide',
      elementType: 'int64',
      dims: [2],
      values: BigInt64Array.of(-1n, 2n),
    })
  })

  it('reads tensors wherever the file puts them', () => {
    const initializers = [floatTensor('w', [2], [1.5, -2]), textTensor('t', ['a', ''])]
    // Raw floats at each of the four alignments.
    for (let shift = 0; shift < 4; shift++) {
      const bytes = identityModel({ initializers })
      const moved = Buffer.alloc(bytes.length + 4)
      moved.set(bytes, shift)
      const { graph: read } = readModelFile(moved.subarray(shift, shift + bytes.length))
      expect(read.initializers.get('w')?.values).toEqual(Float32Array.of(1.5, -2))
      expect(read.initializers.get('t')?.values).toEqual(['a', ''])
    }
  })

  it('takes ai.onnx for the default domain, twice over', () => {
    const { opsets } = readModelFile(identityModel({ opsets: [['', 11], ['ai.onnx', 13], ['', 12]] }))
    expect({ ...opsets }).toEqual({ '': 13 })
  })

  it('keeps names that mean something to JavaScript', () => {
    const bytes = identityModel({
      metadata: [['__proto__', 'polluted'], ['constructor', 'c'], ['flightdeck.classes', '{']],
      inputs: [value('__proto__', FLOAT, [null, 1])],
      nodes: [node('Identity', ['__proto__'], ['y'], { attributes: { ['__proto__']: { int: 1 } } })],
    })
    const file = readModelFile(bytes)
    expect(Object.entries(file.metadata)).toContainEqual(['__proto__', 'polluted'])
    expect(file.metadata['toString']).toBeUndefined()
    const { feeds } = compileEncoder(readSignature(file)).encode([JSON.parse('{"__proto__":5}'), {}])
    expect(Object.keys(feeds)).toEqual(['__proto__'])
    expect(feeds['__proto__']?.data).toEqual(Float32Array.of(5, NaN))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it.each<[string, string, Uint8Array]>([
    ['nothing', 'empty', new Uint8Array(0)],
    ['plain text', 'not-onnx', text('model,auc\ncredit,0.8\n')],
    ['JSON', 'not-onnx', text('{"model":"credit"}')],
    ['a web page', 'not-onnx', text('<!doctype html><html></html>')],
    ['a pickle', 'not-onnx', Uint8Array.of(0x80, 0x04, 0x95, 0, 0)],
    ['a zip archive', 'not-onnx', Uint8Array.of(0x50, 0x4b, 0x03, 0x04, 0, 0)],
    ['a gzip file', 'not-onnx', Uint8Array.of(0x1f, 0x8b, 8, 0)],
    ['zeros', 'not-onnx', new Uint8Array(100)],
    ['a header without its graph', 'truncated', identityModel().subarray(0, 8)],
    [
      'two graphs',
      'corrupt',
      identityModel({ extra: [bytesField(7, graph({ nodes: [], inputs: [], outputs: [y] }))] }),
    ],
    ['no operator set', 'corrupt', identityModel({ opsets: [] })],
    ['no output', 'no-output', identityModel({ outputs: [] })],
    ['a newer IR', 'unsupported-ir', identityModel({ irVersion: SUPPORTED.irVersion + 1 })],
    ['a newer ai.onnx', 'unsupported-opset', identityModel({ opsets: [['', 27]] })],
    ['a newer ai.onnx.ml', 'unsupported-opset', identityModel({ opsets: [['', 17], [ML, 6]] })],
    [
      'an operator of a stranger',
      'custom-operator',
      identityModel({ nodes: [node('Magic', ['x'], ['y'], { domain: 'org.stranger' })] }),
    ],
    ['a tensor with too few values', 'corrupt', identityModel({ initializers: [floatTensor('w', [3], [1, 2])] })],
    [
      'a tensor of absurd shape',
      'corrupt',
      identityModel({ initializers: [int64Tensor('w', [2 ** 40, 2 ** 40], [1])] }),
    ],
  ])('refuses %s as %s', (_, code, bytes) => {
    const [found, message] = refusal(bytes)
    expect(found).toBe(code)
    expect(message).toMatch(/^The .*[:(].*\.$/s)
  })

  it('refuses an operator of a stranger in a branch, takes one that the file itself defines', () => {
    const stranger = node('Magic', ['x'], ['y'], { domain: 'org.stranger' })
    const branch = node('If', ['x'], ['y'], {
      attributes: { then_branch: { graph: graph({ nodes: [stranger], inputs: [], outputs: [y] }) } },
    })
    expect(refusal(identityModel({ nodes: [branch] }))[0]).toBe('custom-operator')
    const own = joined([
      bytesField(1, 'Magic'),
      bytesField(4, 'x'),
      bytesField(5, 'y'),
      bytesField(7, node('Identity', ['x'], ['y'])),
      bytesField(10, 'org.stranger'),
    ])
    expect(refusal(identityModel({ nodes: [stranger], extra: [bytesField(25, own)] }))[0]).toBe('taken')
  })

  it('refuses external data wherever it hides', () => {
    const external = externalTensor('w', '../../etc/passwd')
    const constant = node('Constant', [], ['w'], { attributes: { value: { tensor: external } } })
    const branch = graph({ nodes: [constant], inputs: [], outputs: [y] })
    const hidden: Uint8Array[] = [
      identityModel({ initializers: [external] }),
      identityModel({ nodes: [constant] }),
      identityModel({ nodes: [node('If', ['x'], ['y'], { attributes: { then_branch: { graph: branch } } })] }),
      identityModel({ extra: [bytesField(25, [bytesField(1, 'f'), bytesField(7, constant)])] }),
      identityModel({ extra: [bytesField(20, [bytesField(1, branch)])] }),
      model({
        nodes: [node('Identity', ['x'], ['y'])],
        inputs: [x],
        outputs: [y],
        extra: [bytesField(20, [bytesField(2, bytesField(15, [bytesField(1, external)]))])],
      }),
      // Only the marker, or only the location.
      identityModel({
        initializers: [joined([intField(1, 1), intField(2, FLOAT), bytesField(8, 'w'), intField(14, 1)])],
      }),
      identityModel({
        initializers: [
          joined([intField(1, 1), intField(2, FLOAT), bytesField(8, 'w'), bytesField(13, [bytesField(1, 'location')])]),
        ],
      }),
    ]
    for (const bytes of hidden) {
      expect(refusal(bytes)).toEqual(['external-data', expect.stringContaining('save the weights inside the file')])
    }
  })

  it('puts no line break or page of the file into its message', () => {
    const [, message] = refusal(
      identityModel({ nodes: [node('A\nB'.padEnd(9000, '!'), ['x'], ['y'], { domain: 'evil\r\nX-Header: 1' })] }),
    )
    expect(message).not.toMatch(/[\r\n]/)
    expect(message.length).toBeLessThan(400)
  })

  it('states as newest what the runtime states', async () => {
    const open = (bytes: Uint8Array) => InferenceSession.create(bytes, { logSeverityLevel: 4 })
    const scaled = [
      node('Scaler', ['x'], ['y'], { domain: ML, attributes: { offset: { floats: [0] }, scale: { floats: [1] } } }),
    ]
    const at = (irVersion: number, core: number, ml: number) => identityModel({
      irVersion,
      opsets: [['', core], [ML, ml]],
      nodes: scaled,
    })
    const { irVersion, opsets } = SUPPORTED
    const [core, ml] = [opsets.get('') ?? 0, opsets.get(ML) ?? 0]
    await (await open(at(irVersion, core, ml))).release()
    await expect(open(at(irVersion + 1, core, ml))).rejects.toThrow(`max supported IR version: ${irVersion}`)
    await expect(open(at(irVersion, core + 1, ml))).rejects.toThrow(`domain ai.onnx is till opset ${core}.`)
    await expect(open(at(irVersion, core, ml + 1))).rejects.toThrow(`domain ai.onnx.ml is till opset ${ml}.`)
  })
})

describe('damaged files', () => {
  const valid = [identityModel(), pipelineModel(), zipMapModel()]

  /** Everything that is done with a file before a session: only a refusal may come of it. */
  function readAll(bytes: Uint8Array): void {
    try {
      const file = readModelFile(bytes)
      summarize(file)
      const signature = readSignature(file)
      compileEncoder(signature)
      JSON.stringify(signature)
      withoutZipMap(bytes)
    } catch (error) {
      if (!(error instanceof ModelFileError)) throw error
    }
  }

  it('every beginning of a file is refused or read', () => {
    for (const bytes of valid) for (let length = 0; length < bytes.length; length++) readAll(bytes.subarray(0, length))
  })

  it('a file cut inside its graph is called truncated', () => {
    const bytes = pipelineModel()
    for (let length = 40; length < bytes.length / 2; length += 7) {
      expect(refusal(bytes.subarray(0, length))[0]).toBe('truncated')
    }
  })

  it('changed, lost and repeated bytes never crash the reader', () => {
    const change = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      kind: fc.constantFrom('set', 'drop', 'repeat'),
    })
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.array(change, { minLength: 1, maxLength: 6 }), (bytes, changes) => {
        let mutated = Array.from(bytes)
        for (const { at, byte, kind } of changes) {
          const place = at % mutated.length
          if (kind === 'set') mutated[place] = byte
          else if (kind === 'drop') mutated.splice(place, 1 + (byte % 4))
          else mutated = [...mutated.slice(0, place), ...mutated.slice(Math.max(0, place - byte))]
          if (mutated.length === 0) break
        }
        readAll(Uint8Array.from(mutated))
      }),
      { numRuns: 3000, seed: 1 },
    )
  })

  it('random bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(refusal(bytes)[0]).not.toBe('taken')
      }),
      { numRuns: 2000, seed: 1 },
    )
  })

  it('a graph built to grow without end costs no more than its size', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, level) => node('Concat', [`v${level}`, `v${level}`], [`v${level + 1}`], { attributes: { axis: { int: 1 } } }),
    )
    const started = performance.now()
    readAll(
      model({
        nodes: [node('Identity', ['x'], ['v0']), ...doubling, node('Identity', ['x'], ['y'])],
        inputs: [x],
        outputs: [y],
      }),
    )
    const ring = node('TreeEnsembleRegressor', ['x'], ['y'], {
      domain: ML,
      attributes: {
        nodes_treeids: { ints: [0, 0] },
        nodes_nodeids: { ints: [0, 1] },
        nodes_modes: { texts: ['BRANCH_LEQ', 'BRANCH_LEQ'] },
        nodes_truenodeids: { ints: [1, 0] },
        nodes_falsenodeids: { ints: [1, 0] },
      },
    })
    readAll(identityModel({ nodes: [ring] }))
    const added = Array.from({ length: 1000 }, (_, level) => node('Add', [`v${level}`, 'v0'], [`v${level + 1}`]))
    const wide = [value('X', FLOAT, [null, 10_000])]
    readAll(identityModel({ inputs: wide, nodes: [node('Normalizer', ['X'], ['v0'], { domain: ML }), ...added] }))
    const hot = { cats_strings: { texts: Array.from({ length: 2000 }, (_, index) => String(index)) } }
    const encoders = Array.from({ length: 200 }, () => node('OneHotEncoder', ['X'], ['h'], { domain: ML, attributes: hot }))
    readAll(identityModel({ inputs: wide, nodes: encoders }))
    readAll(identityModel({ nodes: [node('Identity', ['z'], ['y']), node('Identity', ['y'], ['z'])] }))
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})
