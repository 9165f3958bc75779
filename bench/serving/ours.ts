// Flightdeck as a user starts it, with models registered and released through its own commands.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startServer, type RunningServer } from '@/e2e/server/process'
import type { Workload } from './workloads'

export interface Ours {
  server: RunningServer
  url(model: string): string
  body(row: Record<string, unknown>): string
  headers: Record<string, string>
  register(workload: Workload): Promise<void>
  setExplanations(model: string, mode: 'always' | 'on-demand'): Promise<void>
}

const ENVIRONMENT = 'staging'

export async function startOurs(directory: string, variables: Record<string, string> = {}): Promise<Ours> {
  const dataDirectory = join(directory, 'data')
  mkdirSync(dataDirectory, { recursive: true })
  const cli = (...args: string[]) => execFileSync(process.execPath, ['tools/flightdeck.mjs', ...args], { encoding: 'utf8', env: { ...process.env, FLIGHTDECK_DATA_DIR: dataDirectory } })
  const server = await startServer({ dataDirectory, variables })
  const tokenOf = (...args: string[]) => (JSON.parse(cli('token', 'create', ...args, '--json')) as { secret: string }).secret
  const operator = tokenOf('--name', 'bench-operator', '--role', 'operator')
  const caller = tokenOf('--name', 'bench', '--scope', 'predict')
  const call = async (method: string, path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${server.url}/api${path}`, { method, headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
  }
  return {
    server,
    url: (model) => `${server.url}/api/models/${model}/predict`,
    body: (row) => JSON.stringify({ environment: ENVIRONMENT, inputs: row }),
    headers: { authorization: `Bearer ${caller}` },
    async register({ model, artifact, reference, metadata }) {
      cli('push', artifact, '--reference', reference, '--metadata', metadata, '--url', server.url, '--token', operator)
      await call('POST', '/promotions', { model, version: 1, environment: ENVIRONMENT, reason: 'bench' })
    },
    setExplanations: (model, mode) => call('PUT', `/models/${model}/explanation-policy`, { environment: ENVIRONMENT, mode }),
  }
}
