// The first flight, measured: predict with durable log beside a bare server in the same run, memory, start, first page.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import Connection from 'better-sqlite3'
import { startServer, freePort } from '@/e2e/server/process'
import { signInCookie } from '@/e2e/server/session'
import { load, type LoadResult } from './first-flight/load'

const SECONDS = Number(process.argv[2] ?? 8)
const MODEL = 'credit-risk'
const VIEWER = 'mara.lindt@demo.flightdeck.example'
const OPERATOR = 'owen.park@demo.flightdeck.example'
const LOGGED_ROWS = 1_000_000

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'))
const note = (text: string) => console.error(text)

function residentMb(pid: number | undefined): number | null {
  const status = `/proc/${pid}/status`
  if (!existsSync(status)) return null
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0) / 1024)
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

async function startBare(file: string): Promise<{ url: string; stop: () => void }> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/first-flight/bare-server.ts', file, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  return { url: `http://127.0.0.1:${port}/`, stop: () => void child.kill() }
}

function cli(dataDirectory: string, args: string[]): string {
  return execFileSync(process.execPath, ['tools/flightdeck.mjs', ...args], {
    encoding: 'utf8',
    env: { ...process.env, FLIGHTDECK_DATA_DIR: dataDirectory },
  })
}

/** Copies logged predictions, under new ids and earlier times, until there are this many. */
function fill(dataDirectory: string, rows: number): void {
  const connection = new Connection(join(dataDirectory, 'flightdeck.sqlite'))
  const columns = (connection.pragma('table_info(predictions)') as { name: string }[]).map((column) => column.name).filter((name) => name !== 'id')
  const [{ present }] = connection.prepare('select count(*) as present from predictions').all() as [{ present: number }]
  for (let copy = 0, total = present; total < rows; copy += 1) {
    const wanted = Math.min(present, rows - total)
    connection
      .prepare(`insert into predictions (id, ${columns.join(', ')}) select unhex(substr(hex(id), 1, 20) || printf('%012x', ${copy} * 1000000 + rowid)), ${columns.join(', ')} from predictions order by rowid limit ${wanted}`)
      .run()
    total += wanted
  }
  connection.exec('analyze')
  connection.close()
}

