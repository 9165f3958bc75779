// The engine says of each row what a single call would: the same answers, the same sentences about rows that are refused,
// the same profile; from whatever source, to whatever output, in one thread or several.
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_REASON_SETTINGS } from '@/lib/explanations/contract'
import { reasonSentences } from '@/lib/explanations/rules'
import { readReference } from '@/lib/explanations/rules/reference-place'
import { openExactExplainer } from '@/lib/inference/exact-explainer'
import { openModel, type Answer, type LoadedModel } from '@/lib/inference/session'
import { Profile } from '@/lib/math/profile'
import { classifierModel } from '@/lib/onnx/testing/tree-models'
import { isId, timeOfId } from '@/lib/platform/ids'
import { ProblemError, type FieldProblem } from '@/lib/platform/errors'
import { readArtifact } from '@/lib/registry/commands/read-artifact'
import type { ReferenceRow } from '@/lib/registry/rules'
import { compileGuardrails, compileValidator, profileValues, scoreOf } from '@/lib/serving/rules'
import { runBatch } from '.'
import type { BatchEnd, BatchRun } from './contract'
import { splitLine } from './text/csv-format'
import { csvText, loadExample, newDirectory, runOf, writeSource, type Example } from './testing/example'

function readCsv(path: string): Record<string, string>[] {
  const [names = [], ...rows] = csvCells(readFileSync(path, 'utf8'))
  return rows.map((cells) => Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ''])))
}

/** Of files without line feeds in their cells. */
function csvCells(text: string): string[][] {
  return text.split('\r\n').slice(0, -1).map((line) => splitLine(line, ','))
}

async function finish(run: BatchRun): Promise<BatchEnd & { state: 'finished' }> {
  const end = await runBatch(run)
  if (end.state !== 'finished') throw new Error('stopped')
  return end
}

const results = (run: BatchRun) => readCsv(join(run.directory, 'results.csv'))
const rejected = (run: BatchRun) => readCsv(join(run.directory, 'rejected.csv'))

