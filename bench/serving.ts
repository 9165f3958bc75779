// npm run bench -- serving [SECONDS] [ROUNDS]: predict with a durable log, and with log and exact explanation, beside a bare
// server of node:http and ONNX Runtime (the ceiling), and beside other people's servers where Python has them
// (FLIGHTDECK_TEST_PYTHON). Same machine, same model, in turn; the best round of each counts. Then the memory of twenty
// loaded models, and two hundred models of which twenty are hot.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@/e2e/server/process'
import { load, type LoadResult } from './first-flight/load'
import { startOurs, type Ours } from './serving/ours'
import { otherServers } from './serving/python'
import { residentMb } from './serving/resident'
import { creditWorkload, treesWorkload, type Workload } from './serving/workloads'

const SECONDS = Number(process.argv[2] ?? 4)
const ROUNDS = Number(process.argv[3] ?? 3)
const CONNECTIONS = [1, 16, 64]
const WARM_UP_SECONDS = 2
const MANY_MODELS = 200
const HOT_MODELS = 20

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'))
const note = (text: string) => console.error(text)

interface Side {
  name: string
  url: string
  body: string
  headers?: Record<string, string>
  pid: number
  before?(): Promise<void>
}

type Measured = LoadResult & { name: string; residentMb: number | null; ofCeiling?: number }

async function startBare(file: string): Promise<{ url: string; pid: number; stop(): void }> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/first-flight/bare-server.ts', file, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  return { url: `http://127.0.0.1:${port}/`, pid: child.pid ?? 0, stop: () => void child.kill() }
}

/** The sides in turn, so that what else the machine does falls on all of them. */
async function measure(sides: readonly Side[], connections: number): Promise<Measured[]> {
  const best = new Map<string, Measured>()
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, url, body, headers, pid, before } of sides) {
      await before?.()
      const result = await load(url, { body, ...(headers ? { headers } : {}), connections, seconds: round === 0 ? WARM_UP_SECONDS : SECONDS })
      const known = best.get(name)
      if (round > 0 && (!known || known.requestsPerSecond < result.requestsPerSecond)) best.set(name, { name, ...result, residentMb: residentMb(pid) })
    }
  }
  return [...best.values()]
}

async function measureWorkload(workload: Workload, ours: Ours, isText: boolean): Promise<unknown> {
  note(`${workload.name} …`)
  await ours.register(workload)
  const bare = await startBare(workload.artifact)
  const own = { url: ours.url(workload.model), body: ours.body(workload.row), headers: ours.headers, pid: ours.server.process.pid ?? 0 }
  const sides: Side[] = [
    { name: 'node:http + onnxruntime-node, no log', url: bare.url, body: JSON.stringify({ inputs: workload.row }), pid: bare.pid },
    { name: 'Flightdeck, durable log', ...own, before: () => ours.setExplanations(workload.model, 'on-demand') },
    { name: 'Flightdeck, durable log and exact explanation', ...own, before: () => ours.setExplanations(workload.model, 'always') },
  ]
  const results: { connections: number; servers: Measured[] }[] = []
  for (const connections of CONNECTIONS) {
    note(`  ${connections} connections …`)
    const servers = await measure(sides, connections)
    const ceiling = servers[0]?.requestsPerSecond ?? Number.NaN
    results.push({ connections, servers: servers.map((one) => ({ ...one, ofCeiling: ratio(one.requestsPerSecond, ceiling) })) })
  }
  bare.stop()
  const absent: unknown[] = []
  for await (const other of otherServers(workload, join(directory, workload.model), isText)) {
    note(`  ${other.name} …`)
    if ('absent' in other) absent.push(other)
    else {
      for (const result of results) {
        const [theirs] = await measure([other], result.connections)
        const ceiling = result.servers[0]?.requestsPerSecond ?? Number.NaN
        if (theirs) result.servers.push({ ...theirs, ofCeiling: ratio(theirs.requestsPerSecond, ceiling) })
      }
      await other.stop()
    }
  }
  const last = results.at(-1)?.servers ?? []
  const logged = last[1]?.requestsPerSecond ?? Number.NaN
  const ahead = Object.fromEntries(last.slice(3).map((theirs) => [theirs.name, ratio(logged, theirs.requestsPerSecond)]))
  return { workload: workload.name, results, aheadAt64: ahead, absent }
}

/** Twenty models loaded, then two hundred registered: what a first call on a cold one takes. */
async function measureManyModels(ours: Ours): Promise<unknown> {
  note(`${MANY_MODELS} models …`)
  const workloads = Array.from({ length: MANY_MODELS }, (_, index) => treesWorkload(directory, `many-${index}`))
  const ask = async ({ model, row }: Workload): Promise<number> => {
    const started = performance.now()
    const answer = await fetch(ours.url(model), { method: 'POST', body: ours.body(row), headers: { 'content-type': 'application/json', ...ours.headers } })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${model} answered ${answer.status}`)
    return performance.now() - started
  }
  const residentOf = () => residentMb(ours.server.process.pid ?? 0)
  for (const workload of workloads.slice(0, HOT_MODELS)) {
    await ours.register(workload)
    await ask(workload)
  }
  const twentyMb = residentOf()
  for (const workload of workloads.slice(HOT_MODELS)) await ours.register(workload)
  const cold: number[] = []
  for (const workload of workloads.slice(0, HOT_MODELS * 3)) cold.push(await ask(workload))
  const hot: number[] = []
  for (const workload of workloads.slice(HOT_MODELS * 2, HOT_MODELS * 3)) hot.push(await ask(workload))
  return { models: MANY_MODELS, twentyLoadedMb: twentyMb, twoHundredRegisteredMb: residentOf(), coldMs: summary(cold), hotMs: summary(hot) }
}

function summary(values: number[]): { p50: number; most: number } {
  const sorted = [...values].sort((a, b) => a - b)
  return { p50: Number((sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1)), most: Number((sorted.at(-1) ?? 0).toFixed(1)) }
}

function ratio(ours: number, theirs: number): number {
  return Number((ours / theirs).toFixed(3))
}

try {
  const ours = await startOurs(directory)
  const workloads = [await measureWorkload(treesWorkload(directory), ours, false), await measureWorkload(creditWorkload(directory), ours, true)]
  await ours.server.end('SIGTERM')
  const many = await startOurs(join(directory, 'many'))
  const manyModels = process.argv[4] === 'no-many' ? null : await measureManyModels(many)
  await many.server.end('SIGTERM')
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] }
  console.log(JSON.stringify({ bench: 'serving', seconds: SECONDS, rounds: ROUNDS, machine, workloads, manyModels }, null, 2))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
