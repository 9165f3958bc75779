// npm run bench -- explained-serving [SECONDS]: predictions that are all explained as they are served, beside the same
// without explanations, in turn on the same server: 200 trees of depth 4, 20 columns, 100 background rows.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '@/e2e/server/process'
import { Random } from '@/lib/math/random'
import { classifierModel } from '@/lib/onnx/testing/tree-models'
import { load, type LoadResult } from './first-flight/load'

const SECONDS = Number(process.argv[2] ?? 6)
const ROUNDS = 3
const COLUMNS = 20
const REFERENCE_ROWS = 2000
const MODEL = 'explained'

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'))
const dataDirectory = join(directory, 'data')
const note = (text: string) => console.error(text)

function cli(...args: string[]): string {
  return execFileSync(process.execPath, ['tools/flightdeck.mjs', ...args], { encoding: 'utf8', env: { ...process.env, FLIGHTDECK_DATA_DIR: dataDirectory } })
}

const random = new Random(7)
const rowOf = () => Array.from({ length: COLUMNS }, () => Math.fround(random.uniform(-0.5, 5.5)))
const names = Array.from({ length: COLUMNS }, (_, column) => `x_${column}`)

try {
  mkdirSync(dataDirectory)
  const artifact = join(directory, 'model.onnx')
  writeFileSync(artifact, classifierModel({ trees: 200, depth: 4, columns: COLUMNS, classes: [0, 1], classIds: [0], postTransform: 'LOGISTIC', weights: [-0.1, 0.1], seed: 11 }))
  const reference = join(directory, 'reference.csv')
  writeFileSync(reference, [names, ...Array.from({ length: REFERENCE_ROWS }, rowOf)].map((row) => row.join(',')).join('\n'))
  const metadata = join(directory, 'metadata.json')
  writeFileSync(metadata, JSON.stringify({ model: MODEL, featureOrder: names }))

  const server = await startServer({ dataDirectory })
  const tokenOf = (...args: string[]) => (JSON.parse(cli('token', 'create', ...args, '--json')) as { secret: string }).secret
  const operator = tokenOf('--name', 'bench-operator', '--role', 'operator')
  const caller = tokenOf('--name', 'bench', '--scope', 'predict')
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${operator}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const answer = await fetch(`${server.url}/api${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  cli('push', artifact, '--reference', reference, '--metadata', metadata, '--url', server.url, '--token', operator)
  await call('POST', '/promotions', { model: MODEL, version: 1, environment: 'staging', reason: 'bench' })
  const version = (await call('GET', `/models/${MODEL}/versions/1`)) as { explainability: unknown }
  const body = JSON.stringify({ environment: 'staging', inputs: Object.fromEntries(rowOf().map((value, column) => [names[column], value])) })
  const setMode = (mode: string) => call('PUT', `/models/${MODEL}/explanation-policy`, { environment: 'staging', mode })
  const measure = (connections: number, seconds: number) => load(`${server.url}/api/models/${MODEL}/predict`, { body, headers: { authorization: `Bearer ${caller}` }, connections, seconds })

  const results = []
  for (const connections of [1, 16, 64]) {
    note(`${connections} connections …`)
    const rounds: { never: LoadResult; always: LoadResult }[] = []
    for (let round = 0; round <= ROUNDS; round += 1) {
      await setMode('on-demand')
      const never = await measure(connections, round === 0 ? 2 : SECONDS)
      await setMode('always')
      const always = await measure(connections, round === 0 ? 2 : SECONDS)
      // The first is the warm-up.
      if (round > 0) rounds.push({ never, always })
    }
    const best = (mode: 'never' | 'always') => rounds.map((round) => round[mode]).reduce((a, b) => (a.requestsPerSecond >= b.requestsPerSecond ? a : b))
    results.push({ never: best('never'), always: best('always'), ratio: Number((best('always').requestsPerSecond / best('never').requestsPerSecond).toFixed(3)) })
  }
  await server.end('SIGTERM')
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] }
  console.log(JSON.stringify({ bench: 'explained-serving', seconds: SECONDS, machine, explainability: version.explainability, results }, null, 2))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
