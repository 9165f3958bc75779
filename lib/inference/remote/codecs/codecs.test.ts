import { describe, expect, it } from 'vitest'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { guessPlaces } from '../complete'
import { endpointSchema, type CompleteEndpoint, type EndpointInput } from '../endpoint'
import { compileAnswer } from '../places'
import { codecOf } from '.'

const MATRIX = { shape: 'matrix', fields: [{ name: 'age', type: 'number' }, { name: 'visits', type: 'integer' }] } satisfies EndpointInput['inputs']
const COLUMNS = { shape: 'columns', fields: [{ name: 'age', type: 'number' }, { name: 'plan', type: 'category', remoteName: 'Plan' }] } satisfies EndpointInput['inputs']

function complete(endpoint: EndpointInput): CompleteEndpoint {
  return endpointSchema.parse(endpoint) as CompleteEndpoint
}

function asked(endpoint: EndpointInput, rows: (number | string | boolean | null)[][]) {
  const { url, contentType, body } = codecOf(complete(endpoint)).call(rows)
  return { url: url.href, contentType, body: contentType === 'application/json' ? (JSON.parse(body) as unknown) : body }
}

function items(endpoint: EndpointInput, body: unknown, rows: number, contentType = 'application/json'): unknown[] {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  // Without prototypes, which a comparison would tell.
  return JSON.parse(JSON.stringify(codecOf(complete(endpoint)).items({ status: 200, contentType, body: bytes }, rows))) as unknown[]
}

const v2 = { protocol: 'open-inference', url: 'http://m/base/', model: 'no show', inputs: MATRIX } satisfies EndpointInput
const mlflow = { protocol: 'mlflow', url: 'http://m', inputs: COLUMNS } satisfies EndpointInput
const kserve = { protocol: 'kserve-v1', url: 'http://m', model: 'risk', inputs: MATRIX } satisfies EndpointInput
const sagemaker = { protocol: 'sagemaker', url: 'http://m', inputs: COLUMNS } satisfies EndpointInput
const custom = { protocol: 'json', url: 'http://m/score?v=1', inputs: COLUMNS, template: { body: { cases: '$rows' }, rows: '/out' } } satisfies EndpointInput

describe('what is sent', () => {
  it('is a matrix or a tensor for each column for Open Inference', () => {
    expect(asked({ ...v2, modelVersion: '3', answer: { probabilities: { output: 'predict_proba' } } }, [[1.5, 2], [3, 4]])).toEqual({
      url: 'http://m/base/v2/models/no%20show/versions/3/infer',
      contentType: 'application/json',
      body: { inputs: [{ name: 'input-0', shape: [2, 2], datatype: 'FP64', data: [1.5, 2, 3, 4] }], outputs: [{ name: 'predict_proba' }] },
    })
    expect(asked({ ...v2, inputs: COLUMNS, parameters: { content_type: 'pd' } }, [[1, 'a'], [null, 'b']]).body).toEqual({
      inputs: [
        { name: 'age', shape: [2, 1], datatype: 'FP64', data: [1, null] },
        { name: 'Plan', shape: [2, 1], datatype: 'BYTES', data: ['a', 'b'] },
      ],
      parameters: { content_type: 'pd' },
    })
  })

  it('is what the others take', () => {
    expect(asked(mlflow, [[1, 'a']])).toMatchObject({ url: 'http://m/invocations', body: { dataframe_split: { columns: ['age', 'Plan'], data: [[1, 'a']] } } })
    expect(asked({ ...mlflow, inputs: MATRIX }, [[1, 2]]).body).toEqual({ inputs: [[1, 2]] })
    expect(asked(kserve, [[1, 2]])).toMatchObject({ url: 'http://m/v1/models/risk:predict', body: { instances: [[1, 2]] } })
    expect(asked({ ...kserve, protocol: 'tf-serving', modelVersion: '7', inputs: COLUMNS }, [[1, 'a']])).toMatchObject({ url: 'http://m/v1/models/risk/versions/7:predict', body: { instances: [{ age: 1, Plan: 'a' }] } })
    expect(asked(sagemaker, [[1, 'a']])).toMatchObject({ url: 'http://m/invocations', body: { instances: [{ age: 1, Plan: 'a' }] } })
    expect(asked({ ...sagemaker, format: 'csv' }, [[1, 'a, b'], [null, 'c']])).toEqual({ url: 'http://m/invocations', contentType: 'text/csv', body: '1,"a, b"\n,c' })
  })

  it('is a template with rows in its places', () => {
    expect(asked(custom, [[1, 'a'], [2, 'b']])).toEqual({ url: 'http://m/score?v=1', contentType: 'application/json', body: { cases: [{ age: 1, Plan: 'a' }, { age: 2, Plan: 'b' }] } })
    const single = { ...custom, template: { body: { customer: { age: '$field:age' }, all: ['$row'], note: 'cost: $5' } } }
    expect(asked(single, [[1, 'a']]).body).toEqual({ customer: { age: 1 }, all: [{ age: 1, Plan: 'a' }], note: 'cost: $5' })
  })
})

