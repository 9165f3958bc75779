// Clients of other servers against the real ports: a token as a password, SageMaker's port, and MLflow's own client.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken, revokeToken } from '@/lib/access/commands'
import { EnvironmentError } from '@/lib/platform/environment'
import { isProblem } from '@/lib/platform/errors'
import { pythonWith, withoutPython } from '@/lib/platform/testing/python'
import { readScoringBody } from '@/lib/protocols/mlflow/body'
import { rowsOf } from '@/lib/protocols/shared/rows'
import type { Field, Signature } from '@/lib/registry/contract'
import { predict } from '@/lib/serving/commands'
import type { ListPredictAnswer } from '@/lib/serving/contract'
import { admin, exampleRows, program } from '@/lib/serving/testing/fixture'
import { openSageMakerPort } from './sagemaker'
import { openPorts, type OpenInferencePorts } from './testing/open-inference'

const MODULES = ['mlflow', 'pandas', 'requests']
const python = pythonWith(...MODULES)
const bookings = exampleRows('clinic', 4)

describe('other servers’ protocols over HTTP', () => {
  let ports: OpenInferencePorts
  let url: string
  let labels: unknown[]
  let probabilities: unknown[]

  beforeAll(async () => {
    ports = await openPorts()
    url = `http://${ports.http}`
    const { predictions } = (await predict(program, 'no-show-risk', { inputs: bookings, environment: 'staging' })) as ListPredictAnswer
    labels = predictions.map(({ output }) => output.label)
    probabilities = predictions.map(({ output }) => [output.probabilities?.['0'], output.probabilities?.['1']])
  })
  afterAll(() => ports.close())

  const post = (path: string, authorization: string | undefined, body: unknown = { instances: bookings }) =>
    fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) } })
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

  it('takes a token as Bearer, as a password, or as a name without one', async () => {
    for (const authorization of [`Bearer ${ports.token}`, basic(`mlflow:${ports.token}`), basic(`${ports.token}:`)]) {
      const answer = await post('/mlflow/no-show-risk@staging/invocations', authorization)
      expect([answer.status, await answer.json()]).toEqual([200, { predictions: labels }])
    }
    for (const authorization of [undefined, basic('mlflow:fd_nobody'), basic('no colon'), basic(':'), 'Basic %', 'Digest x']) {
      const answer = await post('/mlflow/no-show-risk@staging/invocations', authorization)
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
  })

  it('answers strange addresses in the dialect, never with an error of its own', async () => {
    for (const path of ['/v1/models/%ff:predict', '/v1//', '/v1/models/:predict', '/mlflow/%/invocations', '/invocations?model=%ff', '/invocations?model=a&model=b', '/v1/models/a@b@c:predict']) {
      const answer = await post(path, `Bearer ${ports.token}`)
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
      expect(answer.status, path).toBeLessThan(500)
      expect(answer.headers.get('content-type'), path).toContain('application/json')
    }
  })

  it('answers the calls that the guide shows', async () => {
    const calls = guideCalls().filter(({ path }) => path.includes('{model}'))
    expect(calls.map(({ path }) => path)).toEqual(['/mlflow/{model}/invocations', '/v1/models/{model}:predict'])
    for (const { path, body } of calls) {
      const answer = await fetch(`${url}${path.replace('{model}', 'no-show-risk@staging')}`, { method: 'POST', body, headers: { authorization: `Bearer ${ports.token}`, 'content-type': 'application/json' } })
      expect([answer.status, await answer.json()]).toEqual([200, { predictions: [0] }])
    }
  })

  describe('SageMaker’s port', () => {
    let server: Server
    let endpoint: string
    let token: { token: { id: string }; secret: string }

    beforeAll(async () => {
      token = await createToken(admin, { name: 'sagemaker', scopes: ['predict'] })
      const opened = await openSageMakerPort({ port: 0, model: 'no-show-risk@staging', token: token.secret })
      if (!opened) throw new Error('the port was not opened')
      server = opened
      endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    })
    afterAll(() => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    })

    it('answers without a token of the caller’s, and nothing else', async () => {
      expect((await fetch(`${endpoint}/ping`)).status).toBe(200)
      const attributes = { 'x-amzn-sagemaker-custom-attributes': 'trace=1' }
      const answer = await fetch(`${endpoint}/invocations`, { method: 'POST', body: bookings.map((row) => Object.values(row).join(',')).join('\n'), headers: { 'content-type': 'text/csv', ...attributes } })
      expect([answer.status, await answer.json(), answer.headers.get('x-amzn-sagemaker-custom-attributes')]).toEqual([200, { predictions: labels }, 'trace=1'])
      const shown = guideCalls().find(({ path }) => path === '/invocations')?.body ?? ''
      expect(await (await fetch(`${endpoint}/invocations`, { method: 'POST', body: shown, headers: { 'content-type': 'text/csv', accept: 'text/csv' } })).text()).toBe('0\n')
      expect((await fetch(`${endpoint}/api/me`)).status).toBe(404)
      expect((await fetch(`${endpoint}//`)).status).toBe(404)
    })

    it('is closed by revoking its token', async () => {
      await revokeToken(admin, token.token.id)
      expect((await fetch(`${endpoint}/invocations`, { method: 'POST', body: '[]', headers: { 'content-type': 'application/json' } })).status).toBe(401)
    })

    it('says in one sentence why it cannot be opened', async () => {
      const reader = await createToken(admin, { name: 'reader', scopes: ['read'] })
      const busy = (server.address() as AddressInfo).port
      const good = await createToken(admin, { name: 'another', scopes: ['predict'] })
      const cases = [
        [{ port: 0, model: undefined, token: 'x' }, /needs FLIGHTDECK_SAGEMAKER_MODEL/],
        [{ port: 0, model: 'm', token: undefined }, /and FLIGHTDECK_SAGEMAKER_TOKEN/],
        [{ port: 0, model: 'm', token: 'fd_nobody' }, /TOKEN opens nothing/],
        [{ port: 0, model: 'm', token: 'a b' }, /TOKEN opens nothing/],
        [{ port: 0, model: 'm', token: token.secret }, /TOKEN opens nothing: .*revoked/],
        [{ port: 0, model: 'm', token: reader.secret }, /may not predict/],
        [{ port: busy, model: 'm', token: good.secret }, /cannot listen/],
      ] as const
      for (const [settings, message] of cases) {
        const error = await openSageMakerPort(settings).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(EnvironmentError)
        expect((error as Error).message).toMatch(message)
      }
    })
  })

  describe.skipIf(python === null)(`MLflow’s own client and parser${python === null ? ` (${withoutPython(...MODULES)})` : ''}`, () => {
    it('works unchanged, and reads bodies as we do', { timeout: 180_000 }, async () => {
      const { parsed, ...results } = await run({ url, token: ports.token, rows: bookings, labels, probabilities, bodies: BODIES })
      expect(results).toEqual(Object.fromEntries(Object.keys(results).map((name) => [name, 'ok'])))
      expect(Object.keys(results)).toHaveLength(9)
      expect((parsed as unknown[]).map((rows, index) => [BODIES[index]?.[1], rows])).toEqual(BODIES.map(([type, body]) => [body, ours(type, body)]))
    })
  })
})

