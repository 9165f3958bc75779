import Database from 'better-sqlite3'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { guessMapping, inspectSource, whyNoReasons } from '.'
import type { SourceColumn } from './contract'
import { newDirectory, writeSource } from './testing/example'

const types = (columns: readonly SourceColumn[]) => Object.fromEntries(columns.map(({ name, guessedType }) => [name, guessedType]))

describe('a look at a source', () => {
  it('shows columns, types and first rows of CSV', async () => {
    const text = 'id;age;price;came;note;nothing\n007;31;1,5;true;"a;b\n""c""";\n\n008;40;2;false;;\n'
    const found = await inspectSource(writeSource('rows.csv', text))
    expect(types(found.columns)).toEqual({ id: 'text', age: 'integer', price: 'number', came: 'boolean', note: 'text', nothing: 'empty' })
    expect(found.columns[0]?.examples).toEqual(['007', '008'])
    expect(found).toMatchObject({ separator: ';', rows: null, bytes: Buffer.byteLength(text) })
    expect(found.sample).toEqual([['007', '31', '1,5', 'true', 'a;b\n"c"', null], ['008', '40', '2', 'false', null, null]])
  })

  it('of JSON lines that have not all the same members', async () => {
    const found = await inspectSource(writeSource('rows.jsonl', '{"a":1,"b":"x"}\nno json\n{"c":{"d":[1]},"a":2}\n'))
    expect(types(found.columns)).toEqual({ a: 'integer', b: 'text', c: 'text' })
    expect(found.sample).toEqual([['1', 'x', null], ['2', null, '{"d":[1]}']])
    await expect(inspectSource(writeSource('rows.jsonl', 'a,b\n1,2\n'))).rejects.toThrow('None of the first lines is a JSON object.')
  })

  it('of Parquet', async () => {
    const bytes = parquetWriteBuffer({ columnData: [{ name: 'n', data: [1.5, null] as (number | null)[] }, { name: 't', data: ['x', 'y'] }, { name: 'big', data: [1n, 2n] }] })
    const found = await inspectSource(writeSource('rows.parquet', new Uint8Array(bytes)))
    expect(types(found.columns)).toEqual({ n: 'number', t: 'text', big: 'integer' })
    expect(found).toMatchObject({ rows: 2, sample: [['1.5', 'x', '1'], [null, 'y', '2']] })
    await expect(inspectSource(writeSource('rows.parquet', 'PAR1 but not'))).rejects.toMatchObject({ code: 'batch_source_unreadable' })
  })

  it('of a query, and no more of it than is looked at', async () => {
    const path = join(newDirectory(), 'own.sqlite')
    new Database(path).close()
    const query = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i, i / 2.0 as half from n'
    const found = await inspectSource({ kind: 'query', address: path, query })
    expect(types(found.columns)).toEqual({ i: 'integer', half: 'number' })
    expect(found.sample[0]).toEqual(['1', '0.5'])
  })

  it('says that a file is gone', async () => {
    await expect(inspectSource({ kind: 'file', path: '/nowhere/rows.csv', format: 'csv' })).rejects.toMatchObject({ code: 'batch_source_unreadable', message: 'There is no such file.' })
  })
})

describe('the guessed mapping', () => {
  const fields = ['age', 'waiting_days', 'location', 'insurance'].map((name) => ({ name, displayName: { waiting_days: 'Waiting time' }[name] ?? name }))
  const guess = (...columns: string[]) => guessMapping(columns, { fields } as Parameters<typeof guessMapping>[1])

  it.each([
    [['age', 'location'], { age: 'age', location: 'location' }],
    [['Age', 'WaitingDays', 'LOCATION '], { age: 'Age', waiting_days: 'WaitingDays', location: 'LOCATION ' }],
    [['Waiting time'], { waiting_days: 'Waiting time' }],
    [['locaton', 'patient'], { location: 'locaton' }],
    [['age', 'Age'], { age: 'age' }],
    [[], {}],
  ])('of %j is %j', (columns, mapping) => {
    expect(guess(...columns)).toEqual(mapping)
  })
})

describe('reasons in batch', () => {
  const explained = { kind: 'exact', method: 'tables', scale: 'margin', sentence: '', selfTest: null, held: null } as const
  it.each([
    [{ runtime: 'onnx', files: { background: 'x' }, explainability: explained }, null],
    [{ runtime: 'onnx', files: {}, explainability: explained }, /without reference data/],
    [{ runtime: 'onnx', files: { background: 'x' }, explainability: { ...explained, kind: 'sampled' } }, /too slow/],
    [{ runtime: 'remote', files: { background: 'x' }, explainability: explained }, /another server/],
  ] as const)('of %j: %s', (version, why) => {
    const said = whyNoReasons(version)
    if (why === null) expect(said).toBeNull()
    else expect(said).toMatch(why)
  })
})
