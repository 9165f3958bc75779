// A small disk of its own that runs full under load: no answer that is not on disk, word to whoever asks, and recovery by
// itself when there is room again.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { openSqlite } from '@/lib/database/sqlite'
import { servingTables } from '@/lib/serving/tables'
import { call, install, type Installation } from './installation'
import { Load } from './load'
import { residentMegabytes, startServer, until, type RunningServer } from './process'

const MB = 1024 * 1024

interface IncidentRow {
  kind: string
  title: string
  status: string
  sentence: string
}

let disk: string
const mounts = spawnSync('unshare', ['-m', 'true']).status === 0 && process.getuid?.() === 0
test.skip(!mounts, 'mounting a small disk takes root on Linux')

test.beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'flightdeck-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'flightdeck-test', disk], { encoding: 'utf8' })
  expect(mounted.stderr).toBe('')
})
test.afterEach(() => {
  spawnSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
})

const free = (): number => {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}

/** Leaves this much. */
function fill(leftBytes: number): void {
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(Math.max(0, free() - leftBytes), 1))
}

const ready = async (server: RunningServer): Promise<{ status: string; reason?: string }> => (await fetch(`${server.url}/health/ready`)).json() as Promise<{ status: string }>

const incidents = async (server: RunningServer, { operator }: Installation): Promise<IncidentRow[]> =>
  (await call<{ incidents: IncidentRow[] }>(server, '/incidents', { cookie: operator })).incidents.filter((incident) => incident.kind === 'log')

async function prepare(): Promise<{ server: RunningServer; installation: Installation; dataDirectory: string }> {
  const dataDirectory = join(disk, 'data')
  mkdirSync(dataDirectory)
  const server = await startServer({ dataDirectory })
  return { server, installation: await install(server), dataDirectory }
}

async function loggedIds(dataDirectory: string): Promise<Set<string>> {
  const db = openSqlite(join(dataDirectory, 'flightdeck.sqlite'))
  const { predictions } = db.tables(servingTables)
  const ids = new Set((await db.select({ id: predictions.id }).from(predictions)).map((row) => row.id))
  await db.close()
  return ids
}

test('a full disk refuses, loses nothing that was answered, and recovers by itself', async () => {
  const { server, installation, dataDirectory } = await prepare()
  fill(2 * MB)
  const load = new Load({ url: server.url, ...installation }, installation.example, 16)
  await until('the disk to be full', () => load.statuses(), (statuses) => (statuses[503] ?? 0) > 500, 40_000)
  const before = residentMegabytes(server.process.pid ?? 0)
  await until('word of it', () => ready(server), ({ status }) => status === 'disk')
  await until('more of the same', () => load.statuses(), (statuses) => (statuses[503] ?? 0) > 3000, 40_000)
  expect(residentMegabytes(server.process.pid ?? 0)).toBeLessThan(before + 150)
  await load.end()

  expect(load.broken).toEqual([])
  expect(Object.keys(load.statuses()).sort()).toEqual(['200', '503'])
  const refused = load.answers.filter((answer) => answer.status === 503)
  expect(new Set(refused.map((answer) => (JSON.parse(answer.body) as { code: string }).code))).toEqual(new Set(['log_unavailable']))
  expect(refused.every((answer) => Number(answer.headers['retry-after']) >= 1)).toBe(true)
  expect(refused.some((answer) => answer.body.includes(disk) || answer.body.includes('SQLITE'))).toBe(false)

  rmSync(join(disk, 'ballast'))
  // Without a single call.
  await until('readiness', () => ready(server), ({ status }) => status === 'ready')
  const after = new Load({ url: server.url, ...installation }, installation.example, 4)
  await until('answers', () => after.statuses(), (statuses) => (statuses[200] ?? 0) > 100)
  await after.end()
  expect(after.statuses()).toEqual({ 200: after.answers.length })
  const told = await until('the incident and its end', () => incidents(server, installation), (found) => found.length > 0 && found.every((incident) => incident.status === 'resolved'))
  expect(told[0]?.sentence).toContain('The disk is full.')
  // One line in the server's own log, and not one a call.
  expect(server.output().split('predictions could not be written').length - 1).toBeLessThan(5)
  expect(await server.end('SIGTERM')).toBe(0)
  const logged = await loggedIds(dataDirectory)
  expect([...load.ids(), ...after.ids()].filter((id) => !logged.has(id))).toEqual([])
})

test('a model that may answers without the log, marked as such, with an incident', async () => {
  const { server, installation, dataDirectory } = await prepare()
  await allowUnlogged(server, installation)
  fill(MB)
  const load = new Load({ url: server.url, ...installation }, installation.example, 8)
  const isMarked = (count: number) => () => load.answers.filter((answer) => answer.headers['x-flightdeck-warning'] === 'not-logged').length > count
  await until('answers without the log', isMarked(200), Boolean, 40_000)
  await load.end()
  rmSync(join(disk, 'ballast'))
  expect(load.statuses()).toEqual({ 200: load.answers.length })
  const unlogged = load.answers.filter((answer) => answer.headers['x-flightdeck-warning'] === 'not-logged')
  expect(JSON.parse(unlogged[0]?.body ?? '')).toMatchObject({ warnings: [{ code: 'not_logged' }] })
  const told = await until('both incidents, and their end', () => incidents(server, installation), (found) => found.length === 2 && found.every((incident) => incident.status === 'resolved'), 30_000)
  expect(told.map((incident) => incident.title).sort()).toEqual([`${installation.model} answers without being logged`, 'Predictions cannot be logged'].sort())
  expect(await server.end('SIGTERM')).toBe(0)
  const logged = await loggedIds(dataDirectory)
  const marked = new Set(unlogged.map((answer) => (JSON.parse(answer.body) as { id: string }).id))
  expect(load.ids().filter((id) => !logged.has(id) && !marked.has(id))).toEqual([])
})

async function allowUnlogged(server: RunningServer, { approver, model }: Installation): Promise<void> {
  await call(server, `/models/${model}/serving-settings`, { method: 'PUT', cookie: approver, body: { environment: 'production', withoutLog: 'answer' } })
}
