import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve, type ServerType } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'flightdeck-cli-batch-'))
process.env.FLIGHTDECK_DATA_DIR = folder

import { createToken } from '@/lib/access/commands'
import { api } from '@/lib/api'
import { runBatchJob } from '@/lib/batch/commands'
import { nextBatchJob } from '@/lib/batch/jobs'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { admin, endServing, exampleFile, registerExample, releaseToStaging } from '@/lib/serving/testing/fixture'
import { runCli } from './testing'

describe('npx flightdeck batch', () => {
  let db: Database
  let server: ServerType
  let url: string
  let token: string
  let worker: NodeJS.Timeout
  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    token = (await createToken(admin, { name: 'nightly', scopes: ['batch'] })).secret
    await registerExample('clinic', 1)
    await releaseToStaging('no-show-risk', 1)
    server = serve({ fetch: api.fetch, port: 0, hostname: '127.0.0.1' })
    await new Promise((listening) => server.once('listening', listening))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    // What the scheduler does.
    worker = setInterval(() => void nextBatchJob().then((id) => (id === null ? null : runBatchJob(id, { signal: new AbortController().signal, threads: 0 }))), 200)
    writeFileSync(join(folder, 'rows.csv'), exampleFile('clinic', 'reference-v1.csv').toString().split('\n').slice(0, 51).join('\n'))
  })
  afterAll(async () => {
    clearInterval(worker)
    server.close()
    await endServing()
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (...args: string[]) => runCli(['batch', ...args], { FLIGHTDECK_URL: url, FLIGHTDECK_TOKEN: token, FLIGHTDECK_CALLED_FROM: folder })

  it('uploads, waits and fetches the answers', async () => {
    const ended = await run('no-show-risk', 'rows.csv', '--out', 'answers.csv', '--environment', 'staging', '--json')
    expect(ended.exitCode, ended.out + ended.err).toBe(0)
    expect(ended.json()).toMatchObject({ status: 'finished', version: 1, rows: { read: 50, scored: 50, rejected: 0 }, rejected: null })
    expect(readFileSync(join(folder, 'answers.csv'), 'utf8').trim().split('\r\n')).toHaveLength(51)
  })

  it('fetches rejected rows, and fails for them where it is told to be strict', async () => {
    const lines = readFileSync(join(folder, 'rows.csv'), 'utf8').split('\n')
    const age = (lines[0] ?? '').split(',').indexOf('age')
    const cells = (lines[3] ?? '').split(',')
    cells[age] = 'old'
    writeFileSync(join(folder, 'spoiled.csv'), [...lines.slice(0, 3), cells.join(','), ...lines.slice(4)].join('\n'))
    const ended = await run('no-show-risk', 'spoiled.csv', '--out', 'more.csv', '--environment', 'staging', '--strict')
    expect(ended.exitCode, ended.out + ended.err).toBe(1)
    expect(ended.out).toContain('Scored 49 of 50 rows with version 1')
    expect(readFileSync(join(folder, 'more.rejected.csv'), 'utf8')).toContain('age must be a')
  })

  it('says what is wrong before anything is sent', async () => {
    expect((await run('no-show-risk', 'nowhere.csv', '--out', 'x.csv')).exitCode).toBe(2)
    expect(await run('no-show-risk', 'rows.csv', '--out', 'x.csv', '--reasons', 'many')).toMatchObject({ exitCode: 2 })
    expect(await run('no-show-risk', 'rows.csv', '--out', 'x.csv')).toMatchObject({ exitCode: 1, err: expect.stringContaining('Nothing of') })
  })
})
