import { credentials, makeGenericClientConstructor, Metadata, status, type Client, type ServiceError } from '@grpc/grpc-js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setOnce } from '@/lib/platform/once'
import type { ModelInferResponse } from '@/lib/protocols/open-inference/grpc/messages'
import { inferenceService } from '@/lib/protocols/open-inference/grpc/proto'
import { CLINIC, MATRIX, MIXED } from '@/lib/protocols/open-inference/testing/fixture'
import { exampleRows } from '@/lib/serving/testing/fixture'
import { openGrpc } from './grpc'
import { openPorts, type OpenInferencePorts } from './testing/open-inference'

const service = inferenceService()

interface Answered {
  code: status
  details: string
  message: Record<string, unknown> | null
}

describe('the Open Inference Protocol over gRPC', () => {
  let ports: OpenInferencePorts
  let client: Client

  beforeAll(async () => {
    ports = await openPorts()
    client = new (makeGenericClientConstructor(service, 'inference'))(ports.grpc, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 })
  })
  afterAll(async () => {
    client.close()
    await ports.close()
  })

  function call(method: string, message: object | Buffer, { headers = {}, deadline }: { headers?: Record<string, string>; deadline?: number } = {}): Promise<Answered> {
    const { path, requestSerialize, responseDeserialize } = service[method] as (typeof service)[string]
    const metadata = new Metadata()
    for (const [name, value] of Object.entries({ authorization: `Bearer ${ports.token}`, ...headers })) if (value !== '') metadata.set(name, value)
    const serialize = (value: object | Buffer) => (Buffer.isBuffer(value) ? value : requestSerialize(value))
    return new Promise((resolve) => {
      client.makeUnaryRequest(path, serialize, responseDeserialize, message, metadata, deadline === undefined ? {} : { deadline }, (error: ServiceError | null, answer?: object) => {
        resolve({ code: error?.code ?? status.OK, details: error?.details ?? '', message: (answer as Record<string, unknown> | undefined) ?? null })
      })
    })
  }

  const X = { name: 'X', datatype: 'FP32', shape: [3, 2], contents: { fp32_contents: [0.5, 9, 2, 3, 2, 9] } }
  const infer = (message: object, options = {}) => call('ModelInfer', { model_name: MATRIX, inputs: [X], ...message }, options)
  const outputsOf = ({ message, details }: Answered) => {
    if (message === null) throw new Error(details)
    return message as unknown as ModelInferResponse
  }

  it('answers contents of every datatype in contents, and raw ones raw', async () => {
    const { outputs, raw_output_contents: none } = outputsOf(await infer({}))
    expect(none).toEqual([])
    expect(outputs.map(({ name, datatype, shape }) => [name, datatype, shape.map(Number)]).slice(0, 2)).toEqual([['output_label', 'BYTES', [3]], ['output_probability', 'FP32', [3, 3]]])
    expect(outputs[0]?.contents?.bytes_contents?.map(String)).toEqual(['low', '__proto__', 'high'])
    expect(outputs[1]?.contents?.fp32_contents).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
    const contents = { FP64: 'fp64_contents', INT8: 'int_contents', INT16: 'int_contents', INT32: 'int_contents', INT64: 'int64_contents', UINT8: 'uint_contents', UINT16: 'uint_contents', UINT32: 'uint_contents', UINT64: 'uint64_contents' }
    for (const [datatype, name] of Object.entries(contents)) {
      const answer = outputsOf(await infer({ inputs: [{ name: 'x', datatype, shape: [2, 2], contents: { [name]: [1, 9, 2, 6] } }] }))
      expect(answer.outputs[0]?.contents?.bytes_contents?.map(String), datatype).toEqual(['low', 'high'])
    }
    const raw = outputsOf(await infer({ inputs: [{ ...X, contents: undefined, shape: [1, 2] }], raw_input_contents: [Buffer.from(Float32Array.of(2, 9).buffer)] }))
    expect(raw.outputs[0]).toMatchObject({ name: 'output_label', contents: null })
    expect(raw.raw_output_contents[0]?.subarray(4).toString()).toBe('high')
  })

  it('answers texts and flags, and whole numbers as whole numbers', async () => {
    const column = (name: string, datatype: string, contents: object) => ({ name, datatype, shape: [1, 1], contents })
    const inputs = [
      column('age', 'FP32', { fp32_contents: [30] }),
      column('income', 'FP64', { fp64_contents: [1200] }),
      column('housing', 'BYTES', { bytes_contents: [Buffer.from('own')] }),
      column('purpose', 'BYTES', { bytes_contents: [Buffer.from('tv')] }),
      column('rooms', 'INT64', { int64_contents: ['2'] }),
      column('employed', 'BOOL', { bool_contents: [true] }),
    ]
    expect(outputsOf(await infer({ model_name: MIXED, inputs })).outputs[0]?.contents?.bytes_contents?.map(String)).toEqual([expect.stringMatching(/good|bad/)])
    const [row = {}] = exampleRows('clinic', 1)
    const booking = Object.entries(row).map(([name, value]) => (typeof value === 'string' ? column(name, 'BYTES', { bytes_contents: [Buffer.from(value)] }) : column(name, 'FP32', { fp32_contents: [value] })))
    const answer = outputsOf(await infer({ model_name: 'no-show-risk', inputs: booking, id: 'g-1', outputs: [{ name: 'label' }] }, { headers: { 'x-flightdeck-environment': 'staging' } }))
    expect(answer).toMatchObject({ model_name: 'no-show-risk', model_version: '1', id: 'g-1', parameters: { environment: { string_param: 'staging' } } })
    expect(answer.outputs.map(({ contents }) => contents?.int64_contents)).toEqual([[expect.stringMatching(/^[01]$/)]])
  })

  const REFUSED: [what: string, code: keyof typeof status, details: RegExp, message: object, options?: { headers?: Record<string, string> }][] = [
    ['no token', 'UNAUTHENTICATED', /token/, {}, { headers: { authorization: '' } }],
    ['an unknown token', 'UNAUTHENTICATED', /./, {}, { headers: { authorization: 'Bearer fd_nobody' } }],
    ['an unknown model', 'NOT_FOUND', /unheard-of/, { model_name: 'unheard-of' }],
    ['a version that is not released', 'PERMISSION_DENIED', /predict:unreleased/, { model_name: CLINIC, model_version: '2' }],
    ['a version that is no number', 'NOT_FOUND', /versions have numbers/, { model_version: 'latest' }],
    ['contents of another type', 'INVALID_ARGUMENT', /0 values/, { inputs: [{ ...X, datatype: 'INT64' }] }],
    ['half floats outside raw contents', 'INVALID_ARGUMENT', /raw_input_contents/, { inputs: [{ ...X, datatype: 'FP16' }] }],
    ['contents beside raw ones', 'INVALID_ARGUMENT', /beside/, { raw_input_contents: [Buffer.alloc(24)] }],
    ['raw contents of some inputs', 'INVALID_ARGUMENT', /all, or none/, { raw_input_contents: [Buffer.alloc(24), Buffer.alloc(24)] }],
    ['too few raw bytes', 'INVALID_ARGUMENT', /23 bytes/, { inputs: [{ ...X, contents: undefined }], raw_input_contents: [Buffer.alloc(23)] }],
    ['a whole number beyond 2^53', 'INVALID_ARGUMENT', /9007199254740991/, { inputs: [{ ...X, datatype: 'INT64', shape: [1, 2], contents: { int64_contents: ['9007199254740993', '1'] } }] }],
    ['a text that is not UTF-8', 'INVALID_ARGUMENT', /UTF-8/, { inputs: [{ ...X, datatype: 'BYTES', shape: [1, 2], contents: { bytes_contents: [Buffer.of(0xc3, 0x28), Buffer.of(0x31)] } }] }],
    ['an unknown output', 'INVALID_ARGUMENT', /no output/, { outputs: [{ name: 'labels' }] }],
    ['shared memory', 'INVALID_ARGUMENT', /shared memory/, { inputs: [{ ...X, contents: undefined, parameters: { shared_memory_region: { string_param: 'r' } } }] }],
    ['eleven megabytes', 'RESOURCE_EXHAUSTED', /larger/, { inputs: [{ ...X, contents: undefined }], raw_input_contents: [Buffer.alloc(11 * 1024 * 1024)] }],
  ]
  it.each(REFUSED)('refuses %s with %s', async (_, code, details, message, options) => {
    const answer = await infer(message, options)
    expect({ code: status[answer.code], details: answer.details }).toEqual({ code, details: expect.stringMatching(details) as string })
  })

  it('refuses what is no message, whatever it is', async () => {
    expect(await call('ModelInfer', Buffer.from('ff', 'hex'))).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining('cannot be read') as string })
    const inputs = [{ ...X, contents: undefined }]
    const whole = (service.ModelInfer as (typeof service)[string]).requestSerialize({ model_name: MATRIX, inputs, raw_input_contents: [Buffer.alloc(24)] })
    const expected = [status.INVALID_ARGUMENT, status.NOT_FOUND, status.OK]
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.nat(whole.length - 1)), async (given) => {
        const bytes = typeof given === 'number' ? whole.subarray(0, given) : Buffer.from(given)
        const answer = await call('ModelInfer', bytes)
        expect(expected).toContain(answer.code)
        expect(answer.details).not.toMatch(/node_modules|\.ts/)
      }),
      { numRuns: 200 },
    )
  })

  it('takes the caller’s deadline, and has none where there is none', async () => {
    expect((await infer({}, { deadline: Date.now() + 20_000 })).code).toBe(status.OK)
    expect((await infer({}, { deadline: Date.now() - 1 })).code).toBe(status.DEADLINE_EXCEEDED)
  })

  it('tells health and metadata, and is ready while the process is', async () => {
    const nobody = { headers: { authorization: '' } }
    expect((await call('ServerLive', {}, nobody)).message).toEqual({ live: true })
    expect((await call('ServerMetadata', {}, nobody)).message).toMatchObject({ name: 'flightdeck' })
    expect((await call('ModelMetadata', { name: MATRIX }, nobody)).code).toBe(status.UNAUTHENTICATED)
    expect((await call('ModelMetadata', { name: MATRIX })).message).toMatchObject({ versions: ['1'], inputs: [{ name: 'X', datatype: 'FP32', shape: ['-1', '2'] }] })
    const ready = async () => [(await call('ServerReady', {}, nobody)).message, (await call('ModelReady', { name: MATRIX }, nobody)).message]
    expect(await ready()).toEqual([{ ready: true }, { ready: true }])
    expect((await call('ModelReady', { name: MATRIX, version: '9' }, nobody)).message).toEqual({ ready: false })
    setOnce('readiness', () => false)
    expect(await ready()).toEqual([{ ready: false }, { ready: false }])
    setOnce('readiness', undefined)
  })

  it('says which port is taken, and answers what is under way before it closes', async () => {
    const taken = Number(ports.grpc.split(':')[1])
    await expect(openGrpc('127.0.0.1', taken)).rejects.toMatchObject({ code: 'port_unavailable' })
    const other = await openGrpc('127.0.0.1', 0)
    const calling = new (makeGenericClientConstructor(service, 'inference'))(`127.0.0.1:${other.port}`, credentials.createInsecure())
    const own = client
    client = calling
    const answers = Array.from({ length: 10 }, () => infer({}))
    await answers[0]
    await new Promise<void>((resolve) => other.close(resolve))
    expect((await Promise.all(answers)).map(({ code }) => code)).toEqual(new Array(10).fill(status.OK))
    calling.close()
    client = own
  })
})
