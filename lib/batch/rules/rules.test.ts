import { describe, expect, it } from 'vitest'
import type { Field, Signature } from '@/lib/registry/contract'
import type { BatchInspection, BatchStatus } from '../contract'
import {
  actionsFor, afterAction, byteRange, checkMapping, checkTiming, connectionsOfJson, connectionsOfText, datedPath, downloadName, dueRun, isSensitiveFile, nextDueAfter, nextJob,
  pathWithin, refuseWritingQuery, sampleRejections, shareOf, STALE_MS, timingInWords, type QueuedJob,
} from '.'

describe('what may be done with a job', () => {
  it.each<[BatchStatus, string]>([
    ['waiting', 'pause cancel'],
    ['running', 'pause cancel'],
    ['paused', 'resume cancel'],
    ['finished', ''],
    ['failed', 'retry'],
    ['cancelled', 'retry'],
  ])('%s: %s', (status, actions) => expect(actionsFor(status).join(' ')).toBe(actions))
  it('says why not', () => expect(afterAction('finished', 'cancel')).toEqual({ refused: 'Only a job that has not ended can be cancelled. This one is finished.' }))
})

describe('whose turn it is', () => {
  const job = (id: string, part: Partial<QueuedJob> = {}): QueuedJob => ({ id, status: 'waiting', createdAt: 0, createdBy: 'ana', seenAt: null, startedAt: null, ...part })
  const at = 1_000_000
  it.each<[string, QueuedJob[], string | null]>([
    ['the oldest', [job('b', { createdAt: 2 }), job('a', { createdAt: 1 })], 'a'],
    ['who had no turn yet before who had one', [job('a', { createdAt: 1 }), job('b', { createdAt: 2, createdBy: 'ben' })], 'b'],
    ['what has begun before all others', [job('a'), job('b', { createdAt: 9, startedAt: 5 })], 'b'],
    ['nobody’s while a worker lives', [job('a'), job('b', { status: 'running', seenAt: at - STALE_MS + 1, startedAt: 1 })], null],
    ['nobody’s until a paused job is let go', [job('a'), job('b', { status: 'paused', seenAt: at - 1 })], null],
    ['a dead worker’s job', [job('a'), job('b', { status: 'running', seenAt: at - STALE_MS, startedAt: 1 })], 'b'],
    ['nobody’s where none waits', [job('a', { status: 'paused' })], null],
  ])('%s', (_, jobs, expected) => expect(nextJob(jobs, new Map([['ana', 500]]), at)?.id ?? null).toBe(expected))
})

