// The built product as a process of its own, as a user starts it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

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

function spawnServer({ dataDirectory, isDemo = false, variables = {} }: StartOptions, port: number): ChildProcess {
  return spawn(process.execPath, ['dist/server/main.js'], {
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
