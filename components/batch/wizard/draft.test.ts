import { describe, expect, it } from 'vitest'
import { EMPTY, folderSource, jobOf, patternOf, problemsOf, scheduleOf, type Draft } from './draft'

const source = { kind: 'folder', path: 'a.csv', format: 'csv' } as const
const mapping = { fields: { age: 'Age' }, subject: null, keep: [] }

describe('a draft of a batch job', () => {
  it.each([
    ['night', '02:30', '30 2 * * *'],
    ['weekdays', '18:05', '5 18 * * 1-5'],
    ['week', '07:00', '0 7 * * 1'],
    ['month', '00:00', '0 0 1 * *'],
    ['hour', '00:15', '15 * * * *'],
    ['pattern', '00:15', '0 6 * * 6,0'],
  ] as const)('%s at %s is %s', (frequency, time, pattern) => {
    expect(patternOf({ frequency, time, pattern: ' 0 6 * * 6,0 ' })).toBe(pattern)
  })
  it('knows a file of the folder by its ending', () => {
    expect(folderSource('in/{tomorrow}.parquet')).toEqual({ kind: 'folder', path: 'in/{tomorrow}.parquet', format: 'parquet' })
    expect(folderSource('in/list.xlsx')).toBeNull()
  })
  it.each<[Partial<Draft>, (keyof Draft)[]]>([
    [{}, []],
    [{ output: 'table' }, ['connection', 'table']],
    [{ delivery: 'email', email: 'ana' }, ['email']],
    [{ delivery: 'webhook' }, ['channelId']],
    [{ delivery: 'folder' }, ['folder']],
    [{ when: 'schedule' }, ['name']],
  ])('%j lacks %j', (part, fields) => {
    expect(Object.keys(problemsOf({ ...EMPTY, ...part }))).toEqual(fields)
  })
  it('becomes a job or a schedule', () => {
    const job = jobOf({ ...EMPTY, source, output: 'parquet', reasons: 2, delivery: 'email', email: ' a@b.example ' }, 'no-show-risk', 'staging', mapping)
    expect(job).toMatchObject({ model: 'no-show-risk', environment: 'staging', mapping, options: { output: { kind: 'file', format: 'parquet' }, reasons: 2 }, delivery: { kind: 'email', to: 'a@b.example' } })
    expect(job).not.toHaveProperty('name')
    expect(scheduleOf(job, { ...EMPTY, name: ' Nightly ', timeZone: 'Europe/Berlin' })).toMatchObject({ name: 'Nightly', pattern: '0 2 * * *', timeZone: 'Europe/Berlin' })
  })
})