describe('schedules', () => {
  const berlin = { pattern: '0 2 * * *', timeZone: 'Europe/Berlin' }
  it.each([
    ['2026-01-10T12:00:00Z', '2026-01-11T01:00:00.000Z'],
    ['2026-07-10T12:00:00Z', '2026-07-11T00:00:00.000Z'],
    // That night has no two o'clock: the run comes with the first moment after it.
    ['2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
  ])('after %s comes %s', (after, next) => expect(new Date(nextDueAfter(berlin, Date.parse(after))).toISOString()).toBe(next))
  it.each([
    ['0 2 * *', 'UTC', 'pattern'],
    ['99 2 * * *', 'UTC', 'pattern'],
    ['* * * * *', 'UTC', 'pattern'],
    ['0 0 30 2 *', 'UTC', 'pattern'],
    ['0 2 * * *', 'Mars/Olympus', 'timeZone'],
  ])('%s in %s is refused by its %s', (pattern, timeZone, path) => {
    expect(() => checkTiming({ pattern, timeZone }, 0)).toThrow(expect.objectContaining({ code: 'batch_schedule_invalid', fields: [expect.objectContaining({ path })] }) as Error)
  })
  it('makes up once for what was missed, and says that it is late', () => {
    const nextDueAt = Date.UTC(2026, 0, 1, 1)
    expect(dueRun({ ...berlin, nextDueAt }, nextDueAt - 1)).toBeNull()
    expect(dueRun({ ...berlin, nextDueAt }, nextDueAt + 60_000)).toEqual({ dueAt: nextDueAt, isLate: false, nextDueAt: Date.UTC(2026, 0, 2, 1) })
    expect(dueRun({ ...berlin, nextDueAt }, Date.UTC(2026, 0, 4, 9))).toEqual({ dueAt: nextDueAt, isLate: true, nextDueAt: Date.UTC(2026, 0, 5, 1) })
  })
  it.each([
    ['0 2 * * *', 'UTC', 'Every night at 02:00, UTC'],
    ['30 14 * * 1-5', 'America/New_York', 'Monday to Friday at 14:30, America/New York'],
    ['0 7 * * 1,3', 'UTC', 'Every Monday and Wednesday at 07:00, UTC'],
    ['5 0 1 * *', 'UTC', 'On day 1 of each month at 00:05, UTC'],
    ['15 * * * *', 'UTC', 'Every hour at minute 15, UTC'],
    ['*/10 * * * *', 'UTC', 'By the pattern */10 * * * *, UTC'],
  ])('%s in %s is “%s”', (pattern, timeZone, words) => expect(timingInWords({ pattern, timeZone })).toBe(words))
})

describe('sources', () => {
  it.each(['select * from a', ' WITH x AS (select 1) SELECT * FROM x;', '-- why\nselect \';\' from a', "select 'drop; table' -- ; end"])('%s reads', (query) => expect(() => refuseWritingQuery(query)).not.toThrow())
  it.each(['delete from a', 'select 1; drop table a', '/* select */ update a set b = 1', '', 'selective'])('“%s” is refused', (query) =>
    expect(() => refuseWritingQuery(query)).toThrow(expect.objectContaining({ code: 'batch_query_refused' }) as Error))
  it.each(['../a.csv', '/etc/passwd', 'a/../../b.csv', '..', 'a\0b.csv'])('the path %j is refused', (path) => expect(() => pathWithin(path)).toThrow(expect.objectContaining({ code: 'batch_path_refused' }) as Error))
  it.each([['a.csv', 'a.csv'], ['a/../b.csv', 'b.csv'], ['in/..hidden.csv', 'in/..hidden.csv']])('the path %s stays within, as %s', (path, plain) => expect(pathWithin(path)).toBe(plain))
  it('puts the days of its own time zone into a path', () => {
    const late = Date.UTC(2026, 4, 3, 23, 30)
    expect(datedPath('a-{date}-{tomorrow}-{yesterday}.csv', late, 'UTC')).toBe('a-2026-05-03-2026-05-04-2026-05-02.csv')
    expect(datedPath('a-{date}.csv', late, 'Europe/Berlin')).toBe('a-2026-05-04.csv')
  })
  it('reads named databases from a list or from JSON, and says what is wrong without their secrets', () => {
    expect([...connectionsOfText(' clinic=postgres://u:p@db/x?a=b  old=/data/old.sqlite')]).toEqual([['clinic', 'postgres://u:p@db/x?a=b'], ['old', '/data/old.sqlite']])
    expect(connectionsOfJson('{"shop": "postgresql://db/shop"}').get('shop')).toBe('postgresql://db/shop')
    for (const wrong of ['postgres://secret@db', 'clinic=mysql://secret@db', 'a b=/x']) expect(() => connectionsOfText(wrong)).toThrow(/^(?!.*secret).*FLIGHTDECK_BATCH_CONNECTIONS/)
    for (const wrong of ['[]', '{', '{"a": 1}']) expect(() => connectionsOfJson(wrong)).toThrow(/FLIGHTDECK_BATCH_CONNECTIONS/)
  })
})

describe('how a source fits a model', () => {
  const field = (name: string, part: Partial<Field> = {}): Field => ({ name, displayName: name, type: 'number', tensor: name, column: 0, mayBeMissing: true, isSensitive: false, isActionable: false, isRequired: false, isClosed: false, ...part })
  const signature = {
    fields: [field('age', { isRequired: true, min: 0 }), field('income'), field('city', { type: 'text' })],
    tensors: [{ name: 'age', elementType: 'float32' }, { name: 'income', elementType: 'float32' }, { name: 'city', elementType: 'string' }],
  } as unknown as Signature
  const column = (name: string, guessedType: BatchInspection['columns'][number]['guessedType']) => ({ name, examples: [], guessedType })
  const columns = [column('Age', 'integer'), column('pay', 'text'), column('town', 'number')]
  const mapping = { fields: { age: 'Age', income: 'pay', city: 'town' }, subject: null, keep: [] }

  it('warns of types and gaps, and lets numbers be texts', () => {
    expect(checkMapping(signature, mapping, columns)).toEqual({ problems: [], warnings: [expect.stringContaining('income (income) takes numbers; the column “pay” looks like text')] })
    expect(checkMapping(signature, { ...mapping, fields: { age: 'Age' } }, columns).warnings).toHaveLength(2)
  })
  it('refuses what would reject every row or name what is not there', () => {
    const { problems } = checkMapping(signature, { fields: { income: 'salary', wages: 'pay' }, subject: 'id', keep: ['Age', 'none'] }, columns)
    expect(problems.map(({ path, rule }) => [path, rule])).toEqual([
      ['mapping.fields.wages', 'unknown-field'], ['mapping.fields.age', 'required'], ['mapping.fields.income', 'column'], ['mapping.subject', 'column'], ['mapping.keep', 'column'],
    ])
  })
  it('tells which of the first rows would be rejected', () => {
    const looked = { columns, separator: ';', sample: [['41', '1,5', 'Ulm'], [null, '2', null], ['-3', 'much', 'Bonn']] }
    expect(sampleRejections(signature, mapping, looked)).toEqual([null, 'age is required.', 'age must be at least 0. income must be a number, not a text.'])
  })
})

describe('files', () => {
  const fields = [{ name: 'age', isSensitive: true }, { name: 'days', isSensitive: false }]
  const mapping = (part: { keep?: string[]; subject?: string }) => ({ fields: { age: 'Age', days: 'Days' }, subject: part.subject ?? null, keep: part.keep ?? [] })
  it.each([
    ['results', {}, 0, false],
    ['results', { keep: ['Days'] }, 0, false],
    ['results', { keep: ['Age'] }, 0, true],
    // Nobody knows what is in it.
    ['results', { keep: ['Patient'] }, 0, true],
    ['results', { subject: 'Patient' }, 0, true],
    ['results', {}, 2, true],
    ['rejected', {}, 0, true],
  ] as const)('%s with %j and %i reasons is sensitive: %s', (name, part, reasons, expected) => {
    expect(isSensitiveFile(name, mapping(part as { keep?: string[]; subject?: string }), { reasons }, fields)).toBe(expected)
  })
  it('are named after their job', () => {
    expect(downloadName('Tomorrow’s "list".csv', 'results', 'results.parquet')).toBe('Tomorrow-s-list-results.parquet')
    expect(downloadName('…', 'rejected', 'rejected.csv')).toBe('batch-rejected.csv')
  })
  it.each([
    [undefined, null],
    ['bytes=0-4', { from: 0, to: 4 }],
    ['bytes=5-', { from: 5, to: 9 }],
    ['bytes=-3', { from: 7, to: 9 }],
    ['bytes=4-99', { from: 4, to: 9 }],
    ['bytes=10-', undefined],
    ['bytes=5-2', undefined],
    ['rows=1-2', null],
    ['bytes=0-1,4-5', null],
  ])('of ten bytes, the range %s is %j', (header, range) => expect(byteRange(header, 10)).toEqual(range))
  it('are read up to a share', () => {
    const checkpoint = { sourceOffset: 25, rowsRead: 1, rowsScored: 1, rowsRejected: 0, chunks: 1, outputBytes: 1, rejectedBytes: 0 }
    expect(shareOf({ status: 'running', sourceSize: 100, checkpoint })).toBe(0.25)
    expect(shareOf({ status: 'running', sourceSize: 100, checkpoint: null })).toBeNull()
    expect(shareOf({ status: 'running', sourceSize: null, checkpoint })).toBeNull()
    expect(shareOf({ status: 'waiting', sourceSize: null, checkpoint: null })).toBe(0)
    expect(shareOf({ status: 'finished', sourceSize: null, checkpoint: null })).toBe(1)
  })
})
