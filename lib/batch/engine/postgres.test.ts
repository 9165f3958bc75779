// Rows from a query on a real Postgres, and results into a table of it.
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openModel } from '@/lib/inference/session'
import { inspectSource, runBatch } from '.'
import { hasPostgres, startPostgres } from './testing/postgres'
import { loadExample, runOf, type Example } from './testing/example'

describe.skipIf(!hasPostgres)(`batch on Postgres${hasPostgres ? '' : ' (needs initdb and pg_ctl on the path)'}`, () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let client: Client
  let clinic: Example
  let names: string[]

  beforeAll(async () => {
    server = await startPostgres()
    client = new Client({ connectionString: server.address })
    await client.connect()
    clinic = await loadExample('clinic')
    names = Object.keys(clinic.mapping)
    const columns = clinic.signature.fields.map(({ name, type }) => `"${name}" ${type === 'number' || type === 'integer' ? 'numeric' : 'text'}`)
    await client.query(`create table appointments (id bigint primary key, booked timestamptz, ${columns.join(', ')})`)
    const marks = ['$1', '$2', ...names.map((_, index) => `$${index + 3}`)].join(', ')
    for (const [index, row] of clinic.rows.entries()) await client.query(`insert into appointments values (${marks})`, [9_007_199_254_740_993n + BigInt(index), new Date(Date.UTC(2026, 0, 1, index)), ...names.map((name) => row[name])])
  }, 120_000)
  afterAll(async () => {
    await client.end()
    server.stop()
  })

  it('scores a query of several thousand rows into a table, once for each row', async () => {
    const query = 'select * from appointments union all select id + 100000, booked, ' + names.map((name) => `"${name}"`).join(', ') + ' from appointments union all select id + 200000, booked, ' + names.map((name) => `"${name}"`).join(', ') + ' from appointments order by id;'
    const run = runOf(clinic, { kind: 'query', address: server.address, query }, {
      mapping: { fields: clinic.mapping, subject: 'id', keep: ['id', 'booked'] }, output: { kind: 'table', address: server.address, table: 'scores' },
    })
    await runBatch(run)
    // As after a crash between the last block and its checkpoint.
    await runBatch({ ...run, from: null })
    const model = await openModel(clinic.artifact, clinic.signature)
    const answers = await model.run(clinic.rows)
    await model.close()
    const { rows } = await client.query<{ row: string; id: string; booked: string; score: number }>('select row, id, booked, score from scores order by row')
    expect(rows.map(({ row, id, score }) => [row, id, score])).toEqual(
      [0, 1, 2].flatMap((part) => answers.map(({ score }, index) => [String(part * answers.length + index + 1), String(9_007_199_254_740_993n + BigInt(100_000 * part + index)), score])),
    )
    expect(rows[1]?.booked).toBe('2026-01-01T01:00:00.000Z')
  }, 60_000)

  it('takes one query that reads, and nothing else', async () => {
    const ask = (query: string) => runBatch(runOf(clinic, { kind: 'query', address: server.address, query }))
    for (const query of ['select 1; commit; begin read write; drop table appointments; commit', 'drop table appointments', 'with gone as (delete from appointments returning *) select * from gone']) {
      await expect(ask(query), query).rejects.toMatchObject({ code: 'batch_source_unreadable' })
    }
    await expect(ask('select wrong from appointments')).rejects.toThrow('column "wrong" does not exist')
    expect((await client.query('select 1 from appointments')).rowCount).toBe(clinic.rows.length)
  })

  it('looks at a query', async () => {
    const found = await inspectSource({ kind: 'query', address: server.address, query: 'select age, location from appointments order by id limit 3' })
    expect(found.columns.map(({ name, guessedType }) => [name, guessedType])).toEqual([['age', 'integer'], ['location', 'text']])
    expect(found.sample).toHaveLength(3)
  })

  it('says when a server does not answer', async () => {
    await expect(runBatch(runOf(clinic, { kind: 'query', address: 'postgres://nobody@127.0.0.1:1/none', query: 'select 1' }))).rejects.toMatchObject({ code: 'batch_source_unreadable' })
  })
})