async function measureStart(dataDirectory: string, token: string, body: string): Promise<number> {
  const port = await freePort()
  const started = performance.now()
  const child = spawn('npm', ['start'], { stdio: 'ignore', detached: true, env: { ...process.env, PORT: String(port), FLIGHTDECK_DATA_DIR: dataDirectory, FLIGHTDECK_LOG_LEVEL: 'warn' } })
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/models/${MODEL}/predict`, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } }).catch(() => undefined)
      if (answer?.ok) return (performance.now() - started) / 1000
      if (performance.now() - started > 60_000) throw new Error('npm start did not answer within a minute')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
  }
}

async function measureFirstPage(url: string, cookie: string, repeats: number): Promise<{ p50Ms: number; p95Ms: number; bytes: number }> {
  const times: number[] = []
  let bytes = 0
  for (let index = 0; index < repeats + 5; index += 1) {
    const started = performance.now()
    const answer = await fetch(`${url}/`, { headers: { cookie } })
    bytes = (await answer.text()).length
    if (!answer.ok || answer.url !== `${url}/`) throw new Error(`the first page answered ${answer.status} at ${answer.url}`)
    if (index >= 5) times.push(performance.now() - started)
  }
  return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95), bytes }
}

async function measureScripts(url: string, cookie: string): Promise<number | null> {
  const { chromium } = await import('@playwright/test')
  const executablePath = process.env.FLIGHTDECK_BROWSER ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
  const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
  try {
    const context = await browser.newContext()
    await context.addCookies(cookie.split('; ').map((part) => ({ name: part.slice(0, part.indexOf('=')), value: part.slice(part.indexOf('=') + 1), url })))
    const page = await context.newPage()
    let bytes = 0
    const sizes: Promise<void>[] = []
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script') sizes.push(request.sizes().then((size) => void (bytes += size.responseBodySize)))
    })
    await page.goto(url, { waitUntil: 'networkidle' })
    await Promise.all(sizes)
    return bytes
  } finally {
    await browser.close()
  }
}

try {
  const dataDirectory = join(directory, 'data')
  mkdirSync(dataDirectory)
  note('making the demo …')
  const seeding = performance.now()
  let server = await startServer({ dataDirectory, isDemo: true })
  const seedSeconds = (performance.now() - seeding) / 1000
  await server.end('SIGTERM')
  const { secret } = JSON.parse(cli(dataDirectory, ['token', 'create', '--name', 'bench', '--scope', 'predict', '--json'])) as { secret: string }
  server = await startServer({ dataDirectory, isDemo: true })
  const rssAfterStartMb = residentMb(server.process.pid)

  const cookie = await signInCookie(server.url, OPERATOR)
  const example = await fetch(`${server.url}/api/models/${MODEL}/example`, { headers: { cookie } })
  if (!example.ok) throw new Error(`the example call answered ${example.status}`)
  const body = JSON.stringify({ inputs: ((await example.json()) as { inputs: Record<string, unknown> }).inputs })
  const bare = await startBare('examples/credit-union/v1.onnx')
  const serving: { bare: LoadResult; ours: LoadResult; ratio: number }[] = []
  for (const connections of [1, 16, 64]) {
    note(`load with ${connections} connections …`)
    const ours = () => load(`${server.url}/api/models/${MODEL}/predict`, { body, headers: { authorization: `Bearer ${secret}` }, connections, seconds: SECONDS })
    const theirs = () => load(bare.url, { body, connections, seconds: SECONDS })
    // A warm-up of both, then in turn twice; the better of each counts.
    await load(bare.url, { body, connections, seconds: 2 })
    await load(`${server.url}/api/models/${MODEL}/predict`, { body, headers: { authorization: `Bearer ${secret}` }, connections, seconds: 2 })
    const rounds = [{ bare: await theirs(), ours: await ours() }, { bare: await theirs(), ours: await ours() }]
    const best = (side: 'bare' | 'ours') => rounds.map((round) => round[side]).reduce((a, b) => (a.requestsPerSecond >= b.requestsPerSecond ? a : b))
    serving.push({ bare: best('bare'), ours: best('ours'), ratio: Number((best('ours').requestsPerSecond / best('bare').requestsPerSecond).toFixed(3)) })
  }
  bare.stop()
  const rssUnderLoadMb = residentMb(server.process.pid)
  await server.end('SIGTERM')

  note('second start …')
  const startToFirstPredictionSeconds = await measureStart(dataDirectory, secret, body)

  note(`the first page with ${LOGGED_ROWS} predictions …`)
  const large = join(directory, 'large')
  cpSync(dataDirectory, large, { recursive: true })
  fill(large, LOGGED_ROWS)
  server = await startServer({ dataDirectory: large, isDemo: true })
  const viewer = await signInCookie(server.url, VIEWER)
  const firstPage = await measureFirstPage(server.url, viewer, 100)
  const firstPageScriptBytes = await measureScripts(server.url, viewer)
  await server.end('SIGTERM')

  console.log(
    JSON.stringify(
      {
        bench: 'first-flight',
        machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
        model: `${MODEL} v1, 20 fields`,
        seedSeconds: Number(seedSeconds.toFixed(1)),
        rssAfterStartMb,
        rssUnderLoadMb,
        serving,
        startToFirstPredictionSeconds: Number(startToFirstPredictionSeconds.toFixed(2)),
        firstPage: { loggedPredictions: LOGGED_ROWS, ...firstPage },
        firstPageScriptBytes,
      },
      null,
      2,
    ),
  )
} finally {
  rmSync(directory, { recursive: true, force: true })
}
