// A bundle against the house it came from: the same answers, no row lost, counted once, and nothing served that was changed.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'flightdeck-edge-'))
process.env.FLIGHTDECK_DATA_DIR = join(folder, 'house')

import { createToken } from '@/lib/access/commands'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { setGuardrails } from '@/lib/serving/commands'
import { findPrediction } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import { admin, endServing, exampleRows, registerExample, releaseToStaging } from '@/lib/serving/testing/fixture'
import { readCall, type Command } from '@/tools/flightdeck/command'
import { exportKserve, exportKubernetes, exportTriton } from '@/tools/flightdeck/export'
import { runCli } from '@/tools/flightdeck/testing'
import { isRunning, makeBundle, openHouse, spooledRows, startEdge, type EdgeServer, type House, type WrittenJson } from './testing/edge'

const ANSWERS = 1000
const AT_ONCE = 16
const MB = 1024 * 1024
const bookings = exampleRows('clinic', ANSWERS)
const items = exampleRows('shop', ANSWERS)

let db: Database
let house: House
let reader: string
let ingest: string
let caller: string
const bundles = { clinic: join(folder, 'clinic'), shop: join(folder, 'shop') }
const data = (name: string) => join(folder, `data-${name}`)
const written = {} as Record<'clinic' | 'shop', WrittenJson>
const edges = {} as Record<'clinic' | 'shop', EdgeServer>

beforeAll(async () => {
  db = await openTestDatabase('sqlite')
  for (const [example, model] of [['clinic', 'no-show-risk'], ['shop', 'price-optimiser']] as const) {
    await registerExample(example, 1)
    await releaseToStaging(model, 1)
  }
  await setGuardrails(admin, {
    model: 'price-optimiser',
    environment: 'staging',
    rules: [{ limit: { rule: 'output-relative', field: 'base_price', min: 0.98, max: 1.02 }, fallback: { kind: 'input-multiple', field: 'base_price', factor: 1 } }],
  })
  const secret = async (scope: 'read' | 'ingest' | 'predict') => (await createToken(admin, { name: scope, scopes: [scope] })).secret
  ;[reader, ingest, caller] = [await secret('read'), await secret('ingest'), await secret('predict')]
  house = await openHouse()
  // The house's own token works at the edge too, where it was carried there.
  writeFileSync(join(folder, 'tokens.txt'), `booking ${caller}\n`)
  for (const [example, model] of [['clinic', 'no-show-risk@staging'], ['shop', 'price-optimiser@staging']] as const) {
    written[example] = await makeBundle(house, reader, bundles[example], model, '--tokens', join(folder, 'tokens.txt'))
    const started = await startEdge(bundles[example], data(example))
    isRunning(started)
    edges[example] = started
  }
}, 120_000)

