// A job whose process is killed goes on at its last checkpoint, and nothing of it counts twice.
import { spawn } from 'node:child_process'
import { once as event } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import type { Database } from '@/lib/database'
import { migrate } from '@/lib/database/migrate'
import { openSqlite } from '@/lib/database/sqlite'
import { useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { environment as settings } from '@/lib/platform/environment'
import { setOnce } from '@/lib/platform/once'
import { servingTables } from '@/lib/serving/tables'
import { endServing, exampleRows, operator, registerExample, releaseToStaging } from '@/lib/serving/testing/fixture'
import { createBatchJob, requireBatchJob, runBatchJob, uploadBatchFile } from './commands'
import type { BatchJob } from './contract'
import { nextBatchJob } from './jobs'
import { jobDirectory } from './queries/places'
import { STALE_MS } from './rules'

const ROWS = 20_000
const FILE = 'flightdeck.sqlite'

let db: Database
beforeAll(async () => {
  db = openSqlite(join(settings().dataDirectory, FILE))
  await migrate(db)
  setOnce('database', Promise.resolve(db))
  await registerExample('clinic', 1)
  await releaseToStaging('no-show-risk', 1)
})
afterAll(async () => {
  useSystemClock()
  await endServing()
  await db.close()
})

async function begin(): Promise<BatchJob> {
  const rows = exampleRows('clinic', 500)
  const fields = Object.keys(rows[0] ?? {})
  const lines = Array.from({ length: ROWS }, (_, index) => [index, ...fields.map((field) => rows[index % rows.length]?.[field] ?? '')].join(','))
  const { hash, fileName, format } = await uploadBatchFile(operator, { fileName: 'rows.csv', body: new Response([['id', ...fields].join(','), ...lines].join('\n')).body })
  return createBatchJob(operator, {
    model: 'no-show-risk',
    environment: 'staging',
    source: { kind: 'upload', hash, fileName, format },
    mapping: { fields: Object.fromEntries(fields.map((field) => [field, field])), subject: 'id', keep: ['id'] },
    options: { output: { kind: 'file', format: 'csv' }, isLogged: true },
  })
}

async function killAfterFirstCheckpoint(jobId: string): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('lib', 'batch', 'testing', 'run-in-child.ts'), jobId], {
    env: { ...process.env, FLIGHTDECK_DATA_DIR: settings().dataDirectory, NODE_ENV: 'production', FLIGHTDECK_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = event(child, 'exit')
  await event(child.stdout, 'data')
  child.kill('SIGKILL')
  await exited
}

const resultsOf = (job: BatchJob) => readFileSync(join(jobDirectory(job.id), 'results.csv'), 'utf8').replaceAll(/,[0-9a-f]{8}-[0-9a-f-]{27},/g, ',')

it('goes on after SIGKILL and gives what an undisturbed job gives, counted and logged once', { timeout: 120_000 }, async () => {
  const [killed, undisturbed] = [await begin(), await begin()]
  await killAfterFirstCheckpoint(killed.id)
  const left = await requireBatchJob(db, killed.id)
  expect(left).toMatchObject({ status: 'running', version: { number: 1 } })
  expect(left.checkpoint?.rowsRead).toBeGreaterThan(0)
  expect(left.checkpoint?.rowsRead).toBeLessThan(ROWS)

  // As long as it may be alive, nobody takes it.
  expect(await nextBatchJob()).toBeNull()
  useSimulatedClock(Date.now() + STALE_MS + 1)
  expect(await nextBatchJob()).toBe(killed.id)
  const { signal } = new AbortController()
  expect(await runBatchJob(killed.id, { signal, threads: 0 })).toMatchObject({ status: 'finished', checkpoint: { rowsRead: ROWS, rowsScored: ROWS, rowsRejected: 0 } })
  await runBatchJob(undisturbed.id, { signal, threads: 0 })
  expect(resultsOf(killed)).toBe(resultsOf(undisturbed))

  const { profiles, predictions } = db.tables(servingTables)
  const hours = await db.select({ rows: profiles.rows }).from(profiles).where(eq(profiles.writer, killed.id))
  expect(hours.reduce((sum, hour) => sum + hour.rows, 0)).toBe(ROWS)
  expect(await db.$count(predictions)).toBe(2 * ROWS)
})
