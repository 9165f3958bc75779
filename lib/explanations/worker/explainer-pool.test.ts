// The worker and its queue on the examples' models: what it answers, how much may wait, and what a crash does.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openModel } from '@/lib/inference/session'
import type { VersionMetadata } from '@/lib/registry/contract'
import { checkReference, readReferenceTable, type ReferenceRow } from '@/lib/registry/rules'
import { scoreOf } from '@/lib/serving/rules/output'
import { ExplainerPool, MOST_WAITING_ROWS, startExplainWorker, type PoolOptions } from './explainer-pool'
import type { ExplainedVersion } from './protocol'
import { storedVersion } from './testing'

const example = (name: string) => readFileSync(join(process.cwd(), 'examples', name))

interface Example {
  version: ExplainedVersion
  artifact: Buffer
  background: ReferenceRow[]
  rows: ReferenceRow[]
}

async function load(business: string, backgroundRows: number): Promise<Example> {
  const artifact = example(`${business}/v1.onnx`)
  const metadata = JSON.parse(example(`${business}/v1.json`).toString()) as VersionMetadata
  const { signature } = await storedVersion(artifact, metadata, [])
  const table = await readReferenceTable('reference-v1.csv', example(`${business}/reference-v1.csv`))
  const reference = checkReference(table, signature, undefined).rows
  const background = reference.slice(0, backgroundRows)
  const version = await storedVersion(artifact, metadata, background)
  return { version, artifact, background, rows: reference.slice(backgroundRows, backgroundRows + 3) }
}

