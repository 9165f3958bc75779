// The client against real servers that do what servers do on bad days.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { canonicalJson, sha256 } from '@/lib/platform/crypto'
import type { LoadedModel } from '../session'
import { openRemote, remoteState, type CompleteEndpoint, type EndpointInput, endpointSchema, remoteSignature, tryRemote } from '.'
import { answerJson, predictions, startServer, type Behave, type TestServer } from './testing/server'

process.env.FLIGHTDECK_PRIVATE_ENDPOINTS = '127.0.0.1'
process.env.FLIGHTDECK_LOG_LEVEL = 'silent'

const half: Behave = predictions(([x]) => Number(x) / 2)
const REGRESSION = { task: 'regression' as const }

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

let server: TestServer
const opened: LoadedModel[] = []
beforeEach(async () => {
  server = await startServer(half)
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((model) => model.close()))
  await server.close()
})

function documentOf(extra: Partial<EndpointInput> = {}): { artifact: Uint8Array; signature: GraphSignature; hash: string } {
  const endpoint = endpointSchema.parse({
    protocol: 'mlflow', url: server.url, inputs: { shape: 'columns', fields: [{ name: 'x', type: 'number' }] }, answer: { value: {} }, ...extra,
  }) as CompleteEndpoint
  const artifact = Buffer.from(canonicalJson(endpoint))
  return { artifact, signature: remoteSignature(endpoint, REGRESSION), hash: sha256(artifact) }
}

async function open(extra: Partial<EndpointInput> = {}): Promise<LoadedModel & { hash: string }> {
  const { artifact, signature, hash } = documentOf(extra)
  const model = await openRemote(artifact, signature)
  opened.push(model)
  return { ...model, hash }
}

const failing = (status: number): Behave => (response) => answerJson(response, { error: 'SECRET WORDS' }, status)

describe('a server that answers', () => {
  it('is asked with the document’s headers, and its rows come back in order', async () => {
    process.env.FLIGHTDECK_SECRET_TEST = 'abc'
    const model = await open({ headers: { 'x-tenant': 'clinic', authorization: { secret: 'env:FLIGHTDECK_SECRET_TEST', prefix: 'Bearer ' } } })
    expect(await model.run([{ x: 1 }, { x: 5 }])).toEqual([{ value: 0.5 }, { value: 2.5 }])
    expect(server.seen[0]).toMatchObject({ method: 'POST', path: '/invocations', headers: { 'x-tenant': 'clinic', authorization: 'Bearer abc', 'content-type': 'application/json', 'accept-encoding': 'identity' } })
    expect(await model.run([])).toEqual([])
    expect(remoteState(model.hash)).toMatchObject({ breaker: 'closed', triedAgainAt: null, calls: 1, failures: 0, latencyMicros: { p50: expect.any(Number) as number } })
  })

  it('gets many rows in several calls, over no more connections than the pool has, kept open between calls', async () => {
    const model = await open({ mostRows: 10, connections: 3 })
    const rows = Array.from({ length: 95 }, (_, x) => ({ x }))
    expect(await model.run(rows)).toEqual(rows.map(({ x }) => ({ value: x / 2 })))
    await Promise.all(rows.map((row) => model.run([row])))
    expect(server.seen).toHaveLength(10 + 95)
    expect(server.connections.most).toBeLessThanOrEqual(3)
    expect(server.connections.made).toBeLessThanOrEqual(3)
  })

  it('shares its connections among all that open the same document', async () => {
    const [first, second] = [await open({ connections: 1 }), await open({ connections: 1 })]
    await first.run([{ x: 1 }])
    await first.close()
    await second.run([{ x: 2 }])
    expect(remoteState(second.hash)).toMatchObject({ calls: 2 })
    expect(server.connections.made).toBe(1)
    await second.close()
    expect(remoteState(second.hash)).toBeNull()
  })

  it('refuses calls beyond what may wait', async () => {
    server.behave(() => undefined)
    const model = await open({ connections: 1, timeoutMs: 300 })
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => model.run([{ x: 1 }])))
    const codes = results.map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : 'answered'))
    expect(codes.filter((code) => code === 'remote_unavailable')).toHaveLength(7)
    expect(codes.filter((code) => code === 'remote_timeout')).toHaveLength(33)
  })

  it('is not asked with a value that a field cannot take', async () => {
    const model = await open()
    await expect(model.run([{ x: 1 }, { x: null }])).rejects.toMatchObject({ kind: 'invalid', code: 'inputs_invalid', fields: [{ path: 'inputs[1].x' }] })
    await expect(model.run([{ x: 'one' }])).rejects.toMatchObject({ message: 'x must be a number, not a string.' })
    expect(server.seen).toHaveLength(0)
  })
})