/** The curl calls of the guide that have their body in them. */
function guideCalls(): { path: string; body: string }[] {
  const guide = readFileSync(join(process.cwd(), 'docs', 'guide', 'protocols.md'), 'utf8')
  return [...guide.matchAll(/^curl https?:\/\/[^/\s]+(\S+)[^`]*? -d '([^']*)'/gm)].map(([, path = '', body = '']) => ({ path: path.replace('no-show-risk', '{model}'), body }))
}

const FIELD = { displayName: '', type: 'number', column: 0, mayBeMissing: true, isSensitive: false, isActionable: false, isRequired: false, isClosed: false } as const
const THREE: Signature = {
  fields: [{ ...FIELD, name: 'age', tensor: 'float32' }, { ...FIELD, name: 'hour', tensor: 'float32' }, { ...FIELD, name: 'place', tensor: 'string' }] satisfies Field[],
  tensors: (['float32', 'string'] as const).map((elementType) => ({ name: elementType, elementType, shape: [null, 1], fields: [] })),
  outputs: [], task: 'binary', rowsPerRun: null, scoreMeaning: '',
}

/** The rows by name, all fields in them; null where we refuse. */
function ours(type: string, body: string): unknown {
  try {
    const rows = rowsOf(readScoringBody(Buffer.from(body), { 'content-type': type }).given, THREE, 'drop')
    return rows.map((row) => Object.fromEntries(THREE.fields.map(({ name }) => [name, row[name] ?? null])))
  } catch (error) {
    if (isProblem(error)) return null
    throw error
  }
}

const JSON_TYPE = 'application/json'
const BODIES: [type: string, body: string][] = [
  [JSON_TYPE, '{"dataframe_split": {"columns": ["age", "hour", "place"], "data": [[44, 9, "Old Town"], [31.5, 10, "Harbour"]]}}'],
  [JSON_TYPE, '{"dataframe_split": {"index": [7], "columns": ["place", "age"], "data": [["a", 1]]}}'],
  [JSON_TYPE, '{"dataframe_split": {"columns": ["age", "hour", "place"], "data": [[NaN, null, null]]}}'],
  [JSON_TYPE, '{"dataframe_split": {"columns": ["id", "age", "hour", "place"], "data": [[1, 44, 9, "x"]]}}'],
  [JSON_TYPE, '{"dataframe_records": [{"age": 44, "hour": 9, "place": "x"}, {"age": 31, "place": "y"}]}'],
  [JSON_TYPE, '{"instances": [{"age": 44, "hour": 9, "place": "x"}, {"age": 31, "hour": 10, "place": "y"}]}'],
  [JSON_TYPE, '{"inputs": {"age": [44, 31], "hour": [9, 10], "place": ["x", "y"]}}'],
  [JSON_TYPE, '{"inputs": [{"age": 44, "hour": 9, "place": "x"}]}'],
  [JSON_TYPE, '{"dataframe_records": [{"age": 44}], "params": {"a": 1}, "other": 2}'],
  [JSON_TYPE, '{"dataframe_split": {"columns": ["age"], "data": [[1, 2]]}}'],
  [JSON_TYPE, '{"dataframe_split": {"columns": ["age"], "data": [[1]], "dtype": "x"}}'],
  [JSON_TYPE, '{"dataframe_split": {"columns": ["age"]}}'],
  [JSON_TYPE, '{"dataframe_split": [[1]]}'],
  [JSON_TYPE, '{"dataframe_records": {"age": [1]}}'],
  [JSON_TYPE, '{"dataframe_records": [{"age": 1}], "instances": [{"age": 1}]}'],
  [JSON_TYPE, '{"columns": ["age"], "data": [[1]]}'],
  [JSON_TYPE, '[{"age": 1}]'],
  [JSON_TYPE, '7'],
  [JSON_TYPE, '{"dataframe_records": '],
  ['text/csv', 'age,hour,place\n44,9,Old Town\n31.5,10,"a, ""b"""\n'],
  ['text/csv', 'place,age,hour\r\n\r\nx,44,9\r\ny,,NaN\r\nNA,null,10\r\n'],
  ['text/csv', ',age,hour,place\n0,44,9,x\n'],
  ['text/csv', 'age,hour,place\n44,9\n'],
  ['text/csv', 'age,hour,place\n1,2,x\n1,2,x,3\n'],
  ['text/csv', ''],
]

function run(given: object): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const child = spawn(python ?? '', [join(process.cwd(), 'server', 'testing', 'other_clients.py')], { stdio: ['pipe', 'pipe', 'pipe'] })
    const output: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => (output[name] += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>)
      else reject(new Error(`Python ended with ${code}: ${output.stderr}`))
    })
    child.stdin.end(JSON.stringify(given))
  })
}