afterAll(async () => {
  for (const edge of Object.values(edges)) await edge.end('SIGKILL')
  await house.close()
  await endServing()
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

interface AskedCall {
  path: string
  method?: string
  body?: string | Buffer
  headers?: Record<string, string>
}

async function ask(url: string, { path, method = 'POST', body, headers = {} }: AskedCall): Promise<string> {
  const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${caller}`, 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }) })
  const bytes = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  const told = ['content-type', 'x-flightdeck-version', 'x-flightdeck-fallback-rows', 'inference-header-content-length', 'www-authenticate'].map((name) => answer.headers.get(name))
  return withoutIds([answer.status, ...told, bytes].join('\n'))
}

/** Ids are of one prediction or one request: all that is told of them is that there is one. The release is the house's. */
function withoutIds(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, (id) => (releases.has(id) ? id : 'ID'))
}

const releases = new Set<string>()

async function compare(example: 'clinic' | 'shop', calls: readonly AskedCall[]): Promise<Map<string, number>> {
  const manifest = JSON.parse(readFileSync(join(bundles[example], 'bundle.json'), 'utf8')) as { release: { id: string } }
  releases.add(manifest.release.id)
  const seen = new Map<string, number>()
  await inTurns(calls, async (call) => {
    const [here, there] = await Promise.all([ask(house.url, call), ask(edges[example].url, call)])
    expect(there, `${call.path} ${String(call.body).slice(0, 200)}`).toBe(here)
    const status = here.slice(0, 3)
    seen.set(status, (seen.get(status) ?? 0) + 1)
  })
  return seen
}

async function inTurns<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (next < items.length) {
      const index = next++
      await work(items[index] as T, index)
    }
  }))
}

function tensorsOf(row: Record<string, unknown>): unknown {
  return { inputs: Object.entries(row).map(([name, value]) => ({ name, datatype: typeof value === 'string' ? 'BYTES' : 'FP32', shape: [1, 1], data: [value] })) }
}

/** In place of JSON data, the value's bytes behind the head. */
function binaryOf(row: Record<string, unknown>): AskedCall {
  const parts = Object.entries(row).map(([name, value]) => {
    const bytes = typeof value === 'string' ? textBytes(value) : floatBytes(Number(value))
    return { head: { name, datatype: typeof value === 'string' ? 'BYTES' : 'FP32', shape: [1, 1], parameters: { binary_data_size: bytes.length } }, bytes }
  })
  const head = Buffer.from(JSON.stringify({ inputs: parts.map((part) => part.head), parameters: { binary_data_output: true } }))
  return {
    path: '/v2/models/no-show-risk@staging/infer',
    body: Buffer.concat([head, ...parts.map(({ bytes }) => bytes)]),
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) },
  }
}

function textBytes(text: string): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(Buffer.byteLength(text))
  return Buffer.concat([size, Buffer.from(text)])
}

function floatBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

const whole = (row: Record<string, unknown>) => Object.values(row).every((value) => value !== null)
const json = (value: unknown) => JSON.stringify(value)

describe('a bundle', () => {
  it('has a server with dependencies of under 30 MB as it is carried, and says what it takes unpacked', () => {
    expect(written.clinic.serverBytes).toBeLessThan(30 * MB)
    expect(statSync(join(data('clinic'), 'runtime', written.clinic.bundle, 'libonnxruntime.so.1')).size).toBeLessThanOrEqual(written.clinic.unpackedBytes)
    expect(existsSync(join(bundles.clinic, 'background.json'))).toBe(true)
  })

  it('carries no secret, and leaves its trace in the audit chain', async () => {
    for (const name of ['tokens.json', 'bundle.json', 'README.md', 'settings.json']) expect(readFileSync(join(bundles.clinic, name), 'utf8')).not.toContain(caller)
    const { events } = await listAuditEvents(db, { action: 'model.exported', limit: 10 })
    expect(events.map(({ after }) => after)).toContainEqual(expect.objectContaining({ bundle: written.clinic.bundle, kind: 'edge', environment: 'staging' }))
  })
})

describe('answers as the house does, byte for byte', () => {
  const predictCalls = (rows: readonly Record<string, unknown>[], model: string, explainedEvery: number): AskedCall[] =>
    rows.map((row, index) => ({ path: `/api/models/${model}/predict`, body: json({ inputs: index % 7 === 0 ? [row, row] : row, environment: 'staging', subject: `s-${index}`, explain: index % explainedEvery === 0, ...(index % 11 === 0 ? { requestId: `r-${index}` } : {}) }) }))

  it('in 1,000 predict calls with and without reasons', async () => {
    expect(await compare('clinic', predictCalls(bookings, 'no-show-risk', 3))).toEqual(new Map([['200', ANSWERS]]))
  }, 120_000)

  it('in 1,000 predict calls of a regression with guardrails that catch some', async () => {
    // Not explained as they answer: the model is asked for every mixture of fields.
    expect(await compare('shop', predictCalls(items, 'price-optimiser', 50))).toEqual(new Map([['200', ANSWERS]]))
    expect(spooledRows(data('shop'), written.shop.bundle).length).toBeGreaterThan(ANSWERS)
    expect(readFileSync(join(data('shop'), 'spool', written.shop.bundle, 'rows-00000001.jsonl'), 'utf8')).toContain('"guardrail":{"rule"')
  }, 120_000)

  const given = bookings.filter(whole)
  const cycled = (index: number) => given[index % given.length] as Record<string, unknown>
  const dialects: [string, (row: Record<string, unknown>, index: number) => AskedCall][] = [
    ['Open Inference (JSON)', (row) => ({ path: '/v2/models/no-show-risk@staging/infer', body: json(tensorsOf(row)) })],
    ['Open Inference (bytes)', binaryOf],
    ['MLflow', (row, index) => ({ path: '/mlflow/no-show-risk@staging/invocations', body: json(index % 2 === 0 ? { dataframe_records: [row] } : { dataframe_split: { columns: Object.keys(row), data: [Object.values(row)] } }) })],
    ['KServe v1 and TensorFlow Serving', (row, index) => ({ path: `/v1/models/no-show-risk@staging:${index % 2 === 0 ? 'predict' : 'explain'}`, body: json({ instances: [row] }) })],
    ['TorchServe', (row, index) => ({ path: `/${index % 2 === 0 ? 'predictions' : 'explanations'}/no-show-risk@staging`, body: json(row) })],
    ['Seldon', (row) => ({ path: '/v2/models/no-show-risk@staging/infer', body: json(tensorsOf(row)), headers: { 'seldon-model': 'no-show-risk@staging' } })],
  ]
  it.each(dialects)('in 1,000 calls of %s', async (_, callOf) => {
    expect(await compare('clinic', Array.from({ length: ANSWERS }, (__, index) => callOf(cycled(index), index)))).toEqual(new Map([['200', ANSWERS]]))
  }, 120_000)

  it('what it tells of itself and its model', async () => {
    const paths = ['/v2', '/v2/health/ready', '/v2/health/live', '/v2/models/no-show-risk@staging', '/v2/models/no-show-risk@staging/config', '/v2/models/no-show-risk@staging/versions/1/ready', '/v1/models/no-show-risk@staging', '/v1/models/no-show-risk@staging/metadata', '/mlflow/no-show-risk@staging/ping', '/mlflow/no-show-risk@staging/version', '/ping']
    expect(await compare('clinic', paths.map((path) => ({ path, method: 'GET' })))).toEqual(new Map([['200', paths.length]]))
  })

  it('what it refuses', async () => {
    const row = cycled(0)
    const path = '/api/models/no-show-risk/predict'
    const wrong: AskedCall[] = [
      { path, body: '{' }, { path, body: json({ inputs: { ...row, age: 'old' }, environment: 'staging' }) }, { path, body: json({ inputs: {}, environment: 'staging' }) },
      { path, body: json({ inputs: { ...row, agee: 1 }, environment: 'staging' }) }, { path, body: json({ inputs: row, environment: 'staging' }), headers: { authorization: 'Bearer fd_unknown' } },
      { path, body: json({ inputs: row, environment: 'staging' }), headers: { 'content-type': 'text/plain' } }, { path: '/api/models/none/predict', body: json({ inputs: row, environment: 'staging' }) },
      { path: '/v1/models/none@staging:predict', body: json({ instances: [row] }) }, { path: '/mlflow/no-show-risk@staging/invocations', body: json({ dataframe_records: [{ age: 'x' }] }) },
      { path: '/v2/models/no-show-risk@staging/versions/9/infer', body: json(tensorsOf(row)) }, { path: '/predictions/no-show-risk@staging', body: 'no json' },
    ]
    const seen = await compare('clinic', wrong.map((call) => ({ ...call, headers: { 'x-request-id': 'the-same', ...call.headers } })))
    expect([...seen.keys()].every((status) => status.startsWith('4')), JSON.stringify([...seen])).toBe(true)
    expect(seen.get('401')).toBe(1)
  })
})

describe('the spool', () => {
  beforeAll(async () => {
    await ask(edges.clinic.url, { path: '/api/models/no-show-risk/predict', body: json({ inputs: bookings[0], environment: 'staging', subject: 'first' }) })
    await ask(edges.shop.url, { path: '/api/models/price-optimiser/predict', body: json({ inputs: items[0], environment: 'staging' }) })
  })

  it('has every row that was answered before the server was killed', async () => {
    for (let time = 0; time < 5; time++) {
      const started = await startEdge(bundles.clinic, data('killed'))
      isRunning(started)
      const answered: string[] = []
      const killed = setTimeout(() => void started.end('SIGKILL'), 300 + time * 100)
      await inTurns(Array.from({ length: 100_000 }, (_, index) => index), async (index) => {
        if (started.child.killed) return
        const answer = await fetch(`${started.url}/api/models/no-show-risk/predict`, { method: 'POST', body: json({ inputs: bookings[index % ANSWERS], environment: 'staging' }), headers: { authorization: `Bearer ${caller}`, 'content-type': 'application/json' } }).then((response) => response.json() as Promise<{ id: string }>).catch(() => null)
        if (answer) answered.push(answer.id)
      })
      clearTimeout(killed)
      const kept = new Set(spooledRows(data('killed'), written.clinic.bundle).map((row) => row.id))
      expect(answered.length).toBeGreaterThan(50)
      expect(answered.filter((id) => !kept.has(id))).toEqual([])
    }
  }, 120_000)

  it('refuses rather than answer what it cannot keep: a disk without room, a spool that is full', async () => {
    const call: AskedCall = { path: '/api/models/no-show-risk/predict', body: json({ inputs: bookings[0], environment: 'staging' }) }
    // Files of at most 8 blocks of 512 bytes; ONNX Runtime lies there already.
    for (const [name, variables, limit, code] of [['killed', {}, 'ulimit -f 8', 'log_unavailable'], ['killed', { FLIGHTDECK_SPOOL_MEGABYTES: '0.01' }, '', 'log_full']] as const) {
      const before = spooledRows(data(name), written.clinic.bundle).length
      const started = await startEdge(bundles.clinic, data(name), variables, limit)
      isRunning(started)
      let answers = 0
      let last = ''
      for (let index = 0; index < 100 && !last.startsWith('503'); index++) {
        last = await ask(started.url, call)
        if (last.startsWith('200')) answers += 1
      }
      expect(last).toContain(`"code":"${code}"`)
      expect(await ask(started.url, { path: '/v2/health/ready', method: 'GET' })).toMatch(/^(400|503)/)
      expect(spooledRows(data(name), written.clinic.bundle).length).toBe(before + answers)
      await started.end('SIGTERM')
    }
  }, 60_000)

  it('is brought home once, however often it is brought', async () => {
    await edges.clinic.end('SIGTERM')
    const rows = spooledRows(data('clinic'), written.clinic.bundle)
    const bring = (...options: string[]) => runCli(['upload-spool', data('clinic'), '--bundle', bundles.clinic, '--url', house.url, '--token', ingest, '--json', ...options])
    const first = await bring()
    expect(first.json(), first.err).toMatchObject({ rows: rows.length, accepted: rows.length, repeated: 0, rejected: [] })
    expect((await bring()).json()).toMatchObject({ rows: rows.length, accepted: 0, repeated: rows.length, rejected: [] })

    const last = rows.at(-1)
    const kept = await findPrediction(db, last?.id ?? '')
    expect(kept).toMatchObject({ channel: 'ingested', score: last?.score, environment: 'staging', subject: last?.subject })
    const { profiles } = db.tables(servingTables)
    const counted = (await db.select({ rows: profiles.rows, channel: profiles.channel }).from(profiles)).filter(({ channel }) => channel === 'ingested')
    expect(counted.reduce((sum, one) => sum + one.rows, 0)).toBe(rows.length)
    const { events } = await listAuditEvents(db, { action: 'predictions.ingested', limit: 100 })
    expect(events.reduce((sum, { after }) => sum + (after as { predictions: number }).predictions, 0)).toBe(rows.length)
  }, 120_000)

  it('is refused row by row where it is not what a version answered', async () => {
    const manifest = JSON.parse(readFileSync(join(bundles.shop, 'bundle.json'), 'utf8')) as { model: { slug: string }; version: { id: string }; release: { id: string } }
    const [row] = spooledRows(data('shop'), written.shop.bundle)
    const origin = { bundle: 'b', model: manifest.model.slug, environment: 'staging', version: manifest.version.id, release: manifest.release.id }
    const post = async (given: Record<string, string>, rows: unknown[]) => {
      const answer = await fetch(`${house.url}/api/ingest/spool`, { method: 'POST', body: json({ origin: given, rows }), headers: { authorization: `Bearer ${ingest}`, 'content-type': 'application/json' } })
      return ((await answer.json()) as { rejected: { index: number; code: string }[] }).rejected.map(({ index, code }) => [index, code])
    }
    const spoiled = [{ ...row, inputs: [1] }, { ...row, at: 0 }, { ...row, id: 'x' }, { ...row, explanation: 'AAAA' }, { ...row, score: 'high' }, row]
    expect(await post(origin, spoiled)).toEqual([[0, 'inputs_invalid'], [1, 'event_time_invalid'], [2, 'spooled_row_invalid'], [3, 'explanation_invalid'], [4, 'spooled_row_invalid']])
    expect(await post({ ...origin, version: 'none' }, [row])).toEqual([[0, 'version_unknown']])
    expect(await post({ ...origin, release: 'none' }, [row])).toEqual([[0, 'release_unknown']])
    expect(await post({ ...origin, model: 'none' }, [row])).toEqual([[0, 'model_unknown']])
    expect((await fetch(`${house.url}/api/ingest/spool`, { method: 'POST', body: json({ origin, rows: [] }), headers: { authorization: `Bearer ${reader}`, 'content-type': 'application/json' } })).status).toBe(403)
  })
})

describe('exports', () => {
  const run = (command: Command, ...args: string[]) => command.run(readCall(command, [...args, '--url', house.url, '--token', reader]))

  it('to Triton: the file that was released, with its configuration', async () => {
    const out = join(folder, 'repository')
    const { json: told } = await run(exportTriton, 'no-show-risk@staging', '--out', out)
    expect(told).toMatchObject({ model: 'no-show-risk', version: 1, isChanged: false })
    expect(readFileSync(join(out, 'no-show-risk', '1', 'model.onnx')).equals(readFileSync(join(bundles.clinic, 'model.onnx')))).toBe(true)
    expect(readFileSync(join(out, 'no-show-risk', 'config.pbtxt'), 'utf8')).toContain('name: "no-show-risk"')
    await expect(run(exportTriton, 'no-show-risk@staging', '--out', out)).rejects.toThrow('is not empty')
  })

  it('to KServe and Kubernetes, of what is released and nothing else', async () => {
    const service = join(folder, 'service.yaml')
    await run(exportKserve, 'no-show-risk@staging', '--storage-uri', 's3://models/repository', '--out', service)
    expect(readFileSync(service, 'utf8')).toContain(`url: ${house.url}/api/ingest/cloudevents?model=no-show-risk%40staging&version=1`)
    await run(exportKubernetes, 'no-show-risk@staging', '--image', 'edge:1', '--out', join(folder, 'edge.yaml'))
    expect(readFileSync(join(folder, 'edge.yaml'), 'utf8')).toContain('image: edge:1')
    await expect(run(exportKserve, 'no-show-risk@production', '--storage-uri', 's3://models/x', '--out', join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'nothing_released' })
    await expect(run(exportKserve, 'no-show-risk@staging', '--storage-uri', 'models', '--out', join(folder, 'none.yaml'))).rejects.toThrow('--storage-uri')
  })
})

describe('a changed file', () => {
  it.each(['model.onnx', 'guardrails.json', 'tokens.json', 'server/main.mjs', 'server/runtime/libonnxruntime.so.1.br'])('%s is refused by its name', async (name) => {
    const changed = join(folder, 'changed')
    cpSync(bundles.clinic, changed, { recursive: true })
    const content = readFileSync(join(changed, name))
    const at = name.endsWith('.mjs') ? content.lastIndexOf('\n') : content.length - 1
    content[at] = (content[at] ?? 0) ^ (name.endsWith('.mjs') ? 0x2a : 1)
    writeFileSync(join(changed, name), content)
    const started = await startEdge(changed, data('changed'))
    rmSync(changed, { recursive: true })
    expect(started).toMatchObject({ exitCode: 1, said: expect.stringContaining(`${name} is not the file that was exported`) as unknown })
  }, 30_000)
})
