// Jobs from upload to results, on both engines, with the clinic's model.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq } from 'drizzle-orm'

const OPENED = mkdtempSync(join(tmpdir(), 'flightdeck-batch-'))
process.env.FLIGHTDECK_BATCH_DIR = OPENED

import { createChannel } from '@/lib/alerts/commands'
import { listIncidents } from '@/lib/alerts/queries'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { Profile } from '@/lib/math/profile'
import { now, useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { listPredictions, profileShapes, profilesBetween } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import { admin, endServing, exampleRows, operator, program, registerExample, releaseToStaging, viewer } from '@/lib/serving/testing/fixture'
import {
  cancelBatchJob, changeBatchSchedule, createBatchJob, createBatchSchedule, inspectBatchSource, openBatchFile, pauseBatchJob, redeliverBatchJob, requireBatchJob,
  resumeBatchJob, retryBatchJob, runBatchJob, runBatchSchedule, uploadBatchFile,
} from './commands'
import { keepChunk } from './commands/keep-chunk'
import type { BatchJob, NewBatchJob, UploadedFile } from './contract'
import { beginDueJobs, nextBatchJob, removeOldBatchFiles, sendBatchDeliveries } from './jobs'
import { batchAnswers, batchPlaces, deliveriesOf, listBatchJobs, mayFetch, rejectedSummary } from './queries'
import { batchTables } from './tables'

const MODEL = 'no-show-risk'
const environment = 'staging'
const FIELDS = Object.keys(exampleRows('clinic', 1)[0] ?? {})

/** Rows of the reference with an id of their own; the age of every tenth one is no number. */
function csvOf(rows: number, { isSpoiled = false, from = 0 } = {}): string {
  const lines = exampleRows('clinic', from + rows).slice(from).map((row, index) => [`p-${from + index}`, ...FIELDS.map((field) => (isSpoiled && index % 10 === 3 && field === 'age' ? 'old' : (row[field] ?? '')))].join(','))
  return `${['patient', ...FIELDS].join(',')}\n${lines.join('\n')}\n`
}

const bodyOf = (text: string) => new Response(text).body
const upload = (text: string, fileName = 'rows.csv') => uploadBatchFile(operator, { fileName, body: bodyOf(text) })
const sourceOf = ({ hash, fileName, format }: UploadedFile) => ({ kind: 'upload' as const, hash, fileName, format })
const run = (id: string, signal = new AbortController().signal) => runBatchJob(id, { signal, threads: 0 })

async function textOf(id: string, name: 'results' | 'rejected', range?: string): Promise<string> {
  return new Response((await openBatchFile(operator, id, name, range)).body as unknown as ReadableStream<Uint8Array>).text()
}

describe.each(ENGINES)('batch jobs on %s', (engine) => {
  let db: Database
  let versionId: string
  beforeAll(async () => {
    db = await openTestDatabase(engine)
    versionId = (await registerExample('clinic', 1)).id
    await releaseToStaging(MODEL, 1)
  })
  afterAll(async () => {
    useSystemClock()
    await endServing()
    await db.close()
  })

  const begin = async (text: string, more: Partial<NewBatchJob> = {}): Promise<BatchJob> => createBatchJob(operator, { model: MODEL, environment, source: sourceOf(await upload(text)), ...more })
  const batchHours = async (job: string) => {
    const { profiles } = db.tables(servingTables)
    return db.select().from(profiles).where(and(eq(profiles.versionId, versionId), eq(profiles.writer, job)))
  }

  it('scores an upload, keeps the rejected rows with their reasons, and counts under its own channel', async () => {
    const asked = await inspectBatchSource(operator, { source: sourceOf(await upload(csvOf(60, { isSpoiled: true }))), model: MODEL, environment })
    expect(asked.fit).toMatchObject({ version: 1, problems: [], mapping: { fields: { age: 'age' } } })
    expect(asked.fit?.warnings.join(' ')).toContain('“age” looks like text')
    expect(asked.fit?.rejections.slice(0, 4)).toEqual([null, null, null, expect.stringContaining('age must be a')])

    const job = await begin(csvOf(60, { isSpoiled: true }), { mapping: { fields: Object.fromEntries(FIELDS.map((field) => [field, field])), subject: 'patient', keep: ['patient'] }, name: 'Tomorrow' })
    expect(job).toMatchObject({ status: 'waiting', name: 'Tomorrow', share: 0, version: null })
    expect(await nextBatchJob()).toBe(job.id)
    const done = await run(job.id)
    expect(done).toMatchObject({ status: 'finished', share: 1, version: { number: 1 }, seenAt: null, checkpoint: { rowsRead: 60, rowsScored: 54, rowsRejected: 6 } })
    const lines = (await textOf(job.id, 'results')).trim().split('\r\n')
    expect(lines).toHaveLength(55)
    expect(lines[1]).toMatch(/^1,p-0,/)
    expect(done?.results?.[0]).toMatchObject({ name: 'results', rows: 54, bytes: Buffer.byteLength(await textOf(job.id, 'results')) })
    expect(await rejectedSummary(job.id, 'rejected.csv', 1000)).toMatchObject({ counted: 6, reasons: [{ count: 6, firstRow: '4', reason: expect.stringContaining('age must be') }] })
    expect(await textOf(job.id, 'results', 'bytes=0-2')).toBe('row')

    const hours = await batchHours(job.id)
    expect(hours.reduce((sum, hour) => sum + hour.rows, 0)).toBe(54)
    const window = { versionId, environment, from: 0, to: Number.MAX_SAFE_INTEGER }
    expect(await profilesBetween(db, window)).toEqual([])
    expect((await profilesBetween(db, { ...window, channel: 'batch' }))[0]?.rows).toBe(54)
    const answered = await batchAnswers(db, { ...job, version: { id: versionId } })
    expect(answered?.bins?.reduce((sum, bin) => sum + bin.current, 0)).toBe(54)
    const { events } = await listAuditEvents(db, { targetId: job.id })
    expect(events.map((event) => event.action)).toEqual(['batch.finished', 'batch.created'])
    const { usage } = db.tables(servingTables)
    expect(await db.select().from(usage).where(eq(usage.channel, 'batch'))).toMatchObject([{ caller: `token:${operator.id}`, rows: 54 }])
  })

  it('keeps the rows of a logged job in the log, once, under its channel', async () => {
    const job = await begin(csvOf(20), { options: { output: { kind: 'file', format: 'csv' }, isLogged: true }, mapping: { fields: Object.fromEntries(FIELDS.map((field) => [field, field])), subject: 'patient', keep: [] } })
    await run(job.id)
    const { predictions } = await listPredictions(db, { modelId: job.model.id, limit: 100 })
    const own = predictions.filter((row) => row.channel === 'batch')
    expect(own).toHaveLength(20)
    expect(own[0]).toMatchObject({ versionId, environment, caller: `token:${operator.id}` })
    expect(new Set(own.map((row) => row.subject)).size).toBe(20)
  })

  it('refuses a mapping that does not fit, and sources that may not be read', async () => {
    const without = csvOf(3).replace('age', 'years')
    await expect(begin(without, { mapping: { fields: {} } })).rejects.toMatchObject({ code: 'batch_mapping_invalid' })
    await expect(begin(csvOf(3), { mapping: { fields: { ...Object.fromEntries(FIELDS.map((field) => [field, field])), nothing: 'age' } } })).rejects.toMatchObject({ code: 'batch_mapping_invalid', fields: [{ path: 'mapping.fields.nothing' }] })
    await expect(createBatchJob(viewer, { model: MODEL, source: { kind: 'folder', path: 'x.csv', format: 'csv' } })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(createBatchJob(operator, { model: MODEL, environment: 'production', source: { kind: 'folder', path: 'x.csv', format: 'csv' } })).rejects.toMatchObject({ code: 'nothing_released' })
    const folder = (path: string) => createBatchJob(operator, { model: MODEL, environment, source: { kind: 'folder', path, format: 'csv' } })
    await expect(folder('../secret.csv')).rejects.toMatchObject({ code: 'batch_path_refused' })
    writeFileSync(join(tmpdir(), 'flightdeck-outside.csv'), csvOf(1))
    symlinkSync(join(tmpdir(), 'flightdeck-outside.csv'), join(OPENED, `link-${engine}.csv`))
    await expect(folder(`link-${engine}.csv`)).rejects.toMatchObject({ code: 'batch_file_missing' })
    const query = (text: string) => createBatchJob(operator, { model: MODEL, environment, source: { kind: 'query', connection: 'clinic', query: text } })
    await expect(query('delete from appointments')).rejects.toMatchObject({ code: 'batch_query_refused' })
    await expect(query('select 1')).rejects.toMatchObject({ code: 'batch_connection_unknown' })
    await expect(uploadBatchFile(operator, { fileName: 'rows.xlsx', body: bodyOf('x') })).rejects.toMatchObject({ code: 'batch_format_unknown' })
    await expect(uploadBatchFile(program, { fileName: 'rows.csv', body: bodyOf('x') })).rejects.toMatchObject({ kind: 'forbidden' })
  })

  it('guards files: rejected rows are for those who may read sensitive values, and for who began the job', async () => {
    const job = await begin(csvOf(10))
    await run(job.id)
    const ended = await requireBatchJob(db, job.id)
    expect(await mayFetch(db, viewer, ended, 'rejected')).toBe(false)
    // It repeats the patients, whom no field is read from.
    expect(ended.mapping.keep).toEqual(['patient'])
    expect(await mayFetch(db, viewer, ended, 'results')).toBe(false)
    expect(await mayFetch(db, viewer, { ...ended, mapping: { ...ended.mapping, keep: [] } }, 'results')).toBe(true)
    expect(await mayFetch(db, { ...program, id: operator.id }, ended, 'rejected')).toBe(true)
    await expect(openBatchFile(viewer, job.id, 'rejected', undefined)).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(openBatchFile(operator, job.id, 'results', 'bytes=99999999-')).rejects.toMatchObject({ code: 'range_invalid' })
  })

  it('pauses at a checkpoint, goes on there, and says so', async () => {
    const job = await begin(csvOf(30))
    expect(await pauseBatchJob(operator, job.id)).toMatchObject({ status: 'paused' })
    expect(await run(job.id)).toBeNull()
    await expect(retryBatchJob(operator, job.id)).rejects.toMatchObject({ code: 'batch_job_status' })
    await resumeBatchJob(operator, job.id)
    expect(await run(job.id)).toMatchObject({ status: 'finished', checkpoint: { rowsScored: 30 } })
    await expect(cancelBatchJob(operator, job.id)).rejects.toMatchObject({ code: 'batch_job_status' })
  })

  it('goes on after the end of its process, and is one worker’s at a time', async () => {
    const job = await begin(csvOf(40))
    const stopped = new AbortController()
    stopped.abort()
    expect(await run(job.id, stopped.signal)).toMatchObject({ status: 'waiting', seenAt: null, version: { number: 1 } })
    const [first, second] = await Promise.all([run(job.id), run(job.id)])
    expect([first, second].filter((one) => one !== null)).toHaveLength(1)
    expect(await requireBatchJob(db, job.id)).toMatchObject({ status: 'finished', checkpoint: { rowsScored: 40 } })
    expect((await batchHours(job.id)).reduce((sum, hour) => sum + hour.rows, 0)).toBe(40)
  })

  it('merges what a checkpoint adds into its hour, and nothing where the transaction fails', async () => {
    const shape = (await profileShapes(db, [versionId])).get(versionId) ?? []
    const added = { rows: 2, guarded: 0, explained: 0, shape, profile: new Profile(shape), microsecondsARow: 5, logged: [] }
    const chunkOf = { id: 'merged', modelId: 'm', environment, releaseId: null, caller: 'token:x' }
    await db.write((tx) => keepChunk(tx, chunkOf, { id: versionId }, added))
    await db.write(async (tx) => {
      await keepChunk(tx, chunkOf, { id: versionId }, added)
      throw new Error('cut off')
    }).catch(() => undefined)
    await db.write((tx) => keepChunk(tx, chunkOf, { id: versionId }, { ...added, rows: 3 }))
    expect((await batchHours('merged')).map((hour) => hour.rows)).toEqual([5])
  })

  it('fails with a sentence, and can be tried again', async () => {
    const uploaded = await upload(csvOf(5, { from: engine === 'sqlite' ? 100 : 200 }))
    const job = await createBatchJob(operator, { model: MODEL, environment, source: sourceOf(uploaded) })
    const { batchJobs } = db.tables(batchTables)
    await db.write((tx) => tx.update(batchJobs).set({ source: { ...sourceOf(uploaded), hash: '0'.repeat(64) } }).where(eq(batchJobs.id, job.id)))
    expect(await run(job.id)).toMatchObject({ status: 'failed', error: expect.stringContaining('Upload it again') })
    await db.write((tx) => tx.update(batchJobs).set({ source: sourceOf(uploaded) }).where(eq(batchJobs.id, job.id)))
    expect(await retryBatchJob(operator, job.id)).toMatchObject({ status: 'waiting', error: null, finishedAt: null })
    expect(await run(job.id)).toMatchObject({ status: 'finished' })
  })

  it('delivers a finished job: a copy in a folder, once more when asked, and tells why it could not', async () => {
    mkdirSync(join(OPENED, 'out'), { recursive: true })
    const job = await begin(csvOf(5), { name: 'Night run', delivery: { kind: 'folder', path: `out/${engine}` } })
    await run(job.id)
    await sendBatchDeliveries()
    expect(await deliveriesOf(db, job.id)).toMatchObject([{ status: 'delivered', attempts: 1 }])
    const copied = readFileSync(join(OPENED, 'out', engine, `Night-run-results-${job.id.slice(0, 13)}.csv`), 'utf8')
    expect(copied).toBe(await textOf(job.id, 'results'))
    expect(await redeliverBatchJob(operator, job.id)).toHaveLength(2)

    const received: { signature: string | undefined; id: string | undefined; body: string }[] = []
    let status = 500
    const receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('end', () => {
        received.push({ signature: request.headers['webhook-signature'] as string | undefined, id: request.headers['webhook-id'] as string | undefined, body })
        response.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/results`
    const channel = await createChannel(admin, { name: 'Booking system', settings: { kind: 'webhook', url, secret: 'a secret of enough letters', allowPrivateAddresses: true } })
    const sent = await begin(csvOf(5), { delivery: { kind: 'webhook', channelId: channel.id } })
    await run(sent.id)
    await sendBatchDeliveries()
    expect(await deliveriesOf(db, sent.id)).toMatchObject([{ status: 'waiting', attempts: 1, lastError: 'The receiver answered 500.' }])
    status = 200
    const { batchDeliveries } = db.tables(batchTables)
    await db.write((tx) => tx.update(batchDeliveries).set({ nextAttemptAt: now() - 1 }).where(eq(batchDeliveries.jobId, sent.id)))
    await sendBatchDeliveries()
    receiver.close()
    expect(await deliveriesOf(db, sent.id)).toMatchObject([{ status: 'delivered', attempts: 2, lastError: null }])
    const [first, second] = received
    expect(JSON.parse(second?.body ?? '{}')).toMatchObject({ type: 'batch.finished', data: { id: sent.id, model: MODEL, rowsScored: 5, files: [{ name: 'results' }, { name: 'rejected' }] } })
    // A repeated message has the id of the first, and a signature.
    expect(second?.id).toBe(first?.id)
    expect(second?.signature).toMatch(/^v1,/)
    await expect(begin(csvOf(1), { delivery: { kind: 'webhook', channelId: 'none' } })).rejects.toMatchObject({ code: 'channel_unknown' })
    expect((await batchPlaces(db)).webhooks).toEqual([{ id: channel.id, name: 'Booking system' }])
  })

  it('begins scheduled jobs once, tells of late and failed ones, and closes the incident when one has finished', async () => {
    const start = Date.UTC(2026, 4, 3, 12)
    const clock = useSimulatedClock(start)
    const { jobs: before } = await listBatchJobs(db, {})
    for (const job of before) if (job.status === 'waiting') await cancelBatchJob(operator, job.id)
    writeFileSync(join(OPENED, 'appointments-2026-05-04.csv'), csvOf(8))
    const plan = { model: MODEL, environment, name: 'Nightly', pattern: '0 2 * * *', timeZone: 'Europe/Berlin', source: { kind: 'folder' as const, path: 'appointments-{tomorrow}.csv', format: 'csv' as const } }
    await expect(createBatchSchedule(operator, { ...plan, pattern: '* * * * *' })).rejects.toMatchObject({ code: 'batch_schedule_invalid' })
    await expect(createBatchSchedule(operator, { ...plan, source: sourceOf(await upload(csvOf(1))) })).rejects.toMatchObject({ code: 'batch_schedule_invalid' })
    const schedule = await createBatchSchedule(operator, plan)
    // Two in the morning in Berlin's summer.
    expect(new Date(schedule.nextDueAt).toISOString()).toBe('2026-05-04T00:00:00.000Z')
    const ofSchedule = async () => (await listBatchJobs(db, { scheduleId: schedule.id })).jobs
    await beginDueJobs()
    expect(await ofSchedule()).toEqual([])

    clock.set(Date.UTC(2026, 4, 4, 0, 0, 5))
    await Promise.all([beginDueJobs(), beginDueJobs()])
    expect(await ofSchedule()).toMatchObject([{ status: 'waiting', source: { path: 'appointments-2026-05-05.csv' }, createdByName: 'Flightdeck' }])
    const [job] = await ofSchedule()
    expect(await run(job?.id ?? '')).toMatchObject({ status: 'failed', error: expect.stringContaining('appointments-2026-05-05.csv') })
    const incident = async () => (await listIncidents(db, { kind: 'batch' })).incidents[0]
    expect(await incident()).toMatchObject({ status: 'open', severity: 'problem', fingerprint: `batch-schedule:${schedule.id}` })

    // Three nights later: one job makes up for all of them.
    writeFileSync(join(OPENED, 'appointments-2026-05-08.csv'), csvOf(8))
    clock.set(Date.UTC(2026, 4, 7, 9))
    await beginDueJobs()
    expect(await ofSchedule()).toHaveLength(2)
    expect((await incident())?.sentence).toContain('makes up for what was missed')
    const [late] = await ofSchedule()
    expect(await run(late?.id ?? '')).toMatchObject({ status: 'finished' })
    expect(await incident()).toMatchObject({ status: 'resolved' })

    expect(await runBatchSchedule(operator, schedule.id)).toMatchObject({ status: 'waiting', createdByName: operator.name })
    clock.set(Date.UTC(2026, 4, 8, 0, 0, 1))
    await beginDueJobs()
    expect((await incident())?.sentence).toContain('the job before is still waiting')
    expect(await changeBatchSchedule(operator, schedule.id, { isEnabled: false })).toMatchObject({ isEnabled: false })
    clock.set(Date.UTC(2026, 4, 9, 12))
    await beginDueJobs()
    expect(await ofSchedule()).toHaveLength(3)
    useSystemClock()
  })

  it('removes files whose time is over, and keeps what an open job reads', async () => {
    const job = await begin(csvOf(5, { from: engine === 'sqlite' ? 300 : 310 }))
    await run(job.id)
    const { batchJobs } = db.tables(batchTables)
    await removeOldBatchFiles()
    expect(await textOf(job.id, 'results')).toContain('row')
    await db.write((tx) => tx.update(batchJobs).set({ finishedAt: now() - 31 * 86_400_000 }).where(eq(batchJobs.id, job.id)))
    await removeOldBatchFiles()
    await expect(openBatchFile(operator, job.id, 'results', undefined)).rejects.toMatchObject({ code: 'batch_file_missing' })
  })
})
