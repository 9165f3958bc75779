import { gunzipSync, gzipSync, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '@/lib/access/contract'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { setOnce } from '@/lib/platform/once'
import { predict, setGuardrails } from '@/lib/serving/commands'
import type { ListPredictAnswer, SinglePredictAnswer } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import { admin, endServing, exampleRows, program } from '@/lib/serving/testing/fixture'
import { readBinary, writeBinary } from '../binary'
import { ID_OUTPUT, type Datatype, type TensorValue } from '../contract'
import { ask, askJson, CLINIC, MATRIX, MIXED, releaseAll, SHOP, SINGLE, type TestCall } from '../testing/fixture'

const bookings = exampleRows('clinic', 8)
const items = exampleRows('shop', 3)

type Tensor = Record<string, unknown> & { name: string; datatype: string; shape: number[]; data: TensorValue[] }

function columns(rows: Record<string, unknown>[], shape: (rows: number) => number[] = (count) => [count, 1]): Tensor[] {
  return Object.keys(rows[0] ?? {}).map((name) => ({
    name,
    datatype: typeof rows[0]?.[name] === 'string' ? 'BYTES' : 'FP32',
    shape: shape(rows.length),
    data: rows.map((row) => row[name] as TensorValue),
  }))
}

async function infer(model: string, body: object, call: TestCall = {}): Promise<{ status: number; body: Record<string, unknown>; outputs: Tensor[]; parameters: Record<string, string> }> {
  const answer = await askJson(`/v2/models/${encodeURIComponent(model)}/infer`, { ...call, body: JSON.stringify(body) })
  return { ...answer, outputs: (answer.body.outputs ?? []) as Tensor[], parameters: (answer.body.parameters ?? {}) as Record<string, string> }
}

const dataOf = (outputs: Tensor[], name: string) => outputs.find((output) => output.name === name)?.data

describe('the Open Inference Protocol over REST', () => {
  let db: Database

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    await releaseAll()
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  describe('answers infer', () => {
    it.each([
      ['[rows, 1]', (count: number) => [count, 1]],
      ['[rows]', (count: number) => [count]],
    ])('of named columns of %s, as predict does, and logs it', async (_, shape) => {
      const { status, body, outputs, parameters } = await infer(CLINIC, { id: 'call-7', inputs: columns(bookings, shape), parameters: { subject: 'patient-1', own: 3 } })
      expect({ status, name: body.model_name, version: body.model_version, id: body.id }).toEqual({ status: 200, name: CLINIC, version: '1', id: 'call-7' })
      const own = (await predict(program, 'no-show-risk', { inputs: bookings, environment: 'staging' })) as ListPredictAnswer
      expect(outputs.map(({ name, datatype, shape: size }) => [name, datatype, size])).toEqual([
        ['label', 'INT64', [8]],
        ['probabilities', 'FP32', [8, 2]],
        [ID_OUTPUT, 'BYTES', [8]],
      ])
      expect(dataOf(outputs, 'label')).toEqual(own.predictions.map(({ output }) => output.label))
      expect(dataOf(outputs, 'probabilities')).toEqual(own.predictions.flatMap(({ output }) => [output.probabilities?.['0'], output.probabilities?.['1']]))
      const logged = await findPrediction(db, String(dataOf(outputs, ID_OUTPUT)?.[3]))
      expect(logged).toMatchObject({ subject: 'patient-1', requestId: 'call-7', environment: 'staging', score: own.predictions[3]?.output.score })
      expect(parameters.environment).toBe('staging')
    })

    it('by the header, which a suffix overrules, and by the version in the path', async () => {
      const headers = { 'x-flightdeck-environment': 'staging' }
      const body = JSON.stringify({ inputs: columns(bookings) })
      expect((await ask('/v2/models/no-show-risk/infer', { body, headers })).status).toBe(200)
      expect((await askJson('/v2/models/no-show-risk/infer', { body })).body.error).toMatch(/No version of no-show-risk has been released to production/)
      expect((await askJson(`/v2/models/${CLINIC}/versions/1/infer`, { body })).body.model_version).toBe('1')
      expect(await askJson(`/v2/models/${CLINIC}/versions/2/infer`, { body })).toMatchObject({ status: 403, body: { error: /predict:unreleased/ } })
      const trying = { ...program, scopes: ['predict', 'predict:unreleased'] } as Principal
      expect((await askJson(`/v2/models/${CLINIC}/versions/2/infer`, { body, principal: trying })).body.model_version).toBe('2')
      expect((await ask(`/v2/models/${CLINIC}/versions/9/infer`, { body })).status).toBe(404)
    })

    it('of one matrix under any name, under the graph’s own, and of bytes', async () => {
      const data = [0.5, 9, 2, 3, 2, 9]
      const expected = ['low', '__proto__', 'high']
      for (const name of ['anything', 'X']) {
        const { outputs } = await infer(MATRIX, { inputs: [{ name, datatype: 'FP64', shape: [3, 2], data }] })
        expect(dataOf(outputs, 'output_label')).toEqual(expected)
        expect(dataOf(outputs, 'output_probability')).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
      }
      for (const datatype of ['FP16', 'BF16', 'FP32', 'FP64'] as Datatype[]) {
        const { outputs } = await binary(MATRIX, [{ name: 'X', datatype, shape: [3, 2] }], [writeBinary(data, datatype)])
        expect(outputs.map((output) => output.values.slice(0, 3))).toEqual([expected, [1, 0, 0], expect.any(Array)])
      }
      for (const datatype of ['INT8', 'UINT8', 'INT16', 'UINT16', 'INT32', 'UINT32', 'INT64', 'UINT64'] as Datatype[]) {
        const { outputs } = await binary(MATRIX, [{ name: 'x', datatype, shape: [2, 2] }], [writeBinary([1, 9, 2, 6], datatype)])
        expect(outputs[0]?.values).toEqual(['low', 'high'])
      }
    })

    it('of columns of every kind, and of one matrix of texts and numbers for them', async () => {
      const rows = [
        { age: 30, income: 1200, housing: 'own', purpose: 'tv', rooms: 2, employed: true },
        { age: 55, income: 800, housing: 'rent', purpose: 'car', rooms: 1, employed: false },
      ]
      const own = (await predict(program, 'mixed', { inputs: rows, environment: 'staging' })) as ListPredictAnswer
      const expected = own.predictions.map(({ output }) => output.label)
      const types = { age: 'FP32', income: 'FP64', housing: 'BYTES', purpose: 'BYTES', rooms: 'INT64', employed: 'BOOL' } as const
      const named = Object.entries(types).map(([name, datatype]) => ({ name, datatype, values: rows.map((row) => row[name as keyof typeof types]) }))
      const plain = await infer(MIXED, { inputs: named.map(({ name, datatype, values }) => ({ name, datatype, shape: [2, 1], data: values })) })
      const bytes = await binary(MIXED, named.map(({ name, datatype }) => ({ name, datatype, shape: [2] })), named.map(({ values, datatype }) => writeBinary(values, datatype)))
      const mixed = await infer(MIXED, { inputs: [{ name: 'rows', datatype: 'BYTES', shape: [2, 6], data: rows.map((row) => Object.values(row)) }] })
      const texts = await infer(MIXED, { inputs: [{ name: 'rows', datatype: 'BYTES', shape: [2, 6], data: rows.flatMap((row) => Object.values(row).map(String)) }] })
      for (const outputs of [plain.outputs, mixed.outputs, texts.outputs]) {
        expect(dataOf(outputs, 'label')).toEqual(expected)
        expect(dataOf(outputs, 'probabilities')).toEqual(own.predictions.flatMap(({ output }) => Object.values(output.probabilities ?? {})))
      }
      expect(bytes.outputs[0]?.values).toEqual(expected)
    })

    it('of one probability where the model gives one', async () => {
      const { outputs } = await infer(SINGLE, { inputs: [{ name: 'X', datatype: 'FP32', shape: [2, 2], data: [[1, 1], [4, 1]] }] })
      expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([['p', [2, 1]], [ID_OUTPUT, [2]]])
      expect(dataOf(outputs, 'p')).toEqual([0.5, expect.closeTo(0.952574, 5)])
    })

    it('only of the outputs that are asked for, each as it is wanted', async () => {
      const { outputs } = await infer(CLINIC, { inputs: columns(bookings.slice(0, 2)), outputs: [{ name: 'probabilities', parameters: { classification: 1 } }, { name: 'label' }] })
      const own = (await predict(program, 'no-show-risk', { inputs: bookings.slice(0, 2), environment: 'staging' })) as ListPredictAnswer
      const likeliest = own.predictions.map(({ output }) => `${output.probabilities?.[String(output.label)]}:${output.label}:${output.label}`)
      expect(outputs).toEqual([
        { name: 'probabilities', datatype: 'BYTES', shape: [2, 1], data: likeliest },
        { name: 'label', datatype: 'INT64', shape: [2], data: own.predictions.map(({ output }) => output.label) },
      ])
    })

    it('with reasons, and with a subject for each row', async () => {
      const subjects = { name: 'flightdeck_subject', datatype: 'BYTES', shape: [2], data: ['p-1', 'p-2'] }
      const { outputs, parameters } = await infer(CLINIC, { inputs: [...columns(bookings.slice(0, 2)), subjects], parameters: { explain: true, locale: 'en' } })
      const reasons = JSON.parse(parameters.reasons ?? 'null') as unknown[]
      // Without the explainer's process the answer says so.
      expect(reasons).toHaveLength(2)
      for (const [row, id] of (dataOf(outputs, ID_OUTPUT) ?? []).entries()) expect((await findPrediction(db, String(id)))?.subject).toBe(`p-${row + 1}`)
    })

    it('missing as null or NaN', async () => {
      const [row = {}] = items
      const whole = (await predict(program, 'price-optimiser', { inputs: row, environment: 'staging' })) as SinglePredictAnswer
      const { outputs } = await infer(SHOP, { inputs: columns([row]) })
      expect(dataOf(outputs, 'price')).toEqual([whole.output.value])
      const missing = columns([{ ...row, stock: null }])
      expect((await infer(SHOP, { inputs: missing })).body.error).toMatch(/rows\[0\]\.stock: stock is required/)
      const raw = columns([row]).map(({ name, datatype, shape, data }) => ({ name, datatype: datatype as Datatype, shape, data: name === 'stock' ? [NaN] : data }))
      const answer = await binary(SHOP, raw.map(({ name, datatype, shape }) => ({ name, datatype, shape })), raw.map(({ data, datatype }) => writeBinary(data, datatype)))
      expect(answer).toMatchObject({ status: 400, error: expect.stringContaining('stock is required') as string })
    })

    it('with what a guardrail answers instead, in its tensors', async () => {
      const [row = {}] = items
      const limit = { limit: { rule: 'output-range' as const, min: null, max: 1.25 }, fallback: { kind: 'clamp' as const } }
      await setGuardrails(admin, { model: 'price-optimiser', environment: 'staging', rules: [limit] })
      const { outputs, parameters } = await infer(SHOP, { inputs: columns([row]) })
      expect(outputs[0]).toMatchObject({ name: 'price', datatype: 'FP32', shape: [1, 1], data: [1.25] })
      expect(JSON.parse(parameters.fallback ?? '')).toEqual([expect.objectContaining({ rule: expect.stringContaining('output-range') as string })])
      const raw = await binary(SHOP, columns([row]).map(({ name, datatype, shape }) => ({ name, datatype: datatype as Datatype, shape })), columns([row]).map(({ data, datatype }) => writeBinary(data, datatype as Datatype)))
      expect(raw.outputs[0]?.values).toEqual([1.25])
      await setGuardrails(admin, { model: 'price-optimiser', environment: 'staging', rules: [] })
    })
  })

  async function binary(model: string, inputs: { name: string; datatype: Datatype; shape: number[] }[], chunks: Buffer[], change: (body: Buffer, jsonLength: number) => TestCall = (body, length) => ({ body, headers: { 'inference-header-content-length': String(length) } })) {
    const head = Buffer.from(JSON.stringify({ inputs: inputs.map((input, index) => ({ ...input, parameters: { binary_data_size: chunks[index]?.length } })), parameters: { binary_data_output: true } }))
    const answer = await ask(`/v2/models/${encodeURIComponent(model)}/infer`, change(Buffer.concat([head, ...chunks]), head.length))
    const body = Buffer.from(answer.body)
    const length = Number(answer.headers?.['inference-header-content-length'] ?? body.length)
    const json = JSON.parse(body.toString('utf8', 0, length)) as { error?: string; outputs?: { name: string; datatype: Datatype; shape: number[]; parameters: { binary_data_size: number } }[] }
    let at = length
    const outputs = (json.outputs ?? []).map(({ name, shape, datatype, parameters }) => {
      const bytes = body.subarray(at, (at += parameters.binary_data_size))
      return { name, shape, datatype, values: readBinary(bytes, datatype, shape.reduce((a, b) => a * b, 1), name) }
    })
    expect(at).toBe(body.length)
    return { status: answer.status, error: json.error, outputs }
  }

  describe('compression', () => {
    const body = JSON.stringify({ inputs: columns(Array.from({ length: 200 }, (_, row) => bookings[row % 8] ?? {})) })

    it.each([['gzip', gzipSync], ['deflate', deflateSync]] as const)('takes a body of %s', async (encoding, compress) => {
      expect((await ask(`/v2/models/${CLINIC}/infer`, { body: compress(body), headers: { 'content-encoding': encoding } })).status).toBe(200)
    })

    it('answers compressed who asks for it, where that saves something', async () => {
      const answer = await ask(`/v2/models/${CLINIC}/infer`, { body, headers: { 'accept-encoding': 'br, gzip' } })
      expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
      expect(JSON.parse(gunzipSync(answer.body as Buffer).toString())).toMatchObject({ model_version: '1' })
      for (const accepted of ['gzip;q=0', 'br', '']) expect((await ask(`/v2/models/${CLINIC}/infer`, { body, headers: { 'accept-encoding': accepted } })).headers).not.toHaveProperty('content-encoding')
      const small = await ask(`/v2/models/${CLINIC}/infer`, { body: JSON.stringify({ inputs: columns(bookings.slice(0, 1)) }), headers: { 'accept-encoding': 'gzip' } })
      expect(small).toMatchObject({ status: 200, headers: expect.not.objectContaining({ 'content-encoding': 'gzip' }) as object })
    })

    it.each([
      ['a bomb of JSON', gzipSync(Buffer.alloc(20 * 1024 * 1024)), 'gzip', 413],
      ['a bomb of bytes after it', gzipSync(Buffer.concat([Buffer.from('{"inputs": []}'), Buffer.alloc(20 * 1024 * 1024)])), 'gzip', 413],
      ['what is not compressed', Buffer.from(body), 'gzip', 400],
      ['half of it', gzipSync(body).subarray(0, 40), 'gzip', 400],
      ['another encoding', Buffer.from(body), 'br', 415],
    ])('refuses %s', async (what, bytes, encoding, status) => {
      expect(await askJson(`/v2/models/${CLINIC}/infer`, { body: bytes, headers: { 'content-encoding': encoding, ...(what.includes('after') ? { 'inference-header-content-length': '14' } : {}) } })).toMatchObject({ status, body: { error: expect.any(String) as string } })
    })
  })

  describe('refuses', () => {
    const X = { name: 'X', datatype: 'FP32', shape: [1, 2], data: [1, 2] }
    const REFUSED: [what: string, status: number, error: RegExp, body: unknown, path?: string][] = [
      ['an unknown model', 404, /no model called unheard-of/, { inputs: [X] }, '/v2/models/unheard-of/infer'],
      ['an unknown environment', 404, /no environment called moon/, { inputs: [X] }, '/v2/models/matrix@moon/infer'],
      ['a version that is no number', 404, /version latest/, { inputs: [X] }, `/v2/models/${MATRIX}/versions/latest/infer`],
      ['a list', 400, /must be an object/, []],
      ['no inputs', 400, /inputs must be a list/, {}],
      ['an empty list of inputs', 400, /at least one input/, { inputs: [] }],
      ['an input that is no object', 400, /must be an object/, { inputs: [null] }],
      ['an input without name', 400, /must have a name/, { inputs: [{ ...X, name: '' }] }],
      ['an unknown datatype', 400, /datatype of X must be one of BOOL/, { inputs: [{ ...X, datatype: 'float32' }] }],
      ['no shape', 400, /shape of X/, { inputs: [{ ...X, shape: undefined }] }],
      ['a negative size', 400, /shape of X/, { inputs: [{ ...X, shape: [1, -2] }] }],
      ['a huge shape', 400, /shape of X/, { inputs: [{ ...X, shape: [1e9, 1e9] }] }],
      ['no rows', 400, /at least one row/, { inputs: [{ ...X, shape: [0, 2], data: [] }] }],
      ['1,001 rows', 400, /at most 1000 rows/, { inputs: [{ ...X, shape: [1001, 2], data: new Array(2002).fill(1) }] }],
      ['too few values', 400, /X has 1 values of data, where its shape needs 2/, { inputs: [{ ...X, data: [1] }] }],
      ['data that is no list', 400, /data of X must be a list/, { inputs: [{ ...X, data: 'abc' }] }],
      ['another width', 400, /X has 3 values in each row, where the model takes 2/, { inputs: [{ ...X, shape: [1, 3], data: [1, 2, 3] }] }],
      ['an unknown input', 400, /no input Y\. Did you mean X\?/, { inputs: [X, { ...X, name: 'Y' }] }],
      ['the same input twice', 400, /given twice/, { inputs: [X, X] }],
      ['different numbers of rows', 400, /has 2 rows and age has 1/, { inputs: [...columns([bookings[0] ?? {}]).slice(0, 1), { name: 'hour', datatype: 'FP32', shape: [2], data: [1, 2] }] }, `/v2/models/${CLINIC}/infer`],
      ['a text for a number', 400, /rows\[0\]\.age: age must be a number, not a text/, { inputs: columns([{ ...bookings[0], age: 'old' }]) }, `/v2/models/${CLINIC}/infer`],
      ['an unknown output', 400, /no output labels\./, { inputs: [X], outputs: [{ name: 'labels' }] }],
      ['classes of a label', 400, /no classes/, { inputs: [X], outputs: [{ name: 'output_label', parameters: { classification: 1 } }] }],
      ['shared memory', 400, /shared memory/, { inputs: [{ ...X, data: undefined, parameters: { shared_memory_region: 'r', shared_memory_byte_size: 8 } }] }],
      ['an id that is no text', 400, /id must be a text/, { id: 7, inputs: [X] }],
      ['explain as a text', 400, /explain must be true or false/, { inputs: [X], parameters: { explain: 'yes' } }],
      ['a subject with control characters', 400, /subject must be a text/, { inputs: [X], parameters: { subject: 'a\u0000' } }],
      ['bytes that are not there', 400, /binary_data_size of X/, { inputs: [{ ...X, data: undefined, parameters: { binary_data_size: 8 } }] }],
      ['a whole number beyond 2^53', 400, /9007199254740991/, '{"inputs": [{"name": "X", "datatype": "INT64", "shape": [1, 2], "data": [9007199254740993, 1]}]}'],
      ['NaN in JSON', 400, /NaN/, '{"inputs": [{"name": "X", "datatype": "FP32", "shape": [1, 2], "data": [NaN, 1]}]}'],
      ['1e999', 400, /larger than a number can be/, '{"inputs": [{"name": "X", "datatype": "FP64", "shape": [1, 2], "data": [1e999, 1]}]}'],
      ['broken JSON', 400, /not JSON/, '{"inputs": ['],
      ['10,000 levels', 400, /nested/, '['.repeat(10_000)],
    ]
    it.each(REFUSED)('%s with %d', async (_, status, error, body, path = `/v2/models/${MATRIX}/infer`) => {
      const answer = await askJson(path, { body: typeof body === 'string' ? body : JSON.stringify(body) })
      expect(answer).toEqual({ status, body: { error: expect.stringMatching(error) as string } })
    })

    it('who may not', async () => {
      const body = JSON.stringify({ inputs: [X] })
      const reader = { ...program, scopes: ['read'] } as Principal
      const nobody = { ...program, scopes: [] } as Principal
      expect(await askJson(`/v2/models/${MATRIX}/infer`, { body, principal: null })).toMatchObject({ status: 401, body: { error: /token/ } })
      expect((await ask(`/v2/models/${MATRIX}/infer`, { body, principal: reader })).status).toBe(403)
      // Before anything is looked up, so that nobody learns which models there are.
      expect((await ask('/v2/models/unheard-of/infer', { body, principal: null })).status).toBe(401)
      expect((await ask(`/v2/models/${CLINIC}/versions/2`)).status).toBe(403)
      for (const path of [`/v2/models/${MATRIX}`, `/v2/models/${MATRIX}/config`]) {
        expect((await ask(path, { principal: null })).status).toBe(401)
        expect((await ask(path, { principal: nobody })).status).toBe(403)
        expect((await ask(path, { principal: reader })).status).toBe(200)
      }
      expect((await ask('/v2/repository/index', { method: 'POST', principal: null })).status).toBe(401)
    })

    it('another method and another path', async () => {
      expect(await ask(`/v2/models/${MATRIX}/infer`)).toMatchObject({ status: 405, headers: { allow: 'POST' } })
      expect((await ask('/v2', { method: 'POST' })).status).toBe(405)
      for (const path of ['/v2/models', `/v2/models/${MATRIX}/stats`, '/v2/systemsharedmemory/status', '/v2/models//infer']) {
        expect(await askJson(path)).toMatchObject({ status: 404, body: { error: expect.any(String) as string } })
      }
    })
  })

  it('tells what the server and a model are', async () => {
    expect((await askJson('/v2', { principal: null })).body).toMatchObject({ name: 'flightdeck', extensions: expect.arrayContaining(['binary_tensor_data']) as string[] })
    expect((await askJson(`/v2/models/${MIXED}`)).body).toEqual({
      name: MIXED,
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'age', datatype: 'FP32', shape: [-1, 1] },
        { name: 'income', datatype: 'FP32', shape: [-1, 1] },
        { name: 'housing', datatype: 'BYTES', shape: [-1, 1] },
        { name: 'purpose', datatype: 'BYTES', shape: [-1, 1] },
        { name: 'rooms', datatype: 'INT64', shape: [-1, 1] },
        { name: 'employed', datatype: 'BOOL', shape: [-1, 1] },
      ],
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
        { name: ID_OUTPUT, datatype: 'BYTES', shape: [-1] },
      ],
    })
    expect((await askJson(`/v2/models/${MATRIX}/versions/1/config`)).body).toMatchObject({ max_batch_size: 1000, input: [{ name: 'X', data_type: 'TYPE_FP32', dims: [2] }] })
    const index = await ask('/v2/repository/index', { method: 'POST' })
    expect(JSON.parse(String(index.body))).toContainEqual({ name: CLINIC, version: '1', state: 'READY', reason: '' })
  })

  it('is ready while the process is', async () => {
    const paths = ['/v2/health/ready', `/v2/models/${CLINIC}/ready`, `/v2/models/${CLINIC}/versions/1/ready`]
    for (const path of ['/v2/health/live', ...paths]) expect((await ask(path, { principal: null })).status).toBe(200)
    expect((await ask(`/v2/models/${CLINIC}/versions/2/ready`, { principal: null })).status).toBe(403)
    expect((await ask('/v2/models/no-show-risk/ready', { principal: null })).status).toBe(404)
    setOnce('readiness', () => false)
    for (const path of paths) expect((await ask(path, { principal: null })).status).toBe(503)
    expect((await ask('/v2/health/live', { principal: null })).status).toBe(200)
    setOnce('readiness', undefined)
  })
})