describe('a server that does not answer as it must', () => {
  it.each([
    ['slow', 'remote_timeout', 'did not answer within 200 ms', (() => undefined) satisfies Behave],
    ['dripping', 'remote_timeout', 'did not answer within 200 ms', (response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    }],
    ['cut', 'remote_unavailable', 'broke its answer off', (response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"predic', () => response.destroy())
    }],
    ['garbage', 'remote_answer_invalid', 'not JSON', (response) => response.end('<html>SECRET WORDS</html>')],
    ['NaN', 'remote_answer_invalid', 'not JSON', (response) => response.end('{"predictions": [NaN]}')],
    ['null', 'remote_answer_invalid', 'no finite number for row 1', (response) => answerJson(response, { predictions: [null] })],
    ['too many', 'remote_answer_invalid', '2 predictions for 1 rows', (response) => answerJson(response, { predictions: [1, 2] })],
    ['deep', 'remote_answer_invalid', '', (response) => response.end(`{"predictions":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)],
    ['announced too large', 'remote_answer_invalid', 'more than 16 MB', (response) => {
      response.writeHead(200, { 'content-length': String(1 << 30) })
      response.write(' ')
    }],
    ['too large', 'remote_answer_invalid', 'more than 16 MB', (response) => {
      const part = Buffer.alloc(1 << 20, 32)
      const write = () => {
        while (!response.destroyed && response.write(part));
        if (!response.destroyed) response.once('drain', write)
      }
      write()
    }],
    ['a redirect', 'remote_answer_invalid', 'answered 302, a redirect, which is not followed', (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()],
    ['compressed', 'remote_answer_invalid', 'compression', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')],
    ['400', 'remote_answer_invalid', 'answered with status 400', failing(400)],
    ['404', 'remote_answer_invalid', 'answered with status 404', failing(404)],
    ['500', 'remote_unavailable', 'answered with status 500', failing(500)],
    ['429', 'remote_unavailable', 'answered with status 429', failing(429)],
  ] as [string, string, string, Behave][])('%s: %s', async (name, code, words, behave) => {
    server.behave(behave)
    const model = await open({ timeoutMs: name === 'slow' || name === 'dripping' ? 200 : 5000 })
    const problem = await model.run([{ x: 1 }]).then(() => null, (error: unknown) => error as Error & { code: string; kind: string; retryAfterSeconds: number })
    expect(problem).toMatchObject({ code, kind: code === 'remote_timeout' ? 'timed_out' : 'unavailable', message: expect.stringContaining(words) as string, retryAfterSeconds: 5 })
    expect(problem?.message).not.toContain('SECRET WORDS')
    expect(server.seen).toHaveLength(1)
  })

  it('is told apart from one that is not there', async () => {
    const model = await open()
    await server.close()
    await expect(model.run([{ x: 1 }])).rejects.toMatchObject({ code: 'remote_unavailable', message: expect.stringContaining('takes no connections') as string })
  })

  it('that speaks no HTTP', async () => {
    const raw = createServer((socket) => socket.end('220 mail.example ESMTP\r\n'))
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
    const model = await open({ url: `http://127.0.0.1:${(raw.address() as AddressInfo).port}` })
    await expect(model.run([{ x: 1 }])).rejects.toMatchObject({ code: 'remote_answer_invalid', message: expect.stringContaining('not HTTP') as string })
    raw.close()
  })

  it('speaks no TLS', async () => {
    const model = await open({ url: server.url.replace('http:', 'https:') })
    await expect(model.run([{ x: 1 }])).rejects.toMatchObject({ code: 'remote_unavailable', message: expect.stringMatching(/no TLS|closed the connection/) as string })
  })

  it.skipIf(!hasOpenssl)('without a certificate that can be trusted (needs openssl to make one)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flightdeck-tls-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=127.0.0.1'])
    const secure = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end('{"predictions":[1]}'))
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
    const model = await open({ url: `https://127.0.0.1:${(secure.address() as AddressInfo).port}` })
    await expect(model.run([{ x: 1 }])).rejects.toMatchObject({ code: 'remote_unavailable', message: expect.stringContaining('no certificate that can be trusted') as string })
    secure.close()
  })

  it('is not called where its secret is missing', async () => {
    const model = await open({ headers: { authorization: { secret: 'env:FLIGHTDECK_SECRET_GONE' } } })
    await expect(model.run([{ x: 1 }])).rejects.toMatchObject({ code: 'remote_secret_missing', message: expect.stringContaining('FLIGHTDECK_SECRET_GONE') as string })
    expect(server.seen).toHaveLength(0)
  })
})

