// Other people's servers over the same ONNX file, where this machine's Python has them.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '@/e2e/server/process'
import { pythonWith } from '@/lib/platform/testing/python'
import type { Workload } from './workloads'

export interface OtherServer {
  name: string
  url: string
  body: string
  pid: number
  stop(): Promise<void>
}

interface Recipe {
  name: string
  modules: string[]
  path: string
  /** Whether it takes the pipeline over texts too. */
  takesTexts: boolean
  body(row: Record<string, unknown>): unknown
  /** Prepares its files and says what to run. */
  command(python: string, port: number, workload: Workload, directory: string): { args: string[]; env?: Record<string, string>; cwd?: string }
}

const RECIPES: readonly Recipe[] = [
  {
    name: 'FastAPI + onnxruntime, logs to SQLite',
    modules: ['fastapi', 'uvicorn', 'onnxruntime'],
    path: '/predict',
    takesTexts: true,
    body: (row) => ({ inputs: row }),
    command: (_, port, workload, directory) => ({
      args: ['-m', 'uvicorn', 'fastapi_app:app', '--port', String(port), '--workers', '2', '--no-access-log', '--log-level', 'warning'],
      env: { BENCH_MODEL: resolve(workload.artifact), BENCH_LOG: join(directory, 'log.sqlite') },
      cwd: 'bench/serving/python',
    }),
  },
  {
    name: 'MLServer',
    modules: ['mlserver', 'onnxruntime'],
    path: '/v2/models/bench/infer',
    takesTexts: false,
    body: (row) => ({ inputs: [{ name: 'x', shape: [1, Object.keys(row).length], datatype: 'FP32', data: Object.values(row) }] }),
    command: (_, port, workload, directory) => {
      writeFileSync(join(directory, 'settings.json'), JSON.stringify({ http_port: port, grpc_port: port + 1, metrics_port: port + 2, debug: false }))
      writeFileSync(join(directory, 'model-settings.json'), JSON.stringify({ name: 'bench', implementation: 'mlserver_runtime.OnnxRuntime', parameters: { uri: resolve(workload.artifact) } }))
      return { args: ['-m', 'mlserver.cli.main', 'start', directory], env: { PYTHONPATH: resolve('bench/serving/python') } }
    },
  },
  {
    name: 'BentoML',
    modules: ['bentoml', 'onnxruntime'],
    path: '/predict',
    takesTexts: false,
    body: (row) => ({ rows: [Object.values(row)] }),
    command: (_, port, workload) => ({
      args: ['-m', 'bentoml', 'serve', 'bento_service:Trees', '--port', String(port)],
      env: { BENCH_MODEL: resolve(workload.artifact), BENTOML_DO_NOT_TRACK: 'True' },
      cwd: 'bench/serving/python',
    }),
  },
  {
    name: 'mlflow models serve',
    modules: ['mlflow', 'onnx', 'onnxruntime'],
    path: '/invocations',
    takesTexts: false,
    body: (row) => ({ inputs: [Object.values(row)] }),
    command: (python, port, workload, directory) => {
      const model = join(directory, 'model')
      const saved = spawnSync(python, [resolve('bench/serving/python/save_mlflow.py'), resolve(workload.artifact), model], { cwd: directory, encoding: 'utf8' })
      if (saved.status !== 0) throw new Error(saved.stderr)
      return { args: ['-m', 'mlflow', 'models', 'serve', '-m', model, '-p', String(port), '-h', '127.0.0.1', '--env-manager', 'local', '-w', '2'], cwd: directory }
    },
  },
]

/** Each that is there, one after another; those that are not are named with their reason. */
export async function* otherServers(workload: Workload, directory: string, isText: boolean): AsyncGenerator<OtherServer | { name: string; absent: string }> {
  for (const recipe of RECIPES.filter((one) => !isText || one.takesTexts)) {
    const python = pythonWith(...recipe.modules)
    if (python === null) {
      yield { name: recipe.name, absent: `no Python with ${recipe.modules.join(', ')}` }
      continue
    }
    const own = join(directory, recipe.name.replaceAll(/\W+/g, '-'))
    mkdirSync(own, { recursive: true })
    try {
      yield await start(recipe, python, workload, own)
    } catch (error) {
      yield { name: recipe.name, absent: (error as Error).message }
    }
  }
}

async function start(recipe: Recipe, python: string, workload: Workload, directory: string): Promise<OtherServer> {
  const port = await freePort()
  const { args, env = {}, cwd } = recipe.command(python, port, workload, directory)
  const path = `${resolve(python, '..')}:${process.env.PATH ?? ''}`
  const output = openSync(join(directory, 'output.log'), 'w')
  const child = spawn(python, args, { cwd, detached: true, stdio: ['ignore', output, output], env: { ...process.env, ...env, PATH: path } })
  const url = `http://127.0.0.1:${port}${recipe.path}`
  const body = JSON.stringify(recipe.body(workload.row))
  const stop = () => end(child)
  const started = performance.now()
  while (!(await answers(url, body))) {
    if (child.exitCode !== null || performance.now() - started > 90_000) {
      await stop()
      throw new Error(`it did not start: see ${join(directory, 'output.log')}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return { name: recipe.name, url, body, pid: child.pid ?? 0, stop }
}

async function answers(url: string, body: string): Promise<boolean> {
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } }).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.ok === true
}

/** The whole group of processes that was started. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGTERM')
  const limit = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 5000)
  await ended
  clearTimeout(limit)
}