/** A worker that does this with each row. */
function workerThat(does: string): ChildProcess {
  return spawn(process.execPath, ['-e', `process.on('message', () => { ${does} })`], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' })
}

describe('the explainer', () => {
  let pool: ExplainerPool
  let credit: Example
  let version: ExplainedVersion
  let rows: ReferenceRow[]
  const open = (options?: PoolOptions) => (pool = new ExplainerPool(options))

  beforeAll(async () => {
    process.env.FLIGHTDECK_DATA_DIR ??= mkdtempSync(join(tmpdir(), 'flightdeck-test-'))
    credit = await load('credit-union', 100)
    const clinic = await load('clinic', 10)
    version = clinic.version
    rows = clinic.rows
  })
  afterEach(() => pool.close())

  it('adds up to the model’s own answer, and repeats to the bit', async () => {
    const { version, artifact, background, rows } = credit
    const model = await openModel(artifact, version.signature)
    const scores = async (given: ReferenceRow[]) => (await model.run(given)).map((answer) => scoreOf(version.signature, answer) ?? NaN)
    const answered = await scores(rows)
    const mean = (await scores(background)).reduce((sum, score) => sum + score, 0) / background.length
    await model.close()

    const found = await open().explain(version, rows)
    found.forEach(({ base, values, errors, scale, permutations }, number) => {
      expect(Math.abs(base - mean)).toBeLessThan(1e-9)
      expect(Math.abs(values.reduce((sum, value) => sum + value, base) - (answered[number] ?? NaN))).toBeLessThan(1e-9)
      expect(values).toHaveLength(version.signature.fields.length)
      expect(scale).toBe('probability')
      // Twenty fields over a hundred background rows are too many coalitions to list.
      expect(permutations).toBeGreaterThan(0)
      expect(Math.max(...errors)).toBeGreaterThan(0)
    })
    await pool.close()
    const again = await open().explain(version, rows)
    expect(again).toEqual(found)
    const [first] = await pool.explain(version, rows.slice(0, 1), { permutations: found[0]?.permutations ?? 0 })
    expect(first).toEqual(found[0])
    const [coarse] = await pool.explain(version, rows.slice(0, 1), { permutations: 1 })
    expect(coarse?.permutations).toBe(400)
  })

  it('lists every coalition of a model of up to twelve fields, however many rows that asks for', async () => {
    const { version, rows } = await load('clinic', 40)
    expect(version.signature.fields.length).toBeLessThanOrEqual(12)
    const [listed] = await open().explain(version, rows.slice(0, 1))
    expect(listed).toMatchObject({ method: 'exact', scale: 'probability', permutations: 0 })
    expect(Math.max(...(listed?.errors ?? [NaN]))).toBe(0)
    // Read from the file, in float64, it is the same.
    const [read] = await pool.explain({ ...version, id: 'read', isRead: true }, rows.slice(0, 1))
    read?.values.forEach((value, field) => expect(Math.abs(value - (listed?.values[field] ?? NaN))).toBeLessThan(1e-6))
  })

  it('does not care for the order of a row’s fields, nor how a missing value is written', async () => {
    const { version, rows } = credit
    const row = { ...rows[0], purpose: null }
    const { purpose: _, ...rest } = row
    const turned = Object.fromEntries(Object.entries(rest).reverse())
    const [a, b] = await open().explain(version, [row, turned])
    expect(a).toEqual(b)
  })

  it('refuses what does not fit into the queue, and tells when to come back', async () => {
    open()
    const many = Array.from({ length: MOST_WAITING_ROWS }, () => rows[0] ?? {})
    const waiting = pool.explain(version, many)
    await expect(pool.explain(version, rows.slice(0, 1))).rejects.toMatchObject({ kind: 'unavailable', code: 'explainer_unavailable', retryAfterSeconds: expect.any(Number) as number })
    await expect(pool.explain(version, [...many, ...rows])).rejects.toMatchObject({ kind: 'invalid', code: 'too_many_rows_to_explain' })
    const closed = expect(waiting).rejects.toMatchObject({ code: 'explainer_unavailable' })
    await pool.close()
    await closed
    await expect(pool.explain(version, rows)).rejects.toMatchObject({ code: 'explainer_unavailable' })
  })

  it('lets people go before background work, which is not refused', async () => {
    open()
    const order: string[] = []
    const note = (name: string) => () => order.push(name)
    const behind = pool.explain(version, [...rows, ...rows], { isBackground: true }).then(note('background'))
    const many = Array.from({ length: MOST_WAITING_ROWS + 1 }, () => rows[0] ?? {})
    const refused = expect(pool.explain(version, many, { isBackground: true })).rejects.toMatchObject({ code: 'explainer_unavailable' })
    await pool.explain(version, rows.slice(0, 1)).then(note('person'))
    await behind
    expect(order).toEqual(['person', 'background'])
    await pool.close()
    await refused
  })

  it('goes on with a new worker when one is killed, and loses no row', async () => {
    const started: ChildProcess[] = []
    open({
      startWorker: () => {
        const worker = startExplainWorker()
        started.push(worker)
        return worker
      },
    })
    const undisturbed = await pool.explain(version, rows)
    const disturbed = pool.explain(version, rows)
    started[0]?.kill('SIGKILL')
    expect(await disturbed).toEqual(undisturbed)
    expect(started).toHaveLength(2)
  })

  it('gives a row up that kills every worker, and explains the next', async () => {
    let starts = 0
    open({
      startWorker: () => {
        starts += 1
        return starts <= 2 ? workerThat('process.exit(7)') : startExplainWorker()
      },
    })
    const [first, second] = await Promise.allSettled([pool.explain(version, rows.slice(0, 1)), pool.explain(version, rows.slice(1, 2))])
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'explainer_unavailable' } })
    expect(second.status).toBe('fulfilled')
    expect(starts).toBe(3)
  })

  it('gives a row up whose worker hangs', async () => {
    let starts = 0
    open({
      hangsAfterMs: 500,
      startWorker: () => {
        starts += 1
        return workerThat('for (;;);')
      },
    })
    const given = Promise.allSettled([pool.explain(version, rows.slice(0, 1)), pool.explain(version, rows.slice(1, 2))])
    expect((await given).map((one) => one.status)).toEqual(['rejected', 'rejected'])
    expect(starts).toBe(2)
  })

  it('hands on why a version cannot be explained', async () => {
    const empty = await storedVersion(credit.artifact, {}, [])
    await expect(open().explain({ ...empty, id: 'empty' }, rows)).rejects.toMatchObject({ kind: 'conflict', code: 'not_explainable' })
    const lost = { ...version, id: 'lost', artifactHash: 'a'.repeat(64) }
    await expect(pool.explain(lost, rows)).rejects.toMatchObject({ kind: 'unavailable', code: 'artifact_missing' })
  })
})

it('keeps the process alive until its worker has ended', () => {
  const script = `
    const { ExplainerPool } = await import('./lib/explanations/worker/index.ts')
    const { spawn } = await import('node:child_process')
    const quiet = () => spawn(process.execPath, ['-e', "process.on('message', () => process.send({ kind: 'answered', answer: {} }))"], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const pool = new ExplainerPool({ startWorker: quiet })
    await pool.explain({ id: 'v', artifactHash: '', backgroundHash: '', signature: { fields: [] } }, [{}])
    await pool.close()
    console.log('closed')`
  const ended = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(ended.stdout).toBe('closed\n')
  expect(ended.status).toBe(0)
})