describe.each(['clinic', 'shop', 'credit-union'] as const)('the %s', (business) => {
  let example: Example
  let model: LoadedModel
  let answers: Answer[]
  let rows: ReferenceRow[]
  let names: string[]

  beforeAll(async () => {
    example = await loadExample(business)
    rows = Array.from({ length: 2500 }, (_, index) => example.rows[index % example.rows.length] as ReferenceRow)
    names = example.signature.fields.map(({ name }) => name)
    model = await openModel(example.artifact, example.signature)
    answers = await model.run(rows)
  })
  afterAll(() => model.close())

  const expectSame = (found: readonly Record<string, unknown>[]) => {
    expect(found).toHaveLength(answers.length)
    answers.forEach((answer, index) => {
      const result = found[index] ?? {}
      expect(Number(result.row)).toBe(index + 1)
      if (answer.label !== undefined) expect(String(result.label)).toBe(String(answer.label))
      const score = scoreOf(example.signature, answer)
      expect(Math.abs(Number(result.value ?? result.score) - (score ?? NaN))).toBeLessThanOrEqual(1e-7)
      const { decision } = example.signature
      if (decision) expect(result.decision).toBe((score ?? NaN) >= decision.threshold ? decision.above : decision.below)
    })
  }

  it('gets the answers of single calls from CSV, in one thread and in two', async () => {
    const source = writeSource('rows.csv', csvText(names, rows))
    const one = runOf(example, source)
    const two = runOf(example, source, { threads: 2 })
    const end = await finish(one)
    await finish(two)
    expectSame(results(one))
    expect(readFileSync(join(two.directory, 'results.csv'))).toEqual(readFileSync(join(one.directory, 'results.csv')))
    expect(end.checkpoint).toMatchObject({ rowsRead: rows.length, rowsScored: rows.length, rowsRejected: 0, sourceOffset: statSync(source.path).size })
    expect(end.results.map(({ name, rows: count }) => [name, count])).toEqual([['results', rows.length], ['rejected', 0]])
  })

  it('gets them from JSON lines and from Parquet', async () => {
    const lines = writeSource('rows.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) as (string | number | null)[] }))
    const parquet = writeSource('rows.parquet', new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 700 })))
    for (const source of [lines, parquet]) {
      const run = runOf(example, source)
      await finish(run)
      expectSame(results(run))
    }
  })

  it('adds the profile that single calls would have', async () => {
    const run = runOf(example, writeSource('rows.csv', csvText(names, rows)))
    await finish(run)
    const shape = example.version.reference?.shape ?? []
    const expected = new Profile(shape)
    rows.forEach((row, index) => {
      const { label, ...answer } = answers[index] ?? {}
      const score = scoreOf(example.signature, { ...answer, ...(label === undefined ? {} : { label }) })
      expected.addRow(profileValues(example.signature, names.map((name) => (row[name] ?? null) as number | string | null), { label: label === undefined ? null : String(label), score, modelScore: null }))
    })
    const found = new Profile(shape)
    for (const { profile } of run.added) found.merge(profile)
    expect(run.added.reduce((sum, added) => sum + added.rows, 0)).toBe(rows.length)
    shape.forEach((column, index) => {
      const [summary, wanted] = [found.summary(index), expected.summary(index)]
      if (summary.kind === 'number' && wanted.kind === 'number') {
        expect(summary.mean).toBeCloseTo(wanted.mean ?? NaN, 9)
        expect({ ...summary, mean: 0, variance: 0 }).toEqual({ ...wanted, mean: 0, variance: 0 })
      } else expect(summary, column.name).toEqual(wanted)
    })
  })

  it('refuses rows in the sentences that a caller would get, and keeps them as they came', async () => {
    const validate = compileValidator(example.signature)
    const odd = fc.oneof(fc.constantFrom(null, 'no such value', -1e9, 1e40, 0.5, true, 3, '', 'x'.repeat(1001)), fc.double({ noNaN: true, noDefaultInfinity: true }))
    const broken = fc.record({ base: fc.nat(rows.length - 1), field: fc.constantFrom(...names), value: odd, second: fc.constantFrom(...names), other: odd })
    const given = fc.sample(broken, { numRuns: 400, seed: 5 }).map(({ base, field, value, second, other }) => ({ ...rows[base], [field]: value, [second]: other }))
    const run = runOf(example, writeSource('rows.jsonl', given.map((row) => `${JSON.stringify(row)}\n`).join('')))
    await finish(run)
    const reasons = new Map<string, string>()
    given.forEach((row, index) => {
      const problems: FieldProblem[] = []
      validate(row, 'row', problems)
      if (problems.length > 0) reasons.set(String(index + 1), problems.map(({ message }) => message).join(' '))
    })
    const found = rejected(run)
    expect(reasons.size).toBeGreaterThan(50)
    expect(new Map(found.map(({ row = '', reason = '' }) => [row, reason]))).toEqual(reasons)
    for (const { row, source = '' } of found) expect(JSON.parse(source)).toEqual(JSON.parse(JSON.stringify(given[Number(row) - 1])))
    // The others among them get their own answers.
    const accepted = given.flatMap((row, index) => (reasons.has(String(index + 1)) ? [] : [{ index, row }]))
    const said = await model.run(accepted.map(({ row }) => row))
    const wanted = accepted.map(({ index }, place) => [String(index + 1), scoreOf(example.signature, said[place] ?? {})])
    expect(results(run).map(({ row, score, value }) => [row, Number(score ?? value)])).toEqual(wanted)
  })
})