describe('calls are tried again', () => {
  it.each([502, 503, 504])('after %i, and the answer counts', async (status) => {
    server.behave((response, seen, call, request) => (call === 1 ? failing(status)(response, seen, call, request) : half(response, seen, call, request)))
    const model = await open()
    expect(await model.run([{ x: 1 }])).toEqual([{ value: 0.5 }])
    expect(remoteState(model.hash)).toMatchObject({ calls: 2, failures: 1, retries: { calls: 1, retries: 1 } })
  })

  it('where a kept connection was closed meanwhile, without using up the budget', async () => {
    const model = await open({ connections: 1 })
    server.behave((response, seen, call, request) => (call === 2 ? request.socket.destroy() : half(response, seen, call, request)))
    await model.run([{ x: 1 }])
    expect(await model.run([{ x: 2 }])).toEqual([{ value: 1 }])
    expect(remoteState(model.hash)).toMatchObject({ failures: 0, retries: { retries: 0 } })
  })

  it('no more often than the budget allows', async () => {
    let isDown = false
    server.behave((response, seen, call, request) => (isDown ? failing(503) : half)(response, seen, call, request))
    const model = await open()
    for (let call = 0; call < 50; call++) await model.run([{ x: 1 }])
    isDown = true
    for (let call = 0; call < 30; call++) await model.run([{ x: 1 }]).catch(() => null)
    const { calls, retries } = remoteState(model.hash)?.retries ?? { calls: 0, retries: 0 }
    expect(calls).toBe(80)
    expect(retries).toBeGreaterThan(2)
    expect(retries).toBeLessThanOrEqual(8)
    expect(server.seen.length).toBe(calls + retries)
  })

  it('never past the deadline', async () => {
    server.behave((response) => answerJson(response, {}, 503, { 'retry-after': '2' }))
    const model = await open({ timeoutMs: 1000 })
    await expect(model.run([{ x: 1 }])).rejects.toMatchObject({ code: 'remote_unavailable', retryAfterSeconds: 2 })
    expect(server.seen).toHaveLength(1)
  })
})

describe('the breaker', () => {
  it('leaves a failing server alone, says so, and closes after a trial that succeeds', async () => {
    server.behave(failing(500))
    const model = await open()
    for (let call = 0; call < 8; call++) await model.run([{ x: 1 }]).catch(() => null)
    expect(remoteState(model.hash)).toMatchObject({ breaker: 'open', failures: 8, lastFailure: { sentence: 'It answered with status 500 instead of an answer.' } })
    await expect(model.run([{ x: 1 }])).rejects.toMatchObject({ code: 'remote_unavailable', message: expect.stringContaining('left alone') as string, retryAfterSeconds: 5 })
    expect(server.seen).toHaveLength(8)
    server.behave(half)
    await expect.poll(() => remoteState(model.hash)?.breaker, { timeout: 7000 }).toBe('half-open')
    expect(await model.run([{ x: 1 }])).toEqual([{ value: 0.5 }])
    expect(remoteState(model.hash)).toMatchObject({ breaker: 'closed', triedAgainAt: null })
  }, 10_000)

  it('is not opened by rows that the server refuses', async () => {
    server.behave(failing(422))
    const model = await open()
    for (let call = 0; call < 20; call++) await model.run([{ x: 1 }]).catch(() => null)
    expect(remoteState(model.hash)).toMatchObject({ breaker: 'closed' })
    expect(server.seen).toHaveLength(20)
  })
})

describe('addresses', () => {
  it.each(['http://127.0.0.2:8080', 'http://[::1]:8080', 'http://2130706434/', 'http://localhost:1/', 'http://169.254.169.254/latest', 'http://[::ffff:10.0.0.1]/', 'http://0x0a000001/'])('%s is not called unless the operator allows it', async (url) => {
    const model = await open({ url })
    await expect(model.run([{ x: 1 }])).rejects.toMatchObject({ code: 'remote_unavailable', message: expect.stringContaining('FLIGHTDECK_PRIVATE_ENDPOINTS') as string })
    expect(remoteState(model.hash)).toMatchObject({ breaker: 'closed', failures: 0 })
  })
})

describe('trying a server', () => {
  it('says what was sent and what came', async () => {
    const { artifact, signature } = documentOf()
    expect(await tryRemote({ artifact, signature, rows: [{ x: 1 }, { x: 2 }, { x: 3 }] })).toEqual({ answers: [{ value: 0.5 }, { value: 1 }, { value: 1.5 }], assessment: null })
    expect(server.seen.map(({ body }) => (JSON.parse(body) as { dataframe_split: { data: unknown[] } }).dataframe_split.data.length)).toEqual([1, 2])
    server.behave(failing(404))
    const host = new URL(server.url).host
    await expect(tryRemote({ artifact, signature, rows: [{ x: 1 }] })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'endpoint_does_not_answer',
      message: `The endpoint does not answer as it must. Sent: POST http://${host}/invocations with 1 row of 1 fields. What came: The server ${host}, which answers for this version, answered with status 404 instead of an answer.`,
      fields: [{ path: 'endpoint', rule: 'remote_answer_invalid' }],
    })
  })

  it('says how it will be explained', async () => {
    const { artifact, signature } = documentOf()
    const { assessment } = await tryRemote({ artifact, signature, rows: [{ x: 1 }], background: [{ x: 1 }] })
    expect(assessment).toMatchObject({ explainability: { kind: 'sampled', sentence: expect.stringContaining('on another server') as string }, attributions: null })
  })
})
