// npm run bench -- batch [ROWS]: a batch job on the built server, from a CSV file in its folder to a CSV of results, beside
// ONNX Runtime alone on as many rows in memory; what the second process holds, also for a file of four times the rows; and
// what predictions wait while a job runs. 200 trees of depth 4, 20 columns, numbers of eight digits.
import { execFile, execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startServer, type RunningServer } from '@/e2e/server/process'
import { Random } from '@/lib/math/random'
import { classifierModel } from '@/lib/onnx/testing/tree-models'
import { descendant, residentMegabytes } from './batch/descendants'
import { load, type LoadResult } from './first-flight/load'

const ROWS = Number(process.argv[2] ?? 1_000_000)
const COLUMNS = 20
const ROUNDS = 3
const CONNECTIONS = 64
const SECONDS = 6
const REFERENCE_ROWS = 2000
const MODEL = 'batched'

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'))
const dataDirectory = join(directory, 'data')
const folder = join(directory, 'folder')
const note = (text: string) => console.error(text)

function cli(...args: string[]): string {
  return execFileSync(process.execPath, ['tools/flightdeck.mjs', ...args], { encoding: 'utf8', env: { ...process.env, FLIGHTDECK_DATA_DIR: dataDirectory } })
}

const random = new Random(7)
const names = Array.from({ length: COLUMNS }, (_, column) => `x_${column}`)
const valueOf = () => random.uniform(-0.5, 5.5).toPrecision(8)
const lineOf = () => `${names.map(valueOf).join(',')}\n`

/** @returns its bytes */
function writeRows(path: string, rows: number): number {
  const file = openSync(path, 'w')
  writeSync(file, `${names.join(',')}\n`)
  for (let row = 0; row < rows; row += 1000) writeSync(file, Array.from({ length: Math.min(1000, rows - row) }, lineOf).join(''))
  closeSync(file)
  return statSync(path).size
}

interface Job {
  id: string
  status: string
  error: string | null
  startedAt: number | null
  finishedAt: number | null
  checkpoint: { rowsScored: number } | null
}

let server: RunningServer | undefined
try {
  for (const one of [dataDirectory, folder]) mkdirSync(one)
  const artifact = join(directory, 'model.onnx')
  writeFileSync(artifact, classifierModel({ trees: 200, depth: 4, columns: COLUMNS, classes: [0, 1], classIds: [0], postTransform: 'LOGISTIC', weights: [-0.1, 0.1], seed: 11 }))
  const reference = join(directory, 'reference.csv')
  writeRows(reference, REFERENCE_ROWS)
  const metadata = join(directory, 'metadata.json')
  writeFileSync(metadata, JSON.stringify({ model: MODEL, featureOrder: names }))
  note('Writing the files …')
  const bytes = writeRows(join(folder, 'rows.csv'), ROWS)
  writeRows(join(folder, 'large.csv'), 4 * ROWS)

  const running = await startServer({ dataDirectory, variables: { FLIGHTDECK_BATCH_DIR: folder } })
  server = running
  const tokenOf = (...args: string[]) => (JSON.parse(cli('token', 'create', ...args, '--json')) as { secret: string }).secret
  const operator = tokenOf('--name', 'bench-operator', '--role', 'operator')
  const caller = tokenOf('--name', 'bench', '--scope', 'predict')
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${operator}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const answer = await fetch(`${running.url}/api${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
  cli('push', artifact, '--reference', reference, '--metadata', metadata, '--url', running.url, '--token', operator)
  await call('POST', '/promotions', { model: MODEL, version: 1, environment: 'staging', reason: 'bench' })
  await call('PUT', `/models/${MODEL}/explanation-policy`, { environment: 'staging', mode: 'on-demand' })

  const begin = (path: string) => call<Job>('POST', '/batch/jobs', { model: MODEL, environment: 'staging', source: { kind: 'folder', path, format: 'csv' } })
  const read = (id: string) => call<Job>('GET', `/batch/jobs/${id}`)
  const runJob = async (path: string) => {
    const { id } = await begin(path)
    let megabytes = 0
    for (;;) {
      const pid = descendant(running.process.pid ?? 0, 'heavy.js')
      if (pid !== null) megabytes = Math.max(megabytes, residentMegabytes(pid))
      const job = await read(id)
      if (job.status === 'failed') throw new Error(job.error ?? 'the job failed')
      if (job.status === 'finished') {
        const seconds = ((job.finishedAt ?? 0) - (job.startedAt ?? 0)) / 1000
        return { rowsPerSecond: Math.round((job.checkpoint?.rowsScored ?? 0) / seconds), seconds, megabytes: Math.round(megabytes) }
      }
      await sleep(50)
    }
  }
  const runAlone = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/batch/runtime-alone.ts', artifact, String(Math.min(ROWS, 500_000)), String(COLUMNS)])
    return JSON.parse(stdout) as Record<string, number>
  }

  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    note(`Round ${round + 1} of ${ROUNDS} …`)
    const alone = await runAlone()
    const job = await runJob('rows.csv')
    rounds.push({ alone, job, ratio: Number((job.rowsPerSecond / Math.max(...Object.values(alone))).toFixed(3)) })
  }
  note('Four times the rows …')
  const large = await runJob('large.csv')

  const body = JSON.stringify({ environment: 'staging', inputs: Object.fromEntries(names.map((name) => [name, Number(valueOf())])) })
  const measure = (seconds: number) => load(`${running.url}/api/models/${MODEL}/predict`, { body, headers: { authorization: `Bearer ${caller}` }, connections: CONNECTIONS, seconds })
  await measure(2)
  const online: { without: LoadResult; with: LoadResult; rowsPerSecond: number; p99Ratio: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    note(`Online, round ${round + 1} of ${ROUNDS} …`)
    const without = await measure(SECONDS)
    const { id } = await begin('large.csv')
    while ((await read(id)).checkpoint === null) await sleep(20)
    const before = await read(id)
    const beside = await measure(SECONDS)
    const after = await read(id)
    if (after.status !== 'running') throw new Error('The job ended before the load did: give more rows.')
    const rowsPerSecond = Math.round(((after.checkpoint?.rowsScored ?? 0) - (before.checkpoint?.rowsScored ?? 0)) / SECONDS)
    await call('POST', `/batch/jobs/${id}/cancel`)
    await sleep(3000)
    online.push({ without, with: beside, rowsPerSecond, p99Ratio: Number((beside.p99Ms / without.p99Ms).toFixed(2)) })
  }
  const bestJob = rounds.reduce((a, b) => (a.job.rowsPerSecond >= b.job.rowsPerSecond ? a : b)).job
  const bestAlone = Math.max(...rounds.flatMap(({ alone }) => Object.values(alone)))
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] }
  const summary = { rowsPerSecond: bestJob.rowsPerSecond, aloneRowsPerSecond: bestAlone, ratio: Number((bestJob.rowsPerSecond / bestAlone).toFixed(3)), megabytes: Math.max(...rounds.map(({ job }) => job.megabytes)), megabytesOfFourTimes: large.megabytes, p99Ratio: online.map(({ p99Ratio }) => p99Ratio).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] }
  console.log(JSON.stringify({ bench: 'batch', rows: ROWS, columns: COLUMNS, bytes, machine, summary, rounds, large, online }, null, 2))
} finally {
  await server?.end('SIGTERM')
  rmSync(directory, { recursive: true, force: true })
}