describe('a job', () => {
  let clinic: Example
  let names: string[]
  beforeAll(async () => {
    clinic = await loadExample('clinic')
    names = Object.keys(clinic.mapping)
  })

  it('repeats the columns that are kept, as they came, and maps others by name', async () => {
    const rows = clinic.rows.slice(0, 3).map((row, index) => ({ ...row, 'Patient no.': ['=1+1', '007', 'a,"b"'][index], score: 'own', alter: row.age }))
    const run = runOf(clinic, writeSource('rows.csv', csvText(['Patient no.', 'alter', 'score', ...names.filter((name) => name !== 'age')], rows)), {
      mapping: { fields: { ...clinic.mapping, age: 'alter' }, subject: 'Patient no.', keep: ['Patient no.', 'score'] }, isLogged: true,
    })
    await finish(run)
    const found = results(run)
    expect(found.map((row) => [row['Patient no.'], row.score])).toEqual([['=1+1', 'own'], ['007', 'own'], ['a,"b"', 'own']])
    const logged = run.added.flatMap((added) => added.logged)
    expect(logged.map(({ subject }) => subject)).toEqual(['=1+1', '007', 'a,"b"'])
    expect(logged.map(({ inputs }) => inputs)).toEqual(clinic.rows.slice(0, 3).map((row) => names.map((name) => row[name])))
    expect(logged.map(({ id }) => id)).toEqual(found.map((row) => row.prediction_id))
    expect(logged.map(({ score }) => score)).toEqual(found.map((row) => Number(row.prediction_score)))
    expect(logged.every(({ id }) => isId(id) && timeOfId(id) === run.startedAt)).toBe(true)
    expect(new Set(logged.map(({ id }) => id)).size).toBe(3)
    expect([...logged.map(({ id }) => id)].sort()).toEqual(logged.map(({ id }) => id))
  })

  it('names the columns that the source does not have', async () => {
    const run = runOf(clinic, writeSource('rows.csv', csvText(names, [])), { mapping: { fields: { ...clinic.mapping, age: 'alter' }, subject: 'nobody', keep: [] } })
    await expect(runBatch(run)).rejects.toMatchObject({ code: 'batch_column_missing', message: 'The source has no columns "alter", "nobody", which the mapping names.' })
  })

  it('writes the same results as Parquet', async () => {
    const rows = [...clinic.rows, ...clinic.rows]
    const source = writeSource('rows.csv', csvText(names, rows))
    const mapping = { fields: clinic.mapping, subject: null, keep: ['location', 'age'] }
    const text = runOf(clinic, source, { mapping })
    const parquet = runOf(clinic, source, { mapping, output: { kind: 'file', format: 'parquet' } })
    await finish(text)
    const end = await finish(parquet)
    const bytes = readFileSync(join(parquet.directory, 'results.parquet'))
    const found = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer })
    expect(found.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])))).toEqual(results(text))
    expect(end.results[0]).toMatchObject({ fileName: 'results.parquet', bytes: bytes.length, rows: rows.length })
  })

  it('reads a query and writes a table, once for each row', async () => {
    const directory = newDirectory()
    const path = join(directory, 'appointments.sqlite')
    const rows = [...clinic.rows, ...clinic.rows.slice(0, 500)]
    const database = new Database(path)
    database.exec(`create table appointments (id integer primary key, ${names.map((name) => `"${name}"`).join(', ')})`)
    const insert = database.prepare(`insert into appointments values (?, ${names.map(() => '?').join(', ')})`)
    database.transaction(() => rows.forEach((row, index) => insert.run(1000 + index, ...names.map((name) => row[name]))))()
    const run = runOf(clinic, { kind: 'query', address: path, query: 'select * from appointments order by id' }, {
      mapping: { fields: clinic.mapping, subject: 'id', keep: ['id'] }, output: { kind: 'table', address: path, table: 'scores' },
    })
    const end = await finish(run)
    expect(end.results.map(({ name }) => name)).toEqual(['rejected'])
    // As after a crash between a block and its checkpoint.
    await finish({ ...run, from: null })
    const model = await openModel(clinic.artifact, clinic.signature)
    const answers = await model.run(rows)
    await model.close()
    const found = database.prepare('select * from scores order by row').all() as Record<string, unknown>[]
    expect(found.map((row) => [row.flightdeck_job, row.row, row.id, row.score])).toEqual(answers.map(({ score }, index) => ['job', index + 1, String(1000 + index), score]))
    database.close()
  })

  it('refuses a query that writes, and says what the database says of a wrong one', async () => {
    const path = join(newDirectory(), 'own.sqlite')
    new Database(path).exec('create table t (a); insert into t values (1)').close()
    const ask = (query: string) => runBatch(runOf(clinic, { kind: 'query', address: path, query }))
    await expect(ask('delete from t')).rejects.toMatchObject({ code: 'batch_source_unreadable', message: 'The database refused the query: it returns no rows.' })
    await expect(ask('delete from t returning a')).rejects.toMatchObject({ code: 'batch_source_unreadable' })
    await expect(ask('select b from t')).rejects.toThrow('no such column: b')
  })

  it('guards its answers, and lets none out that has no allowed fallback', async () => {
    const rows = clinic.rows.slice(0, 200)
    const limit = { rule: 'output-range' as const, min: null, max: 0.3 }
    const rules = [
      { limit, fallback: { kind: 'constant' as const, value: 0.25 } },
      { limit: { rule: 'output-relative' as const, field: 'age', min: 0, max: 0.01 }, fallback: { kind: 'clamp' as const } },
      { limit: { rule: 'output-relative' as const, field: 'waiting_days', min: 0.01, max: 100 }, fallback: { kind: 'constant' as const, value: 5 } },
    ]
    const run = runOf(clinic, writeSource('rows.csv', csvText(names, rows)), { guardrails: rules })
    await finish(run)
    const guard = compileGuardrails(rules, names)
    const model = await openModel(clinic.artifact, clinic.signature)
    const answers = await model.run(rows)
    await model.close()
    const told = rows.map((row, index) => guard?.(answers[index]?.score ?? NaN, names.map((name) => (row[name] ?? null) as number)))
    const safe = told.filter((one) => one?.isSafe)
    expect(results(run).map(({ score, fallback }) => [Number(score), fallback])).toEqual(safe.map((one) => [one?.score, one?.hit?.answeredBy ?? '']))
    expect(new Set(results(run).map(({ fallback }) => fallback)).size).toBeGreaterThan(1)
    expect(safe.length).toBeLessThan(rows.length)
    expect(rejected(run).map(({ reason }) => reason)).toEqual(told.filter((one) => !one?.isSafe).map((one) => `${one?.hit?.sentence ?? ''} Its fallback has no allowed answer either, so none is given.`))
    expect(run.added.reduce((sum, { guarded }) => sum + guarded, 0)).toBe(safe.filter((one) => one?.hit).length)
  })

  it('tells the largest reasons of each row, in two threads too', async () => {
    const rows = clinic.rows.slice(0, 40)
    const background = clinic.rows.slice(100, 150)
    const source = writeSource('rows.csv', csvText(names, rows))
    const reasons = { most: 2, background, settings: DEFAULT_REASON_SETTINGS, locale: 'en' as const }
    const run = runOf(clinic, source, { reasons, threads: 2 })
    await finish(run)
    const exact = openExactExplainer(clinic.artifact, clinic.signature, background)
    const model = await openModel(clinic.artifact, clinic.signature)
    const answers = await model.run(rows)
    await model.close()
    const reference = readReference(clinic.signature, clinic.version.reference)
    const wanted = rows.map((row, index) => {
      const explanation = exact?.explain(row, answers[index] ?? {})
      const values = Array.from(explanation?.values ?? [])
      return reasonSentences({ signature: clinic.signature, row, explanation: { values, errors: values.map(() => 0), scale: 'margin' }, reference }).slice(0, 2).map(({ sentence }) => sentence)
    })
    expect(results(run).map((row) => [row.reason_1, row.reason_2])).toEqual(wanted)
    expect(run.added.reduce((sum, { explained }) => sum + explained, 0)).toBe(40)
  })

  it('rejects the rows whose answers are not finite or that make the model fail, and only those', async () => {
    const fields = ['x_0', 'x_1', 'x_2']
    const artifact = classifierModel({ trees: 3, depth: 2, columns: 3, classes: [0, 1], classIds: [0], postTransform: 'LOGISTIC', weights: [-1, 1], seed: 3 })
    const { signature } = readArtifact(artifact, { featureOrder: fields })
    const opened = await openModel(artifact, signature)
    const poisoned: LoadedModel = {
      close: () => opened.close(),
      async run(rows) {
        if (rows.some((row) => row.x_0 === 3)) throw new ProblemError('internal', 'The model failed on these rows.', { code: 'model_failed' })
        return (await opened.run(rows)).map((answer, index) => (rows[index]?.x_0 === 7 ? { ...answer, score: NaN } : answer))
      },
    }
    const rows = Array.from({ length: 1500 }, (_, index) => ({ x_0: index % 100, x_1: 1, x_2: 2 }))
    const mapping = Object.fromEntries(fields.map((name) => [name, name]))
    const source = writeSource('rows.csv', csvText(fields, rows))
    const run = runOf({ mapping, version: { number: 1, signature, reference: null, runtime: { kind: 'records', model: poisoned } } }, source)
    await finish(run)
    expect(new Set(rejected(run).map(({ x_0, reason }) => `${x_0 ?? ''} ${reason ?? ''}`))).toEqual(new Set(['3 The model failed on this row.', '7 The model’s answer is not a finite number, so there is no answer to give.']))
    expect(rejected(run)).toHaveLength(30)
    const local = runOf({ mapping, version: { number: 1, signature, reference: null, runtime: { kind: 'onnx', artifact } } }, source)
    await finish(local)
    const scores = new Map(results(local).map(({ row, score }) => [row, score]))
    for (const { row = '', score } of results(run)) expect(score).toBe(scores.get(row))
    await opened.close()
    const dead = runOf({ mapping, version: { number: 1, signature, reference: null, runtime: { kind: 'records', model: { ...poisoned, run: () => Promise.reject(new Error('no')) } } } }, source)
    await expect(runBatch(dead)).rejects.toMatchObject({ code: 'batch_model_failed' })
  })

  it('stops when it is told, and goes on to the same results', async () => {
    const rows = Array.from({ length: 40_000 }, (_, index) => clinic.rows[index % clinic.rows.length] as ReferenceRow)
    const source = writeSource('rows.csv', csvText(names, rows))
    const whole = runOf(clinic, source)
    await finish(whole)
    const stop = new AbortController()
    const stopping = runOf(clinic, source, { signal: stop.signal, threads: 2, isLogged: true })
    const { onCheckpoint } = stopping
    const end = await runBatch({
      ...stopping,
      onCheckpoint(...told) {
        stop.abort('pause')
        return onCheckpoint(...told)
      },
    })
    expect(end.state).toBe('stopped')
    expect(end.checkpoint?.rowsRead).toBeGreaterThan(0)
    expect(end.checkpoint?.rowsRead).toBeLessThan(rows.length)
    const rest = runOf(clinic, source, { isLogged: true, from: end.checkpoint, directory: stopping.directory })
    await finish(rest)
    const plain = ({ prediction_id: _, ...row }: Record<string, string>) => row
    expect(results(rest).map(plain)).toEqual(results(whole))
    const logged = [...stopping.added, ...rest.added].flatMap((added) => added.logged)
    expect(logged.map(({ id }) => id)).toEqual(results(rest).map((row) => row.prediction_id))
    expect([...stopping.added, ...rest.added].reduce((sum, added) => sum + added.rows, 0)).toBe(rows.length)
  })

  it('does not go on with a source or results that are no longer what they were', async () => {
    const source = writeSource('rows.csv', csvText(names, clinic.rows.slice(0, 300)))
    const run = runOf(clinic, source)
    const { checkpoint } = await finish(run)
    truncateSync(join(run.directory, 'results.csv'), 100)
    await expect(runBatch({ ...run, from: checkpoint })).rejects.toMatchObject({ code: 'batch_source_changed', message: expect.stringContaining('The results file') as string })
    writeFileSync(source.path, csvText(names, clinic.rows.slice(0, 301)))
    await expect(runBatch({ ...run, from: checkpoint })).rejects.toMatchObject({ code: 'batch_source_changed', message: expect.stringContaining('The file') as string })
  })
})
