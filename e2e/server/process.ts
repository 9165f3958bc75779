// The built product as a process of its own, as a user starts it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

export interface RunningServer {
  url: string
  process: ChildProcess
  /** Everything it printed so far. */
  output(): string
  /** Sends a signal and waits for the end; returns the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

export interface StartOptions {
  dataDirectory: string
  port?: number
  isDemo?: boolean
  /** Under its supervisor, whose process this is then; the code lies in this folder. */
  supervisedIn?: string
  /** Further variables. */
  variables?: Record<string, string>
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Starts dist/server/main.js and waits until it is ready; throws with its output when it ends before. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const child = spawnServer(options, port)
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'exit') as Promise<[number | null]>
  await ready(url, child, () => output)
  return {
    url,
    process: child,
    output: () => output,
    end: async (signal) => {
      child.kill(signal)
      return (await ended)[0]
    },
  }
}

/** Of a test that failed, servers may be left. */
const started = new Set<ChildProcess>()
process.once('exit', () => started.forEach((child) => child.kill('SIGKILL')))

function spawnServer({ dataDirectory, isDemo = false, supervisedIn, variables = {} }: StartOptions, port: number): ChildProcess {
  const child = spawn(process.execPath, [supervisedIn === undefined ? 'dist/server/main.js' : join(supervisedIn, 'tools', 'supervise.mjs')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      PORT: String(port),
      FLIGHTDECK_DATA_DIR: dataDirectory,
      FLIGHTDECK_DEMO: isDemo ? '1' : '0',
      FLIGHTDECK_LOG_LEVEL: 'warn',
      ...variables,
    },
  })
  started.add(child)
  child.once('exit', () => started.delete(child))
  return child
}

async function ready(url: string, child: ChildProcess, output: () => string): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`the server ended before it was ready:\n${output()}`)
}

/** Runs to the end of a start that must fail: exit code and what was printed. */
export async function failingStart(options: StartOptions & { port: number }): Promise<{ code: number | null; output: string }> {
  const child = spawnServer(options, options.port)
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, output }
}

/** The processes that the supervisor runs (Linux). */
export function serverPids(supervisor: RunningServer): number[] {
  return childPids(supervisor.process.pid ?? 0)
}

/** The command lines of the processes that this one started (Linux). */
export function childrenOf(pid: number): string[] {
  return childPids(pid).map((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8'))
}

function childPids(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? [] : children.split(' ').map(Number)
}

export function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024
}

/** Waits until it holds; throws with the last thing seen when it does not. */
export async function until<T>(what: string, look: () => Promise<T> | T, holds: (seen: T) => boolean, withinMs = 15_000): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (performance.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}; last seen: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
