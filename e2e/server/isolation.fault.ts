// A version that ends the process it runs in: others go on, it is not run any more, and the last good one answers.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { dividingModel, loopingModel } from '@/lib/onnx/testing/hostile-models'
import { identityModel } from '@/lib/onnx/testing/sample-models'
import { call, install, releaseFile, type Installation } from './installation'
import { Load, post } from './load'
import { childrenOf, serverPids, startServer, until, type RunningServer } from './process'

test.skip(process.platform !== 'linux' || process.arch !== 'x64', 'the model ends its process on x86 only')

/** Where dividingModel has no quotient. */
const DEADLY = -2

let directory: string
test.beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-isolation-'))
})
test.afterEach(() => rmSync(directory, { recursive: true, force: true }))

interface Predicted {
  status: number
  code?: string
  version?: number
}

async function predict(server: RunningServer, { token }: Installation, model: string, inputs: unknown): Promise<Predicted> {
  const answer = await post(`${server.url}/api/models/${model}/predict`, JSON.stringify({ inputs }), { token })
  return { status: answer.status, ...(JSON.parse(answer.body) as object) }
}

async function incidentTitles(server: RunningServer, { operator }: Installation): Promise<string[]> {
  const { incidents } = await call<{ incidents: { title: string; status: string }[] }>(server, '/incidents', { cookie: operator })
  return incidents.filter((incident) => incident.status === 'open').map((incident) => incident.title)
}

test('a new version that ends its process is replaced by the one before, and no other call fails', async () => {
  const server = await startServer({ dataDirectory: directory })
  const installation = await install(server)
  await releaseFile(server, installation, 'divider', loopingModel())
  expect(await releaseFile(server, installation, 'divider', dividingModel())).toBe(2)
  expect(await predict(server, installation, 'divider', { x: 4 })).toMatchObject({ status: 200, version: 2 })
  const load = new Load({ url: server.url, ...installation }, installation.example, 4)
  expect(await predict(server, installation, 'divider', { x: DEADLY })).toMatchObject({ status: 503, code: 'model_crashed' })
  await until('the version before', () => predict(server, installation, 'divider', { x: DEADLY }), ({ status, version }) => status === 200 && version === 1)
  await load.end()
  expect(load.broken).toEqual([])
  expect(load.statuses()).toEqual({ 200: load.answers.length })
  await until('the incident', () => incidentTitles(server, installation), (titles) => titles.includes('divider does not answer as released'))
  expect(await server.end('SIGTERM')).toBe(0)

  // What is known of it outlives the process.
  const next = await startServer({ dataDirectory: directory })
  expect(await predict(next, installation, 'divider', { x: 4 })).toMatchObject({ status: 200, version: 1 })
  expect(await next.end('SIGTERM')).toBe(0)
})

test('a version that had proven itself and ends the server is found, isolated and quarantined', async () => {
  const server = await startServer({ dataDirectory: directory, supervisedIn: process.cwd() })
  const installation = await install(server)
  await releaseFile(server, installation, 'steady', identityModel())
  await releaseFile(server, installation, 'divider', dividingModel())
  for (const model of ['steady', 'divider']) await predict(server, installation, model, Array.from({ length: 600 }, (_, x) => ({ x })))
  await predict(server, installation, installation.model, Array.from({ length: 600 }, () => installation.example))
  // All run beside the others now: the process that ran them apart is gone.
  const [pid = 0] = serverPids(server)
  await until('the end of the runner', () => childrenOf(pid).filter((command) => command.includes('isolate')), (found) => found.length === 0)
  await expect(predict(server, installation, 'divider', { x: DEADLY })).rejects.toThrow()
  await until('the next process', () => fetch(`${server.url}/health/ready`).then((answer) => answer.status, () => 0), (status) => status === 200)
  expect(server.output()).toContain('The server ended (SIGFPE); it starts again')
  expect(await predict(server, installation, 'divider', { x: 3 })).toMatchObject({ status: 200 })
  expect(await predict(server, installation, 'divider', { x: DEADLY })).toMatchObject({ status: 503 })
  await until('the quarantine', () => predict(server, installation, 'divider', { x: 3 }), ({ status, code }) => status === 503 && code === 'model_quarantined')
  expect(await predict(server, installation, 'steady', { x: 3 })).toMatchObject({ status: 200 })
  const [after] = serverPids(server)
  expect(after).not.toBe(pid)
  expect(await server.end('SIGTERM')).toBe(0)
})
