// The supervisor under load: a new process takes over the port and no call fails; one that cannot start changes nothing; a
// crash starts the server again.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { openSqlite } from '@/lib/database/sqlite'
import { servingTables } from '@/lib/serving/tables'
import { install } from './installation'
import { Load } from './load'
import { serverPids, startServer, until, type RunningServer } from './process'

test.skip(process.platform !== 'linux', 'finds the supervisor’s processes in /proc')

let directory: string
test.beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-handover-'))
})
test.afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Asks now and then on one connection; gives back what was said last on it. */
async function stay(server: RunningServer): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  let last = ''
  socket.on('data', (chunk: Buffer) => (last = chunk.toString('latin1')))
  socket.on('error', (error) => (last = error.message))
  const ask = setInterval(() => socket.write('GET /version HTTP/1.1\r\nHost: x\r\n\r\n'), 400)
  await once(socket, 'close')
  clearInterval(ask)
  return last
}

const onePid = async (server: RunningServer, other: number | null = null): Promise<number> =>
  (await until('one process, a new one', () => serverPids(server), (pids) => pids.length === 1 && pids[0] !== other, 30_000))[0] ?? 0

test('a new process takes over and no call fails', async () => {
  const dataDirectory = join(directory, 'data')
  const server = await startServer({ dataDirectory, supervisedIn: process.cwd() })
  const installation = await install(server)
  const target = { url: server.url, ...installation }
  // Some call without pause; of others the connection is mostly idle.
  const loads = [new Load(target, installation.example, 4), new Load(target, installation.example, 100, 4)]
  for (let turn = 0; turn < 2; turn += 1) {
    const before = await onePid(server)
    const staying = Array.from({ length: 20 }, () => stay(server))
    await new Promise((resolve) => setTimeout(resolve, 500))
    server.process.kill('SIGUSR2')
    await onePid(server, before)
    // Each was told in an answer that its connection ends.
    for (const last of await Promise.all(staying)) expect(last).toMatch(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)*connection: close\r\n/i)
  }
  await new Promise((resolve) => setTimeout(resolve, 300))
  await Promise.all(loads.map((load) => load.end()))
  expect(await server.end('SIGTERM')).toBe(0)
  expect(loads.flatMap((load) => load.broken)).toEqual([])
  for (const load of loads) expect(load.statuses()).toEqual({ 200: load.answers.length })
  const db = openSqlite(join(dataDirectory, 'flightdeck.sqlite'))
  const { predictions } = db.tables(servingTables)
  const logged = new Set((await db.select({ id: predictions.id }).from(predictions)).map((row) => row.id))
  const answered = loads.flatMap((load) => load.ids())
  expect(answered.filter((id) => !logged.has(id))).toEqual([])
  expect(logged.size).toBe(answered.length)
  await db.close()
})

test('a new process that cannot start leaves the old one as it is', async () => {
  const home = join(directory, 'current')
  symlinkSync(process.cwd(), home)
  const server = await startServer({ dataDirectory: join(directory, 'data'), supervisedIn: home })
  const before = await onePid(server)
  const broken = join(directory, 'broken')
  mkdirSync(join(broken, 'dist', 'server'), { recursive: true })
  writeFileSync(join(broken, 'dist', 'server', 'main.js'), 'console.error("broken on purpose"); process.exit(1)')
  rmSync(home)
  symlinkSync(broken, home)
  server.process.kill('SIGUSR2')
  await until('word of the failure', () => server.output(), (output) => output.includes('The new process did not start, so the running one goes on.'))
  expect(await onePid(server)).toBe(before)
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
})

test('a crash starts it again, and an orderly end does not', async () => {
  const server = await startServer({ dataDirectory: join(directory, 'data'), supervisedIn: process.cwd() })
  const before = await onePid(server)
  process.kill(before, 'SIGSEGV')
  const after = await onePid(server, before)
  await until('ready again', () => fetch(`${server.url}/health/ready`).then((answer) => answer.status, () => 0), (status) => status === 200)
  expect(server.output()).toContain('The server ended (SIGSEGV); it starts again in 0.5 s.')
  process.kill(after, 'SIGTERM')
  await until('the supervisor’s end', () => server.process.exitCode, (code) => code === 0)
})

test('one that crashes again and again is given up', async () => {
  const home = join(directory, 'home')
  mkdirSync(join(home, 'dist', 'server'), { recursive: true })
  mkdirSync(join(home, 'tools'))
  writeFileSync(join(home, 'dist', 'server', 'main.js'), 'process.kill(process.pid, "SIGSEGV")')
  symlinkSync(join(process.cwd(), 'tools', 'supervise.mjs'), join(home, 'tools', 'supervise.mjs'))
  await expect(startServer({ dataDirectory: join(directory, 'data'), supervisedIn: home })).rejects.toThrow('The server ended 6 times within 10 minutes and is not started again.')
})