describe('what came', () => {
  it.each([
    ['flat and nested tensors', v2, { outputs: [{ name: 'predict', data: [0, 1] }, { name: 'p', data: [[0.1, 0.9], [0.8, 0.2]] }] }, [{ predict: 0, p: [0.1, 0.9] }, { predict: 1, p: [0.8, 0.2] }]],
    ['predictions', mlflow, { predictions: [0.5, 1] }, [0.5, 1]],
    ['an object of lists', mlflow, { predictions: { a: [1, 2], b: [3, 4] } }, [{ a: 1, b: 3 }, { a: 2, b: 4 }]],
    ['a bare list', sagemaker, [[0.1], [0.2]], [[0.1], [0.2]]],
    ['a pointer', custom, { out: [{ p: 1 }, { p: 2 }] }, [{ p: 1 }, { p: 2 }]],
  ] as const)('is read for each row: %s', (_, endpoint, body, expected) => expect(items(endpoint, body, 2)).toEqual(expected))

  it('is read from CSV, a line a row or all in one', () => {
    expect(items(sagemaker, 'yes,0.25\nno,0.5\n', 2, 'text/csv; charset=utf-8')).toEqual([['yes', 0.25], ['no', 0.5]])
    expect(items(sagemaker, '0.25,0.5', 2, 'text/csv')).toEqual([0.25, 0.5])
  })

  it.each([
    ['not JSON', mlflow, '<html>', 'not JSON'],
    ['NaN, which JSON has not', mlflow, '{"predictions":[NaN,1]}', 'not JSON'],
    ['too few', mlflow, { predictions: [1] }, '1 predictions for 2 rows'],
    ['an error', mlflow, { error: 'no' }, 'without a list of predictions'],
    ['no outputs', v2, { outputs: [] }, 'without outputs'],
    ['a tensor of another length', v2, { outputs: [{ name: 'p', data: [1, 2, 3] }] }, '3 values in the output "p" for 2 rows'],
    ['nothing where the pointer points', custom, { other: [] }, 'without /out'],
  ])('is refused: %s', (_, endpoint, body, words) => expect(() => items(endpoint, body, 2)).toThrow(words))
})

const binary = { task: 'binary', classes: [0, 1], positiveClass: 1 } satisfies Partial<GraphSignature>
const texts = { task: 'multiclass', classes: ['low', 'mid', 'high'] } satisfies Partial<GraphSignature>

describe('answers', () => {
  it.each([
    [binary, { probabilities: {} }, [0.25, 0.75], { label: 1, score: 0.75, probabilities: { 0: 0.25, 1: 0.75 } }],
    [binary, { probability: { output: 'p' } }, { p: [0.25] }, { label: 0, score: 0.25, probabilities: { 0: 0.75, 1: 0.25 } }],
    [binary, { probability: { column: 1 } }, [0.4, 0.6], { label: 1, score: 0.6, probabilities: { 0: 0.4, 1: 0.6 } }],
    [binary, { label: {} }, 1, { label: 1 }],
    [binary, { label: { output: '/answer/label' }, probability: { output: '/answer/p~1x' } }, { answer: { label: '0', 'p/x': 0.9 } }, { label: 0, score: 0.9, probabilities: { 0: 1 - 0.9, 1: 0.9 } }],
    [texts, { probabilities: { output: 'p' } }, { p: [0.1, 0.7, 0.2] }, { label: 'mid', probabilities: { low: 0.1, mid: 0.7, high: 0.2 } }],
    [{ task: 'regression' }, { value: {} }, { price: [3.5] }, { value: 3.5 }],
    [{ task: 'regression' }, { value: { column: 0 } }, [3.5, 1], { value: 3.5 }],
  ] as const)('of %j at %j in %j', (signature, places, item, answer) => expect(compileAnswer(places, signature as unknown as GraphSignature)(item, 0)).toEqual(answer))

  it.each([
    [binary, { probabilities: {} }, [0.25, 0.75, 0], 'no list of 2 probabilities'],
    [binary, { probability: {} }, 1.5, 'not between 0 and 1'],
    [binary, { probability: {} }, '0.5', 'no finite number'],
    [binary, { probability: {} }, null, 'no finite number'],
    [binary, { label: {} }, 'maybe', 'no class of 0, 1'],
    [binary, { label: { output: 'constructor' } }, {}, 'no class'],
    [{ task: 'regression' }, { value: {} }, [1, 2], 'no finite number'],
  ] as const)('of %j at %j are refused in %j', (signature, places, item, words) => expect(() => compileAnswer(places, signature as unknown as GraphSignature)(item, 4)).toThrow(`gave ${words.startsWith('not') ? 'a probability that is ' : ''}${words}`))

  it.each([
    [binary, [[0.1, 0.9], [0.5, 0.5]], { probabilities: {} }],
    [binary, [0, 1, 1], { label: {} }],
    [binary, [0.1, 0.7], { probability: {} }],
    [binary, [{ label: 1, p: 0.7 }, { label: 0, p: 0.2 }], { label: { output: 'label' }, probability: { output: 'p' } }],
    [binary, [{ predict: 1, predict_proba: [0.3, 0.7] }], { label: { output: 'predict' }, probabilities: { output: 'predict_proba' } }],
    [texts, ['low', 'high'], { label: {} }],
    [texts, ['low', 'huge'], null],
    [{ task: 'regression' }, [[3.5], [4]], { value: {} }],
    [{ task: 'regression' }, ['3.5'], null],
  ] as const)('of %j are guessed from %j', (answering, said, places) => expect(guessPlaces(said, answering as never)).toEqual(places))
})
